"""A sweep: fixed values, and blocks of axes that are crossed with each other.

Parameters of one block advance together (zip); several blocks are crossed (grid), the last one
varying fastest. Points are computed from their index, so a million of them cost nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import Protocol

from hopla_gui.errors import UserError

MAX_JOBS = 10**9
MOST_CORNERS = 32


class Axis(Protocol):
    """Where the values of a swept parameter come from: a list, a range, or a file."""

    def values(self) -> Sequence[object]:
        """Return the values, in order; read or computed once.

        Raises
        ------
        UserError
            Where there is none, or the file they come from cannot be read.
        """

    def to_toml(self, folder: Path) -> object:
        """Return the axis as a sweep file in ``folder`` says it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters that advance together: each axis has the same number of values."""

    axes: Mapping[str, Axis]

    def __len__(self) -> int:
        return len(next(iter(self.axes.values())).values()) if self.axes else 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Fixed values and crossed blocks; keys are dests, or flags without their dashes."""

    fixed: Mapping[str, object] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    @property
    def swept(self) -> tuple[str, ...]:
        """Names of the swept parameters, in block order."""
        return tuple(name for block in self.blocks for name in block.axes)

    @property
    def count(self) -> int:
        """Number of points; unlike ``len()`` it may pass what a machine word holds."""
        return prod(map(len, self.blocks))

    def __len__(self) -> int:
        return self.count

    def point(self, index: int) -> dict[str, object]:
        """Return the values of the swept parameters of the point at ``index``."""
        found: list[tuple[str, object]] = []
        for block in reversed(self.blocks):
            index, place = divmod(index, len(block))
            found[:0] = [(name, axis.values()[place]) for name, axis in block.axes.items()]
        return dict(found)

    def points(self) -> Iterator[dict[str, object]]:
        """Yield every point in expansion order."""
        return (self.point(index) for index in range(len(self)))

    def corners(self) -> list[int]:
        """Return the points where every block is at its first or its last place.

        Where that makes more than ``MOST_CORNERS``: the first point, the last one, and those
        where one block alone is at its last place.
        """
        lengths = [len(block) for block in self.blocks]
        if 0 in lengths:
            return []
        steps = [prod(lengths[place + 1 :]) for place in range(len(lengths))]
        ends = [(length - 1) * step for length, step in zip(lengths, steps, strict=True)]
        far = [end for end in ends if end]
        if 2 ** len(far) > MOST_CORNERS:
            return sorted({0, *far, sum(far)})
        return sorted(map(sum, product(*((0, end) for end in far))))

    def problems(self) -> Iterator[UserError]:
        """Yield what keeps the sweep from being expanded, whatever the script."""
        names = Counter([*self.fixed, *self.swept])
        for name in (name for name, times in names.items() if times > 1):
            where = (
                "in [fixed] and in [[sweep]]" if name in self.fixed else "in two [[sweep]] blocks"
            )
            yield UserError(f"{name}: given twice, {where}", parameter=name)
        sound = True
        for number, block in enumerate(self.blocks, 1):
            for problem in block_problems(block, number):
                sound = False
                yield problem
        if sound and self.count > MAX_JOBS:
            yield UserError(f"the sweep makes {self.count:,} jobs; {MAX_JOBS:,} is the most")


def block_problems(block: Block, number: int) -> Iterator[UserError]:
    """Yield what is wrong with one block: no parameter, no value, unequal lengths."""
    if not block.axes:
        yield UserError(f"[[sweep]] block {number} names no parameter")
    lengths: dict[str, int] = {}
    for name, axis in block.axes.items():
        try:
            lengths[name] = len(axis.values())
        except UserError as error:
            yield UserError(f"{name}: {error.what}", error.detail, parameter=name)
            continue
        if not lengths[name]:
            yield UserError(f"{name}: the list of values is empty", parameter=name)
    if 0 not in lengths.values() and len(set(lengths.values())) > 1:
        yield _unequal(lengths, number)


def _unequal(lengths: Mapping[str, int], number: int) -> UserError:
    """Name each parameter with its length; the fault is put at the one that stands out."""
    counted = ", ".join(
        f"{name} has {length} value{'s' * (length != 1)}" for name, length in lengths.items()
    )
    times = Counter(lengths.values())
    odd_one = min(reversed(list(lengths)), key=lambda name: times[lengths[name]])
    return UserError(
        f"{counted}: parameters of one [[sweep]] block (block {number}) advance together"
        " and need equally many",
        parameter=odd_one,
    )
