"""Sorting, filtering and grouping of many jobs, a few milliseconds at a time. Pure; no Qt.

Each function is a generator that yields wherever the window may have its turn, and returns what it
has found. A thread would not do: it would hold Python's lock just when the window wants to paint.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from itertools import compress, islice, repeat
from typing import Any, TypeAlias, TypeVar

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.formatting import sort_key, value_text
from hopla_gui.gui.jobs.row_plan import RowGroup

PIECE = 8_192
MOST_GROUPS = 2_000
_SAMPLE = 2_000

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
    names = [value if isinstance(value, str) else _hashable(value) for value in values]
    yield
    distinct = dict(zip(names, values, strict=True))
    keys = []
    for start in range(0, len(distinct), PIECE):
        keys += [sort_key(value) for value in islice(distinct.values(), start, start + PIECE)]
        yield
    order = yield from sort(range(len(keys)), keys.__getitem__)
    ranks: list[float] = [0.0] * len(keys)
    before, place = None, -1
    for number in order:
        place += keys[number] != before
        before = keys[number]
        ranks[number] = place
    yield
    rank_of = dict(zip(distinct, ranks, strict=True))
    return list(map(rank_of.__getitem__, names))


def _number(value: object) -> float:
    if value is None:
        return math.inf
    return value if value == value else math.inf  # type: ignore[return-value] # NaN at the end


def _hashable(value: object) -> object:
    """Return what stands for a value in a table: 1, 1.0 and True must not be the same there."""
    return (type(value), value_text(value) if isinstance(value, dict | list | tuple) else value)


def sort(
    order: Sequence[int], key: Callable[[int], object], *, descending: bool = False
) -> Steps[list[int]]:
    """Return numbers in the order of their keys; equal ones stay as they stand."""
    bins = yield from _bins(order, key)
    found: list[int] = []
    for one in reversed(bins) if descending else bins:
        found += sorted(one, key=key, reverse=descending)  # type: ignore[arg-type]
        yield
    return found


def _bins(order: Sequence[int], key: Callable[[int], object]) -> Steps[list[list[int]]]:
    """Deal numbers into bins, so that each can be sorted by itself in a few milliseconds."""
    sample: list[Any] = sorted(map(key, order[:: max(1, len(order) // _SAMPLE)]))
    borders = sample[:: max(1, len(sample) * PIECE // max(1, len(order)))][1:]
    bins: list[list[int]] = [[] for _ in range(len(borders) + 1)]
    for start in range(0, len(order), PIECE):
        piece = order[start : start + PIECE]
        places = map(bisect_right, repeat(borders), map(key, piece))
        for number, place in zip(piece, places, strict=True):
            bins[place].append(number)
        yield
    return bins


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
    shared: dict[object, object] = {OTHERS: None}
    for start in range(0, len(jobs), PIECE):
        for job in jobs[start : start + PIECE]:
            what = value(job)
            key = _hashable(what)
            if key not in found:
                key = OTHERS if len(found) >= MOST_GROUPS else key
                shared.setdefault(key, what)
                found.setdefault(key, array("i"))
            found[key].append(job)
        yield
    keys = sorted(found, key=lambda key: (key is OTHERS, sort_key(shared[key])))
    return [
        RowGroup(
            key,
            "…" if key is OTHERS else title(shared[key]),
            found[key],
            is_open=key not in closed,
        )
        for key in keys
    ]


def count(jobs: Sequence[int], state: Callable[[int], JobState]) -> Steps[Counter[JobState]]:
    """Return how many of some jobs are in each state."""
    counts: Counter[JobState] = Counter()
    for start in range(0, len(jobs), PIECE):
        counts.update(map(state, jobs[start : start + PIECE]))
        yield
    return counts


def places_of(base: Sequence[int], total: int) -> Steps[Sequence[int]]:
    """Return the place of each job in a sequence of jobs and heads of groups; -1 for none."""
    if isinstance(base, range):
        return base
    places = array("i", [-1]) * total
    for start in range(0, len(base), PIECE):
        for place, job in enumerate(base[start : start + PIECE], start):
            if job >= 0:
                places[job] = place
        yield
    return places


OTHERS = ("others", None)
