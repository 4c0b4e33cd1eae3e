"""Holds the start of jobs back while the machine is short of memory."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

GB = 10**9
CHECK_S = 1.0


def available() -> int:
    """Return the memory in bytes that programs can get without swapping."""
    return int(psutil.virtual_memory().available)


class MemoryWatch:
    """Tells when free memory falls under a limit, and when it is back.

    Parameters
    ----------
    min_free_gb
        The limit in GB (10**9 bytes); 0 for none.
    """

    REASON = "short of memory"

    def __init__(self, min_free_gb: float) -> None:
        self._min_free = min_free_gb * GB
        self._is_short = False

    @property
    def interval(self) -> float | None:
        """Seconds between two looks; ``None`` where there is no limit."""
        return CHECK_S if self._min_free else None

    def changes(self, is_any_waiting: bool) -> Iterator[tuple[str, bool]]:
        """Look, and yield (what to tell, whether to hold) where that has changed.

        A shortage concerns nobody while no job waits to be started.
        """
        if not self._min_free:
            return
        free = available()
        is_short = free < self._min_free
        if is_short is self._is_short or (is_short and not is_any_waiting):
            return
        self._is_short = not self._is_short
        told = f"{free / GB:.1f} GB of memory are free, {self._min_free / GB:g} GB are asked for"
        yield (
            (f"{told}: no job is started" if self._is_short else f"{told}: going on"),
            self._is_short,
        )
