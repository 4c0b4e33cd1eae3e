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
    """Counts what goes by; what goes by once more counts no more.

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
        number = 0
        for thing in things:
            if number % _EVERY == 0:
                self._tell(number)
            number += 1
            yield thing
        self._tell(number)

    def over_pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield pages of things, each thing a step."""
        number = 0
        for page in pages:
            self._tell(number)
            number += len(page)
            yield page
        self._tell(number)

    def beforehand(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield pages that count later; whoever wants to end all that can."""
        for page in pages:
            self._tell(0)
            yield page

    def _tell(self, done: int) -> None:
        self._done = max(self._done, done)
        self._progress(self._done, self._total)
