"""A sweep: fixed values, and blocks of axes that are crossed with each other.

Parameters of one block advance together (zip); several blocks are crossed (grid), the last one
varying fastest. Points are computed from their index, so a million of them cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Axis(Protocol):
    """Where the values of a swept parameter come from: a list, a range, or a file."""

    def values(self) -> Sequence[object]:
        """Return the values, in order; read or computed once."""


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

    def __len__(self) -> int:
        total = 1
        for block in self.blocks:
            total *= len(block)
        return total

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
