"""Marks of a comparison that changes once, at most, along the innermost of its blocks.

``lr * batch + seed < 100`` holds up to some seed, or from some seed on, whatever ``lr`` and
``batch`` are: each row of points is told by that place, which is found by bisection. The result is
the one of point after point: rounded sums, products and quotients rise and fall with their operand.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias

from hopla_gui.domain.grid import Vector

Number: TypeAlias = Any  # an int or a float


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to a number: `function` of it and of another, which each row has its own of.

    Attributes
    ----------
    is_second
        Whether the number is the function's second operand.
    """

    function: Callable[[Number, Number], Any]
    others: Sequence[Number]
    is_second: bool = False

    def applied(self, numbers: Iterable[Number]) -> Iterator[Any]:
        """Return what becomes of a number for each row."""
        pair = (self.others, numbers) if self.is_second else (numbers, self.others)
        return map(self.function, *pair)

    def of_row(self, row: int) -> Callable[[Number], Any]:
        """Return what becomes of numbers in one row."""
        function, other = self.function, self.others[row]
        if self.is_second:
            return lambda number: function(other, number)
        return lambda number: function(number, other)


def monotone_marks(numbers: Vector, rows: int, steps: Sequence[Step]) -> bytes | None:
    """Return a 1 for each number of each row that the steps end with ``True`` for.

    Parameters
    ----------
    numbers
        What the innermost block has.
    steps
        Functions that rise or fall with the number, the last of them a comparison of order.

    Returns
    -------
    bytes or None
        Row after row; none where a result is no number, or they are of several kinds.
    """
    if not _is_ordered(numbers.items) or not all(_are_finite(step.others) for step in steps):
        return None
    order = sorted(range(len(numbers.items)), key=numbers.items.__getitem__)  # type: ignore[arg-type]
    ranked = [numbers.items[place] for place in order]
    try:
        first, last = (_along_rows(ranked[end], rows, steps) for end in (0, -1))
        changes = [
            len(ranked) if begins is ends else _change(ranked, row, steps, begins)
            for row, (begins, ends) in enumerate(zip(first, last, strict=True))
        ]
    except (OverflowError, ZeroDivisionError):
        return None
    return b"".join(_rows(order, changes, first))


def _along_rows(number: Number, rows: int, steps: Sequence[Step]) -> list[bool]:
    found: Iterable[Any] = repeat(number, rows)
    for step in steps[:-1]:
        found = list(step.applied(found))
        if not _are_finite(found):  # nought times infinity rises and falls with nothing
            raise OverflowError
    return list(steps[-1].applied(found))


def _change(ranked: Sequence[Number], row: int, steps: Sequence[Step], begins: bool) -> int:
    """Return the place of the first number with another result than the numbers before it."""
    functions = [step.of_row(row) for step in steps]

    def is_other(number: Number) -> bool:
        for function in functions:
            number = function(number)
        return number is not begins

    return bisect_left(ranked, True, key=is_other)


def _rows(order: Sequence[int], changes: Sequence[int], first: Sequence[bool]) -> list[bytes]:
    """Return the marks of each row; from one row to the next in order, few of them change."""
    rows = [b""] * len(changes)
    marks, done = bytearray(len(order)), 0
    for row in sorted(range(len(changes)), key=changes.__getitem__):
        for place in order[done : changes[row]]:
            marks[place] = 1
        done = changes[row]
        rows[row] = bytes(marks if first[row] else marks.translate(_INVERTED))
    return rows


def _is_ordered(numbers: Sequence[object]) -> bool:
    """Whether they are numbers of one kind: integers may be more exact than floats among them."""
    return len(set(map(type, numbers))) == 1 and _are_finite(numbers)


def _are_finite(numbers: Sequence[object]) -> bool:
    try:
        return set(map(type, numbers)) <= {int, float} and all(map(math.isfinite, numbers))  # type: ignore[arg-type]
    except OverflowError:  # an integer that is larger than any float
        return False


_INVERTED = bytes([1, 0, *range(2, 256)])
