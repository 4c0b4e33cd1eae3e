"""The jobs of a sweep by index, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from math import prod
from typing import overload

from hopla_gui.domain.edits import Finder, JobEdit
from hopla_gui.domain.grid import Vector, place_of, point_at, spread
from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.selection import Selection
from hopla_gui.engine.commands.assembling import Assembly, Step, Strings


class PointState(StrEnum):
    """Whether a point of the sweep becomes a job."""

    RUNS = "runs"
    EXCLUDED = "excluded"  # by a rule
    OFF = "off"  # by hand


@dataclass(frozen=True)
class Choosing:
    """Which points of a sweep become jobs, and what is done to single ones.

    Attributes
    ----------
    excluded
        A 1 for each point that rules leave out.
    removed_by
        How many points each rule leaves out by itself.
    edits
        For each point that is edited by hand, what is done to it, in order.
    """

    lengths: tuple[int, ...]
    selection: Selection
    finder: Finder
    excluded: Vector
    removed_by: tuple[int, ...]
    edits: Mapping[int, Sequence[JobEdit]]


@dataclass(frozen=True)
class Making:
    """How the job of a point is put together.

    Attributes
    ----------
    edited
        (parameters before, edits) → parameters and command of a job edited by hand.
    """

    blocks: Sequence[Sequence[Step]]
    assembly: Assembly
    edited: Callable[[Mapping[str, object], Sequence[JobEdit]], tuple[dict[str, object], Strings]]


class JobList(Sequence[JobSpec]):
    """The jobs of a sweep by index; see `hopla_gui.engine.commands.expand.expand`.

    A *point* is a place in the grid of all values, an *index* a place among the jobs that run:
    those that no rule excludes and nobody has switched off.

    Attributes
    ----------
    swept
        Names of the swept parameters, as written in the sweep file.
    points
        Number of points, those left out too.
    removed_by
        How many points each rule leaves out, taken by itself.
    """

    def __init__(self, swept: tuple[str, ...], making: Making, choosing: Choosing) -> None:
        self.swept = swept
        self.points = prod(choosing.lengths)
        self.removed_by = choosing.removed_by
        self._making = making
        self._jobs = making.assembly.jobs
        self._choosing = choosing
        self._selection = choosing.selection
        self._length = len(self._selection)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> JobSpec: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[JobSpec]: ...
    def __getitem__(self, index: int | slice) -> JobSpec | Sequence[JobSpec]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        number = index + self._length if index < 0 else index
        if not 0 <= number < self._length:
            raise IndexError(f"no job {index} among {self._length}")
        return self._made(self._selection.point_of(number), number)

    def __iter__(self) -> Iterator[JobSpec]:
        steps = self._selection.steps(self._making.blocks)
        ranks = {self._selection.rank(point): point for point in self._edited_in()}
        special = sorted({*ranks, *self._selection.ranks_off()})
        index = rank = 0
        for stop in special:
            yield from self._jobs(range(index, index + stop - rank), steps)
            index += stop - rank
            found = next(steps)
            if not self._selection.is_off(stop):
                yield self._edited(ranks[stop], index, found)
                index += 1
            rank = stop + 1
        yield from self._jobs(count(index), steps)

    # -- points ----------------------------------------------------------------------------------

    @property
    def excluded(self) -> int:
        """Number of points that rules leave out."""
        marks = self._choosing.excluded
        assert isinstance(marks.items, bytes)
        return marks.items.count(1) * (self.points // max(len(marks.items), 1))

    @property
    def switched_off(self) -> int:
        """Number of points that are left out by hand and by no rule."""
        return self.points - self.excluded - self._length

    @property
    def edited(self) -> int:
        """Number of jobs that are given other values by hand."""
        return sum(1 for _ in self._edited_in())

    @property
    def rows(self) -> int:
        """Number of points that a table shows: all but those that rules, or whole slices, omit."""
        return self._selection.kept_by_rules

    def point_in_row(self, row: int) -> int:
        """Return the point of a row of such a table."""
        return self._selection.point_ranked(row)

    def row_of(self, index: int) -> int:
        """Return the row of a job."""
        return self._selection.rank(self.point_of(index))

    def point_of(self, index: int) -> int:
        """Return the point that a job is made of."""
        return self._selection.point_of(range(self._length)[index])

    def index_of(self, point: int) -> int | None:
        """Return a point's index among the jobs, ``None`` where it is left out."""
        return self._selection.index_of(point)

    def state(self, point: int) -> PointState:
        """Return whether a point becomes a job, and else why not."""
        if self.index_of(point) is not None:
            return PointState.RUNS
        places = place_of(point, self._choosing.lengths)
        marks = self._choosing.excluded
        own = [self._choosing.lengths[block] for block in marks.blocks]
        place = point_at([places[block] for block in marks.blocks], own)
        return PointState.EXCLUDED if marks.items[place] else PointState.OFF

    def is_edited(self, point: int) -> bool:
        """Whether a point is given other values by hand."""
        return point in self._choosing.edits

    def edits_of(self, point: int) -> Sequence[JobEdit]:
        """Return what gives a point other values by hand."""
        return self._choosing.edits.get(point, ())

    def at(self, point: int) -> JobSpec:
        """Return the job of a point; one that is left out has the index -1 and no name."""
        index = self.index_of(point)
        return self._made(point, -1 if index is None else index)

    def edit_for(self, point: int) -> JobEdit:
        """Return an edit, still empty, that singles out a point."""
        return JobEdit(*self._choosing.finder.key(point))

    def values(self, name: str) -> Sequence[object]:
        """Return the values of a swept parameter at all points, before edits: to sort by."""
        column = self._choosing.finder.column(name)
        lengths = self._choosing.lengths
        return spread(column, tuple(range(len(lengths))), lengths)

    def corners(self, points: Sequence[int]) -> list[int]:
        """Return the indices of those of the points that become jobs."""
        found = (self.index_of(point) for point in points)
        return [index for index in found if index is not None]

    def _edited_in(self) -> Iterator[int]:
        return (point for point in self._choosing.edits if self.index_of(point) is not None)

    # -- jobs ------------------------------------------------------------------------------------

    def _made(self, point: int, index: int) -> JobSpec:
        places = place_of(point, self._choosing.lengths)
        steps = tuple([block[p] for block, p in zip(self._making.blocks, places, strict=True)])
        return self._edited(point, index, steps)

    def _edited(self, point: int, index: int, steps: tuple[Step, ...]) -> JobSpec:
        [job] = self._jobs((index,), (steps,))
        edits = self._choosing.edits.get(point)
        if not edits and index >= 0:
            return job
        name = job.name if index >= 0 else ""
        edited = self._making.edited(job.parameters, edits) if edits else None
        return JobSpec(index, name, *(edited or (job.parameters, job.cmd)))
