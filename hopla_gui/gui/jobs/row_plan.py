"""Which row shows what: groups, jobs, and what lies below the jobs that are open. Pure; no Qt.

Jobs are numbers in an array, so a million rows cost 4 MB, and opening one moves nothing else.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.jobs.open_job import OpenJob


@dataclass(slots=True, eq=False)
class RowGroup:
    """Jobs that have something in common, below a row of their own.

    Attributes
    ----------
    key
        What they have in common: it tells one group from another.
    state
        That of all its jobs, where this is what they have in common.
    counts
        The jobs by state.
    """

    key: object
    title: str
    jobs: Sequence[int]
    is_open: bool = True
    state: JobState | None = None
    counts: Counter[JobState] = field(default_factory=Counter)


Row: TypeAlias = int | RowGroup | Node


class RowPlan:
    """The rows of the tree from top to bottom.

    Parameters
    ----------
    jobs
        The jobs that are shown, in their order; those of the groups where there are groups.
    opened
        Jobs whose rows are open; the plan looks only at those that it shows.
    base, places
        `with_heads` of the groups and its inverse, where they are known already.
    """

    def __init__(
        self,
        jobs: Sequence[int] = (),
        groups: Sequence[RowGroup] | None = None,
        opened: Mapping[int, OpenJob] | None = None,
        base: Sequence[int] | None = None,
        places: Sequence[int] | None = None,
    ) -> None:
        self.jobs = jobs
        self.groups = groups
        if base is None:
            base = jobs if groups is None else with_heads(groups)
        self._base = base
        self._places = places
        self._below: list[OpenJob] = []
        self._at: list[int] = []
        shown = ((self._place(job), below) for job, below in (opened or {}).items())
        for place, below in sorted((pair for pair in shown if pair[0] >= 0), key=lambda p: p[0]):
            self._at.append(place)
            self._below.append(below)
        self._count()

    def _count(self) -> None:
        """Find the rows at which what lies below a job begins and ends."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._extra = [0]  # rows below the jobs before each of the openings
        for place, below in zip(self._at, self._below, strict=True):
            start = place + 1 + self._extra[-1]
            self._starts.append(start)
            self._ends.append(start + len(below.rows))
            self._extra.append(self._extra[-1] + len(below.rows))

    def __len__(self) -> int:
        return len(self._base) + self._extra[-1]

    def at(self, row: int) -> Row:
        """Return what a row shows: the number of a job, a group, a node."""
        if self._starts:
            found = bisect_right(self._starts, row) - 1
            if found >= 0:
                if row < self._ends[found]:
                    return self._below[found].rows[row - self._starts[found]]
                row -= self._extra[found + 1]
        shown = self._base[row]
        return shown if shown >= 0 else self._groups[-shown - 1]

    @property
    def _groups(self) -> Sequence[RowGroup]:
        return self.groups or ()

    def row_of(self, job: int) -> int | None:
        """Return the row of a job, ``None`` where none shows it."""
        place = self._place(job)
        return None if place < 0 else place + self._extra[bisect_left(self._at, place)]

    def row_of_node(self, node: Node) -> int | None:
        """Return the row of a node, ``None`` where none shows it."""
        row = self.row_of(node.job)
        below = self.below(node.job)
        if row is None or below is None or node not in below.rows:
            return None
        return row + 1 + below.rows.index(node)

    def row_of_group(self, group: RowGroup) -> int | None:
        """Return the row of a group, ``None`` where there is none of its key."""
        place = 0
        for one in self._groups:
            if one.key == group.key:
                return place + self._extra[bisect_left(self._at, place)]
            place += 1 + (len(one.jobs) if one.is_open else 0)
        return None

    def row_of_any(self, shown: Row) -> int | None:
        """Return the row that shows something, if one does."""
        if isinstance(shown, RowGroup):
            return self.row_of_group(shown)
        return self.row_of_node(shown) if isinstance(shown, Node) else self.row_of(shown)

    def below(self, job: int) -> OpenJob | None:
        """Return what is shown below a job, where its row is open."""
        found = bisect_left(self._at, self._place(job))
        shown = found < len(self._below) and self._below[found].job == job
        return self._below[found] if shown else None

    def group_of(self, job: int) -> RowGroup | None:
        """Return the group of a job, open or not."""
        return next((group for group in self._groups if job in group.jobs), None)

    def open(self, below: OpenJob) -> None:
        """Show what lies below a job, which is shown and not open."""
        place = self._place(below.job)
        found = bisect_left(self._at, place)
        self._at.insert(found, place)
        self._below.insert(found, below)
        self._count()

    def close(self, job: int) -> None:
        """Show no more what lies below a job."""
        found = bisect_left(self._at, self._place(job))
        del self._at[found], self._below[found]
        self._count()

    def recount(self) -> None:
        """Take note that what lies below a job has changed."""
        self._count()

    def _place(self, job: int) -> int:
        """Return the row that a job would have if none were open; -1 where it is not shown."""
        if isinstance(self._base, range):
            return job if job < len(self._base) else -1
        if self._places is None:
            self._places = _inverse(self._base)
        return self._places[job] if job < len(self._places) else -1


def with_heads(groups: Iterable[RowGroup]) -> Sequence[int]:
    """Return the jobs of open groups, each behind its group; groups count from -1 down."""
    base = array("i")
    for number, group in enumerate(groups):
        base.append(-number - 1)
        if group.is_open:
            base.extend(group.jobs)
    return base


def _inverse(base: Sequence[int]) -> Sequence[int]:
    places = array("i", [-1]) * (1 + max(base, default=-1) if base else 0)
    for place, job in enumerate(base):
        if job >= 0:
            places[job] = place
    return places


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
