"""Which jobs the tree shows, in which order: row numbers, and nothing moved in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence


class JobOrder:
    """A stable order of all jobs, and the part of it that a filter lets through."""

    def __init__(self, total: int = 0) -> None:
        self._order: Sequence[int] = range(total)
        self._rank: Sequence[int] = range(total)
        self.visible: Sequence[int] = range(total)

    def sort(self, keys: Sequence[float], *, descending: bool = False) -> None:
        """Order all jobs by their keys; equal ones stay as they stand."""
        self._order = sorted(self._order, key=keys.__getitem__, reverse=descending)
        rank = [0] * len(self._order)
        for place, job in enumerate(self._order):
            rank[job] = place
        self._rank = rank

    def sort_as_expanded(self) -> None:
        """Go back to the order of the sweep."""
        self._order = self._rank = range(len(self._order))

    def filter(self, accepts: Callable[[int], bool] | None) -> None:
        """Show the jobs that ``accepts`` lets through; all of them for ``None``."""
        if accepts is None:
            self.visible = self._order
        else:
            self.visible = [job for job in self._order if accepts(job)]

    def row_of(self, job: int) -> int | None:
        """Return the row of a job, ``None`` where the filter hides it."""
        row = bisect_left(self.visible, self._rank[job], key=self._rank.__getitem__)
        shown = row < len(self.visible) and self.visible[row] == job
        return row if shown else None


def stretches(rows: Iterable[int | None]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each stretch of rows that follow one another."""
    shown = sorted(row for row in rows if row is not None)
    start = previous = -2
    for row in shown:
        if row != previous + 1:
            if previous >= 0:
                yield start, previous
            start = row
        previous = row
    if previous >= 0:
        yield start, previous
