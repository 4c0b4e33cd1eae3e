"""Sets of jobs as integers, a bit a job: a hundred thousand jobs are compared in microseconds."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from heapq import merge
from itertools import pairwise
from operator import ne
from typing import TypeAlias

from hopla_gui.turns import give_way, mapped, unhurried

_MOST_IN_BYTES = 256
_PART = 2_000  # jobs: sets of the first so many, in the order of their numbers, are kept

JobSet: TypeAlias = int
Key = tuple[object, object]


def job_set(jobs: Iterable[int], total: int) -> JobSet:
    """Return a set of some of ``total`` jobs."""
    flags = bytearray(b"0") * total
    for piece in unhurried(jobs):
        for job in piece:
            flags[job] = 49  # "1"
    return int(flags or b"0", 2)


class ValueSets:
    """One parameter over all jobs of a run: which jobs have which value.

    Attributes
    ----------
    values
        The values that there are, each once.
    """

    def __init__(self, column: Sequence[object]) -> None:
        plain = _are_keys(column)
        keys = column if plain else mapped(_key, column)
        codes: dict[object, int] = {}
        self._codes = array("L")
        for piece in unhurried(keys):
            for key in dict.fromkeys(piece):
                codes.setdefault(key, len(codes))
            self._codes.extend(map(codes.__getitem__, piece))
        self.values = list(codes) if plain else [key[1] for key in codes]  # type: ignore[index]
        few = len(self.values) <= _MOST_IN_BYTES
        self._bytes = bytes(list(self._codes)) if few else None

    def __len__(self) -> int:
        """Return the number of different values."""
        return len(self.values)

    def jobs_with(self, codes: Collection[int]) -> JobSet:
        """Return the jobs that have one of some values, given by place in ``values``."""
        if self._bytes is not None:
            table = bytes(49 if code in codes else 48 for code in range(_MOST_IN_BYTES))
            return int(self._bytes.translate(table) or b"0", 2)
        flags = mapped(lambda code: "1" if code in codes else "0", self._codes)
        return int("".join(flags), 2)

    def counts(self, jobs: JobSet, indices: Collection[int]) -> Counter[int]:
        """Return how often each value occurs among jobs, given as a set and as indices."""
        if len(self.values) > _MOST_IN_BYTES or len(indices) < 10 * len(self.values):
            return Counter([self._codes[index] for index in indices])
        found = ((code, (bits & jobs).bit_count()) for code, bits in enumerate(self._each))
        return Counter({code: count for code, count in found if count})

    @cached_property
    def _each(self) -> list[JobSet]:
        return [self.jobs_with((code,)) for code in range(len(self.values))]

    @cached_property
    def numbers(self) -> list[float | None]:
        """The values that are numbers, ``None`` in the place of any other."""
        return mapped(_number, self.values)

    @cached_property
    def different_numbers(self) -> list[float]:
        """The numbers among the values, the least first."""
        found = mapped(self.numbers.__getitem__, self._by_number)
        return [number for number in found if number is not None]

    def jobs_between(self, least: float | None, most: float | None) -> JobSet:
        """Return the jobs whose value is a number in a range, both ends included."""
        numbers, (starts, _, _) = self.different_numbers, self._jobs_by_number
        begin = 0 if least is None else bisect_left(numbers, least)
        end = len(numbers) if most is None else bisect_right(numbers, most)
        return self._first_jobs(starts[end]) & ~self._first_jobs(starts[begin])

    def _first_jobs(self, count: int) -> JobSet:
        """Return the jobs with the least numbers."""
        _, jobs, parts = self._jobs_by_number
        part, rest = divmod(count, _PART)
        return parts[part] | job_set(jobs[count - rest : count], len(self._codes))

    @cached_property
    def _by_number(self) -> Sequence[int]:
        """The places in ``values`` of the numbers, the least first."""
        codes = [
            code
            for pairs in unhurried(enumerate(self.numbers))
            for code, number in pairs
            if number is not None
        ]
        number_of: Callable[[int], float] = self.numbers.__getitem__  # type: ignore[assignment]
        if self._are_ordered(codes):
            return array("L", codes)
        # Bit by bit: sorting all of them at once would keep Python's lock for as long.
        parts = (sorted(piece, key=number_of) for piece in unhurried(codes))
        ordered = array("L")
        for piece in unhurried(merge(*parts, key=number_of)):
            ordered.extend(piece)
        return ordered

    def _are_ordered(self, codes: Sequence[int]) -> bool:
        """Whether the numbers come in order, as those of a range do."""
        neighbours = pairwise(map(self.numbers.__getitem__, codes))
        return all(less <= more for pairs in unhurried(neighbours) for less, more in pairs)  # type: ignore[operator]

    @cached_property
    def _jobs_by_number(self) -> tuple[Sequence[int], Sequence[int], list[JobSet]]:
        """How many jobs have less than each number, the jobs in that order, sets of the first."""
        times, places = (array("L", [0]) * len(self.values) for _ in range(2))
        for piece in unhurried(self._codes):
            for code in piece:
                times[code] += 1
        starts = array("L", [0])
        for piece in unhurried(self._by_number):
            for code in piece:
                places[code] = starts[-1]
                starts.append(starts[-1] + times[code])
        jobs = array("L", [0]) * starts[-1]
        for pairs in unhurried(enumerate(self._codes)):
            for job, code in pairs:
                if self.numbers[code] is not None:
                    jobs[places[code]] = job
                    places[code] += 1
        flags, parts = bytearray(b"0") * len(self._codes), [0]
        for start in range(0, len(jobs) - _PART + 1, _PART):
            give_way()
            for job in jobs[start : start + _PART]:
                flags[job] = 49
            parts.append(int(flags, 2))
        return starts, jobs, parts


def _are_keys(column: Sequence[object]) -> bool:
    """Whether the values tell themselves apart: all of one plain kind, and each equal to itself."""
    kinds: set[type] = set()
    for piece in unhurried(column):
        kinds.update(map(type, piece))
        if len(kinds) > 1 or any(map(ne, piece, piece)):
            return False
    return bool(kinds) and kinds < {int, float, str}


def _key(value: object) -> Key:
    """Return what equal values have in common: ``True`` is not 1, but 1.0 is."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return kind, value
    if kind is int or kind is float:
        return (float, value) if value == value else (repr, "nan")
    return repr, repr(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer of hundreds of digits
        return None
