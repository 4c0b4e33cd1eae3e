"""Sorting, filtering and grouping of many jobs, a few milliseconds at a time. Pure; no Qt.

Each function is a generator that yields wherever the window may have its turn, and returns what it
has found. A thread would not do: it would hold Python's lock just when the window wants to paint.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, compress, groupby, islice
from operator import getitem, neg
from typing import Any, TypeAlias, TypeVar

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.formatting import sort_key, value_text
from hopla_gui.gui.jobs.row_plan import RowGroup

PIECE = 8_192
MOST_GROUPS = 2_000
STRIDE = 509  # between jobs that tell how the keys are spread: a prime, as no sweep's period is

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
Read: TypeAlias = Callable[[Sequence[int]], Sequence[Any]]
"""Returns what some jobs have in a column, or what a test says of them."""

_NUMBERS = {int, float, bool, type(None)}
_NESTED = {dict, list, tuple}


def pick(values: Sequence[T]) -> Callable[[Sequence[int]], Sequence[T]]:
    """Return what takes the values of some jobs out of those of all."""

    def picked(jobs: Sequence[int]) -> Sequence[T]:
        if isinstance(jobs, range):
            return values[jobs.start : jobs.stop]
        return [values[job] for job in jobs]

    return picked


def read_all(total: int, read: Read) -> Steps[list[object]]:
    """Return what every job has."""
    found: list[object] = []
    for start in range(0, total, PIECE):
        found += read(range(start, min(start + PIECE, total)))
        yield
    return found


def rank(values: Sequence[object], *, descending: bool = False) -> Steps[Sequence[float]]:
    """Return numbers that sort as the values do: numbers, then text, then the rest.

    What has no value comes last, downwards too: who looks for the highest is to find it on top.
    A sweep has few values and many jobs: each value is looked at once.

    Parameters
    ----------
    descending
        The highest value has the least number.
    """
    last = -math.inf if descending else math.inf
    kinds: set[type] = set()
    for start in range(0, len(values), PIECE):
        kinds.update(map(type, values[start : start + PIECE]))
        yield
    if kinds <= _NUMBERS:
        numbers: list[float] = []
        for start in range(0, len(values), PIECE):
            piece = values[start : start + PIECE]
            if last in piece:  # what has no value comes behind it
                break
            known: Iterable[Any] = (last if one is None or one != one else one for one in piece)
            numbers.extend(map(neg, known) if descending else known)
            yield
        else:
            return numbers
    names: list[object] = []
    distinct: dict[object, object] = {}
    for start in range(0, len(values), PIECE):
        piece = values[start : start + PIECE]
        named = [value if type(value) is str else _hashable(value) for value in piece]
        distinct.update(zip(named, piece, strict=True))
        names += named
        yield
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
    rank_of = dict(zip(distinct, map(neg, ranks) if descending else ranks, strict=True))
    rank_of.update((name, math.inf) for name, value in distinct.items() if _is_missing(value))
    found: list[float] = []
    for start in range(0, len(names), PIECE):
        found += map(rank_of.__getitem__, names[start : start + PIECE])
        yield
    return found


def _is_missing(value: object) -> bool:
    return value is None or value != value  # NaN


def _hashable(value: object) -> object:
    """Return what stands for a value in a table: 1, 1.0 and True must not be the same there."""
    is_text = type(value) in _NESTED or value != value  # no NaN equals another
    return (type(value), value_text(value) if is_text else value)


def sort(order: Sequence[int], key: Callable[[int], Any]) -> Steps[list[int]]:
    """Return numbers in the order of their keys; equal ones stay as they stand.

    Sorted a piece at a time, then merged a range of keys at a time: Python is quick at both.
    """
    pieces: list[list[int]] = []
    for start in range(0, len(order), PIECE):
        pieces.append(sorted(order[start : start + PIECE], key=key))
        yield
    found: list[int] = []
    begins = [0] * len(pieces)
    for border in _borders(order, key):
        for bisect in (bisect_left, bisect_right):
            ends = [
                bisect(piece, border, begin, key=key)
                for piece, begin in zip(pieces, begins, strict=True)
            ]
            part = _cut(pieces, begins, ends)
            found += sorted(part, key=key) if bisect is bisect_left else part  # all are equal
            begins = ends
            yield
    found += sorted(_cut(pieces, begins, list(map(len, pieces))), key=key)
    yield
    return found


def _borders(order: Sequence[int], key: Callable[[int], Any]) -> list[Any]:
    """Return keys between which there is about a piece of numbers, the least first."""
    sample = sorted(map(key, order[::STRIDE]))
    step = max(1, PIECE // STRIDE)
    return [border for border, _ in groupby(sample[step::step])]


def _cut(
    pieces: Sequence[Sequence[int]], begins: Sequence[int], ends: Sequence[int]
) -> Iterator[int]:
    cuts = map(slice, begins, ends)
    return chain.from_iterable(map(getitem, pieces, cuts))


def test_all(passes: bytearray, test: Read) -> Steps[None]:
    """Write for every job whether it passes a test."""
    for start in range(0, len(passes), PIECE):
        stop = min(start + PIECE, len(passes))
        passes[start:stop] = bytes(test(range(start, stop)))
        yield


def passing(order: Sequence[int], passes: bytearray | None) -> Steps[Sequence[int]]:
    """Return the jobs that pass, in an order that all of them have."""
    if passes is None:
        return order
    found = array("i")
    for start in range(0, len(order), PIECE):
        piece = order[start : start + PIECE]
        found.extend(compress(piece, map(passes.__getitem__, piece)))
        yield
    return found


def group(
    jobs: Sequence[int], read: Read, title: Callable[[object], str], closed: set[object]
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
        piece = jobs[start : start + PIECE]
        for key, (what, some) in _alike(piece, read(piece)).items():
            if key not in found:
                key = OTHERS if len(found) >= MOST_GROUPS else key
                shared.setdefault(key, what)
                found.setdefault(key, array("i"))
            found[key].extend(some)
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


def _alike(jobs: Sequence[int], values: Sequence[object]) -> dict[object, tuple[object, list[int]]]:
    """Return, for each key of a group, the value that jobs share, and the jobs."""
    found: dict[object, tuple[object, list[int]]] = {}
    kinds = set(map(type, values))
    if len(kinds) == 1 and not kinds <= _NESTED:  # equal ones are alike: each is looked at once
        alike: dict[object, list[int]] = defaultdict(list)
        for job, value in zip(jobs, values, strict=True):
            alike[value].append(job)
        pairs: Iterable[tuple[object, list[int]]] = alike.items()
    else:
        pairs = ((value, [job]) for job, value in zip(jobs, values, strict=True))
    for value, some in pairs:
        found.setdefault(_hashable(value), (value, []))[1].extend(some)
    return found


def count(jobs: Sequence[int], read_states: Read) -> Steps[Counter[JobState]]:
    """Return how many of some jobs are in each state."""
    counts: Counter[JobState] = Counter()
    for start in range(0, len(jobs), PIECE):
        counts.update(read_states(jobs[start : start + PIECE]))
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
