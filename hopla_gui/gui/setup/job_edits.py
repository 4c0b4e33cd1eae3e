"""What a person does to single jobs in the table, as the edits of a sweep file. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from hopla_gui.domain.edits import JobEdit
from hopla_gui.engine.commands.expand import JobList, PointState

Edits = tuple[JobEdit, ...]


def switched(jobs: JobList, edits: Sequence[JobEdit], points: Iterable[int], on: bool) -> Edits:
    """Return the edits after points were switched on or off."""
    return _changed(jobs, edits, {p: lambda edit: replace(edit, off=not on) for p in points})


def with_values(
    jobs: JobList, edits: Sequence[JobEdit], values: Mapping[int, Mapping[str, object]]
) -> Edits:
    """Return the edits after points were given values; what the sweep says anyway is no edit."""

    def setter(point: int) -> Callable[[JobEdit], JobEdit]:
        def give(edit: JobEdit) -> JobEdit:
            given = {**edit.set, **values[point]}
            own = {name: value for name, value in given.items() if not _same(edit.at, name, value)}
            return replace(edit, set=own)

        return give

    return _changed(jobs, edits, {point: setter(point) for point in values})


def without_values(
    jobs: JobList, edits: Sequence[JobEdit], names: Mapping[int, Iterable[str]]
) -> Edits:
    """Return the edits after points have the sweep's own values of some parameters again."""

    def taker(point: int) -> Callable[[JobEdit], JobEdit]:
        gone = set(names[point])

        def take(edit: JobEdit) -> JobEdit:
            kept = {name: value for name, value in edit.set.items() if name not in gone}
            return replace(edit, set=kept, unset=tuple(n for n in edit.unset if n not in gone))

        return take

    return _changed(jobs, edits, {point: taker(point) for point in names})


def is_off(jobs: JobList, point: int) -> bool:
    """Whether a point is switched off by hand."""
    return jobs.state(point) is PointState.OFF


def _changed(
    jobs: JobList,
    edits: Sequence[JobEdit],
    changes: Mapping[int, Callable[[JobEdit], JobEdit]],
) -> Edits:
    found = {_key(edit): edit for edit in edits}
    for point, change in changes.items():
        fresh = jobs.edit_for(point)
        key = _key(fresh)
        edit = change(found.get(key, fresh))
        if edit.does_nothing:
            found.pop(key, None)
        else:
            found[key] = edit
    return tuple(found.values())


def _key(edit: JobEdit) -> tuple[str, int | None]:
    return repr(sorted(edit.at.items())), edit.nth


def _same(at: Mapping[str, object], name: str, value: object) -> bool:
    return name in at and at[name] == value and type(at[name]) is type(value)
