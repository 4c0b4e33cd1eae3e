"""Which points of a sweep become jobs: exclusion rules, and what is done to single jobs by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from hopla_gui.domain.edits import MAX_EDITED, Finder, JobEdit
from hopla_gui.domain.exclusion import either, excluded
from hopla_gui.domain.grid import Vector
from hopla_gui.domain.selection import Selection
from hopla_gui.domain.sweep import Sweep
from hopla_gui.engine.commands.joblist import Choosing
from hopla_gui.engine.commands.values import Columns, KnownValues
from hopla_gui.errors import UserError

Report = Callable[[UserError], object]


def choose(sweep: Sweep, values: KnownValues, report: Report) -> Choosing:
    """Judge all points by the sweep's rules and edits; what cannot be judged is reported."""
    return _Chooser(sweep, values, report).choose()


class _Chooser:
    def __init__(self, sweep: Sweep, values: KnownValues, report: Report) -> None:
        self._sweep = sweep
        self._values = values
        self._report = report
        self._lengths = values.lengths
        self._columns = Columns(values)

    def choose(self) -> Choosing:
        marks = list(self._rules())
        finder = Finder(self._columns, self._sweep.swept, self._lengths)
        edits = [edit for edit in self._sweep.edits if self._is_sound(edit)]
        off, off_points = self._off(edits, finder)
        left_out = self._either([*marks, *off])
        changed = self._changed(edits, finder)
        try:
            selection = Selection(self._lengths, left_out, off_points)
        except UserError as error:
            self._report(UserError(f"[exclude] the rules together: {error.what}"))
            selection = Selection(self._lengths, _NONE)
        removed = tuple(self._size(vector) for vector in marks)
        return Choosing(self._lengths, selection, finder, self._either(marks), removed, changed)

    def _rules(self) -> Iterator[Vector]:
        for rule in self._sweep.exclude:
            try:
                yield excluded(rule, self._columns, self._lengths)
            except UserError as error:
                self._report(UserError(f"[exclude] {error.what}", error.detail))
                yield _NONE

    def _either(self, marks: list[Vector]) -> Vector:
        touched = [vector for vector in marks if vector is not _NONE]
        if not touched:
            return _NONE
        try:
            return either(touched, self._lengths)
        except UserError as error:
            self._report(UserError(f"[exclude] the rules together: {error.what}"))
            return _NONE

    def _size(self, marks: Vector) -> int:
        assert isinstance(marks.items, bytes)
        return marks.items.count(1) * prod(self._lengths) // max(len(marks.items), 1)

    # -- by hand ---------------------------------------------------------------------------------

    def _is_sound(self, edit: JobEdit) -> bool:
        """Whether all names mean parameters; one that is merely not swept any more does."""
        for name in (*edit.at, *edit.set, *edit.unset):
            try:
                self._values.target(name)
            except UserError as error:
                self._report(UserError(f"[[job]] {error.what}", parameter=error.parameter))
                return False
        return True

    def _off(self, edits: list[JobEdit], finder: Finder) -> tuple[list[Vector], set[int]]:
        """Return marks for whole slices of the grid, and single points."""
        slices: list[Vector] = []
        points: set[int] = set()
        for edit in edits:
            places = finder.places(edit.at)
            if not edit.off or places is None:
                continue
            if edit.nth is None and len(places) < len(self._lengths):
                slices.append(finder.marks(edit))
            else:
                points.update(finder.points(edit))
        return slices, points

    def _changed(self, edits: list[JobEdit], finder: Finder) -> dict[int, list[JobEdit]]:
        found: dict[int, list[JobEdit]] = {}
        changing = [edit for edit in edits if edit.set or edit.unset]
        number = sum(map(finder.count, changing))
        if number > MAX_EDITED:
            what = f"[[job]] entries change {number:,} jobs; {MAX_EDITED:,} is the most"
            self._report(UserError(f"{what}: make a [[sweep]] block of it"))
            return {}
        for edit in changing:
            for point in finder.points(edit):
                found.setdefault(point, []).append(edit)
        return found


_NONE = Vector((), b"\0")
