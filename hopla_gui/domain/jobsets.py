"""Sets of jobs as integers, a bit a job: a hundred thousand jobs are compared in microseconds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

_MOST_IN_BYTES = 256

Key = tuple[object, object]


def job_set(jobs: Iterable[int], total: int) -> int:
    """Return a set of some of ``total`` jobs."""
    flags = bytearray(b"0") * total
    for job in jobs:
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
        codes: dict[Key, int] = {}
        self._codes = [codes.setdefault(_key(value), len(codes)) for value in column]
        self.values = _representatives(codes)
        few = len(self.values) <= _MOST_IN_BYTES
        self._bytes = bytes(self._codes) if few else None

    def __len__(self) -> int:
        """Return the number of different values."""
        return len(self.values)

    def jobs_with(self, codes: Collection[int]) -> int:
        """Return the jobs that have one of some values, given by place in ``values``."""
        if self._bytes is not None:
            table = bytes(49 if code in codes else 48 for code in range(_MOST_IN_BYTES))
            return int(self._bytes.translate(table) or b"0", 2)
        return int("".join(["1" if code in codes else "0" for code in self._codes]), 2)

    def counts(self, jobs: int, indices: Collection[int]) -> Counter[int]:
        """Return how often each value occurs among jobs, given as a set and as indices."""
        if len(self.values) > _MOST_IN_BYTES or len(indices) < 10 * len(self.values):
            return Counter([self._codes[index] for index in indices])
        found = ((code, (bits & jobs).bit_count()) for code, bits in enumerate(self._each))
        return Counter({code: count for code, count in found if count})

    @cached_property
    def _each(self) -> list[int]:
        return [self.jobs_with((code,)) for code in range(len(self.values))]

    @cached_property
    def numbers(self) -> list[float | None]:
        """The values that are numbers, ``None`` in the place of any other."""
        return [_number(value) for value in self.values]


def _key(value: object) -> Key:
    """Return what equal values have in common: ``True`` is not 1, but 1.0 is."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return kind, value
    if kind is int or kind is float:
        return (float, value) if value == value else (repr, "nan")
    return repr, repr(value)


def _representatives(codes: dict[Key, int]) -> list[object]:
    return [value for _, value in codes]


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None  # type: ignore[arg-type,return-value]
