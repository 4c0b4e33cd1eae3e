"""Sorting, filtering and grouping of many jobs, a few milliseconds at a time. Pure; no Qt.

Each function is a generator that yields wherever the window may have its turn, and returns what it
has found. A thread would not do: it would hold Python's lock just when the window wants to paint.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Generator, Sequence
from itertools import compress
from typing import TypeAlias, TypeVar

from hopla_gui.gui.jobs.formatting import sort_key, value_text
from hopla_gui.gui.jobs.row_plan import RowGroup

PIECE = 8_192
MOST_GROUPS = 2_000

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
Value: TypeAlias = Callable[[int], object]

_NUMBERS = {int, float, bool, type(None)}


def read_values(total: int, value: Value) -> Steps[list[object]]:
    """Return a value of every job."""
    found: list[object] = []
    for start in range(0, total, PIECE):
        found.extend(map(value, range(start, min(start + PIECE, total))))
        yield
    return found


def rank(values: Sequence[object]) -> Steps[Sequence[float]]:
    """Return numbers that sort as the values do: numbers, then text, then the rest, then nothing.

    A sweep has few values and many jobs: each value is looked at once.
    """
    if set(map(type, values)) <= _NUMBERS:
        numbers: list[float] = []
        for start in range(0, len(values), PIECE):
            numbers.extend(map(_number, values[start : start + PIECE]))
            yield
        return numbers
    texts = [value if isinstance(value, str) else _hashable(value) for value in values]
    yield
    distinct = list(dict.fromkeys(texts))
    keys = []
    for start in range(0, len(distinct), PIECE):
        keys += [sort_key(_plain(value)) for value in distinct[start : start + PIECE]]
        yield
    order = yield from sort(range(len(distinct)), keys.__getitem__)
    ranks: dict[object, float] = {}
    before, place = None, -1
    for number in order:
        place += keys[number] != before
        before = keys[number]
        ranks[distinct[number]] = place
    yield
    return list(map(ranks.__getitem__, texts))


def _number(value: object) -> float:
    if value is None:
        return math.inf
    return value if value == value else math.inf  # type: ignore[return-value] # NaN at the end


def _hashable(value: object) -> object:
    """Return what stands for a value in a table: 1, 1.0 and True must not be the same there."""
    return (type(value), value_text(value) if isinstance(value, dict | list | tuple) else value)


def _plain(value: object) -> object:
    return value[1] if isinstance(value, tuple) else value


def sort(
    order: Sequence[int], key: Callable[[int], object], *, descending: bool = False
) -> Steps[list[int]]:
    """Return numbers in the order of their keys; equal ones stay as they stand."""
    runs = []
    for start in range(0, len(order), PIECE):
        piece = order[start : start + PIECE]
        runs.append(sorted(piece, key=key, reverse=descending))  # type: ignore[arg-type]
        yield
    while len(runs) > 1:  # two runs in order are merged, not sorted anew
        merged = []
        for start in range(0, len(runs), 2):
            pair = [number for run in runs[start : start + 2] for number in run]
            merged.append(sorted(pair, key=key, reverse=descending))  # type: ignore[arg-type]
            yield
        runs = merged
    return runs[0] if runs else []


def test_all(passes: bytearray, test: Callable[[int], bool]) -> Steps[None]:
    """Write for every job whether it passes a test."""
    for start in range(0, len(passes), PIECE):
        stop = min(start + PIECE, len(passes))
        passes[start:stop] = bytes(map(test, range(start, stop)))
        yield


def passing(order: Sequence[int], passes: bytearray | None) -> Sequence[int]:
    """Return the jobs that pass, in an order that all of them have."""
    if passes is None:
        return order
    if isinstance(order, range):
        return array("i", compress(order, passes))
    return array("i", compress(order, map(passes.__getitem__, order)))


def group(
    jobs: Sequence[int], value: Value, title: Callable[[object], str], closed: set[object]
) -> Steps[list[RowGroup]]:
    """Return the jobs by a value that they share, each group in the order that they have.

    Parameters
    ----------
    closed
        Keys of the groups whose jobs are not shown.
    """
    found: dict[object, array[int]] = {}
    for start in range(0, len(jobs), PIECE):
        for job in jobs[start : start + PIECE]:
            key = _hashable(value(job))
            if key not in found and len(found) >= MOST_GROUPS:
                key = OTHERS
            members = found.get(key)
            if members is None:
                found[key] = array("i", (job,))
            else:
                members.append(job)
        yield
    keys = sorted(found, key=lambda key: (key is OTHERS, sort_key(_plain(key))))
    return [
        RowGroup(
            key,
            "…" if key is OTHERS else title(_plain(key)),
            found[key],
            is_open=key not in closed,
        )
        for key in keys
    ]


OTHERS = ("others", None)
