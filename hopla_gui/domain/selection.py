"""Which points of a grid become jobs: from a job's index to its point and back.

A million points are no list: rules leave marks over a few neighbouring blocks (one byte for each
combination of those), hand-made exceptions a sorted array.

    point = (outer · period + place in the period) · inner + rest
                              └── a mark for each ──┘
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, compress, product, repeat
from math import prod
from typing import TypeVar

from hopla_gui.domain.grid import Vector, spread

T = TypeVar("T")
_SHIFT = 8  # a count is kept for each 256 marks


class Selection:
    """The points that are kept, in order, each with its index among them.

    Parameters
    ----------
    lengths
        Number of places of every block.
    left_out
        1 for what rules leave out, over the blocks that those touch.
    off
        Further points that are left out, one by one.

    Raises
    ------
    UserError
        Where the rules touch blocks too far apart to be looked at together.
    """

    def __init__(self, lengths: Sequence[int], left_out: Vector, off: Iterable[int] = ()) -> None:
        self._lengths = lengths
        self._set_marks(left_out)
        kept = self._marks.count(1)
        self._kept = kept
        counts = (
            self._marks.count(1, start, start + (1 << _SHIFT))
            for start in range(0, len(self._marks), 1 << _SHIFT)
        )
        self._ranks = array("Q", accumulate(counts, initial=0))
        self._by_rules = prod(lengths[: self._low]) * kept * self._inner
        ranks = sorted({self.rank(point) for point in off if self.passes_rules(point)})
        self._off = array("Q", ranks)
        self._before_off = array("Q", (rank - place for place, rank in enumerate(ranks)))

    def _set_marks(self, left_out: Vector) -> None:
        touched = left_out.blocks
        self._low = touched[0] if touched else len(self._lengths)
        high = touched[-1] + 1 if touched else len(self._lengths)
        marks = spread(left_out, tuple(range(self._low, high)), self._lengths)
        self._marks = bytes(marks).translate(_INVERTED)  # type: ignore[arg-type]
        self._high = high
        self._inner = prod(self._lengths[high:])

    def __len__(self) -> int:
        return self._by_rules - len(self._off)

    @property
    def kept_by_rules(self) -> int:
        """How many points no rule leaves out."""
        return self._by_rules

    @property
    def off(self) -> int:
        """How many points are left out one by one that no rule leaves out."""
        return len(self._off)

    def passes_rules(self, point: int) -> bool:
        """Whether no rule leaves a point out."""
        return bool(self._marks[point // self._inner % len(self._marks)])

    def index_of(self, point: int) -> int | None:
        """Return the index of a point among those kept, ``None`` for one that is not."""
        if not self.passes_rules(point):
            return None
        rank = self.rank(point)
        place = bisect_left(self._off, rank)
        if place < len(self._off) and self._off[place] == rank:
            return None
        return rank - place

    def point_of(self, index: int) -> int:
        """Return the point that has an index."""
        return self.point_ranked(index + bisect_right(self._before_off, index))

    def rank(self, point: int) -> int:
        """Return how many points before it pass the rules."""
        whole, rest = divmod(point, self._inner)
        outer, place = divmod(whole, len(self._marks))
        start = place >> _SHIFT << _SHIFT
        before = self._ranks[place >> _SHIFT] + self._marks.count(1, start, place)
        passes = self._marks[place]
        return (outer * self._kept + before) * self._inner + (rest if passes else 0)

    def point_ranked(self, rank: int) -> int:
        """Return the point with so many before it that pass the rules."""
        whole, rest = divmod(rank, self._inner)
        outer, number = divmod(whole, self._kept)
        page = bisect_right(self._ranks, number) - 1
        place = (page << _SHIFT) - 1
        for _ in range(number - self._ranks[page] + 1):
            place = self._marks.index(1, place + 1)
        return (outer * len(self._marks) + place) * self._inner + rest

    def is_off(self, rank: int) -> bool:
        """Whether the point of a rank is left out by itself."""
        place = bisect_left(self._off, rank)
        return place < len(self._off) and self._off[place] == rank

    def ranks_off(self) -> Sequence[int]:
        """Return the ranks of the points left out one by one, ascending."""
        return self._off

    def steps(self, blocks: Sequence[Sequence[T]]) -> Iterator[tuple[T, ...]]:
        """Yield a step of each block for the points that pass the rules, in order."""
        if self._kept == len(self._marks):
            return product(*blocks)
        times = prod(self._lengths[: self._low])
        marks = chain.from_iterable(repeat(self._marks, times))
        if self._inner > 1:
            each = self._inner
            marks = chain.from_iterable(repeat(mark, each) for mark in marks)
        return compress(product(*blocks), marks)


_INVERTED = bytes([1, 0, *range(2, 256)])
