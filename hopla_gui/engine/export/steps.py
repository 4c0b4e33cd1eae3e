"""How far an export is, told often enough to stop it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")
Page = TypeVar("Page", bound=Sized)

Progress = Callable[[int, int], None]
"""Takes steps done and steps in all; what it raises ends the export, which leaves no file."""

_EVERY = 16


class Steps:
    """Counts what goes by.

    Parameters
    ----------
    total
        Steps in all.
    """

    def __init__(self, total: int, progress: Progress) -> None:
        self._done = 0
        self._total = total
        self._progress = progress

    def over(self, things: Iterable[T]) -> Iterator[T]:
        """Yield the things, one a step."""
        for thing in things:
            if self._done % _EVERY == 0:
                self._progress(self._done, self._total)
            self._done += 1
            yield thing
        self._progress(self._done, self._total)

    def over_pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield pages of things, each thing a step."""
        for page in pages:
            self._progress(self._done, self._total)
            self._done += len(page)
            yield page
        self._progress(self._done, self._total)
