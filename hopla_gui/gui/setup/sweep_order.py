"""The rows of the table of jobs in the order of a parameter's values. Pure; no Qt.

Made of short steps, for no step gives the window's thread its turn before it is over: a single
sort of a million values would hold it up.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from heapq import merge
from math import isnan

from hopla_gui.engine.commands.expand import JobList

_AT_ONCE = 10_000
Key = tuple[int, float, str]


def ordered_rows(
    jobs: JobList, name: str, descending: bool, is_stale: Callable[[], bool]
) -> array[int]:
    """Return the rows by the values of a swept parameter; equal ones stay in their order."""
    rows_of: dict[Key, array[int]] = {}
    values = jobs.values(name)
    is_whole = jobs.rows == jobs.points
    for row in range(jobs.rows):
        if row % _AT_ONCE == 0 and is_stale():
            return array("q")
        value = values[row if is_whole else jobs.point_in_row(row)]
        rows_of.setdefault(sort_key(value), array("q")).append(row)
    ordered = array("q")
    for key in _sorted(list(rows_of), descending):
        ordered.extend(rows_of[key])
    return ordered


def _sorted(keys: Sequence[Key], descending: bool) -> list[Key]:
    parts = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    ordered = (sorted(part, reverse=descending) for part in parts)
    return list(merge(*ordered, reverse=descending))


def sort_key(value: object) -> Key:
    """Return a key by which numbers come first, then texts, then all else."""
    if isinstance(value, int | float):
        return (3, 0.0, "") if isnan(value) else (0, value, "")
    return (1, 0.0, value) if isinstance(value, str) else (2, 0.0, str(value))
