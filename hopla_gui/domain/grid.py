"""Values and marks over the points of a grid, kept only over the blocks that they depend on.

A condition on two parameters of a million points is worked out on the product of the two blocks
those belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any

from hopla_gui.errors import UserError

MAX_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class Vector:
    """One item for each point of the product of some blocks, the last block varying fastest.

    Attributes
    ----------
    blocks
        Numbers of the blocks, ascending; none for what is the same everywhere.
    items
        A list of values, or ``bytes`` of 0 and 1: marks.
    """

    blocks: tuple[int, ...]
    items: Sequence[object]


def spread(vector: Vector, blocks: tuple[int, ...], lengths: Sequence[int]) -> Sequence[object]:
    """Return the items of a vector over more blocks.

    Parameters
    ----------
    blocks
        Numbers of the blocks, ascending, the vector's own among them.
    lengths
        Number of places of every block of the grid.

    Raises
    ------
    UserError
        Where they have too many combinations.
    """
    cells = prod(lengths[block] for block in blocks)
    if cells > MAX_CELLS:
        raise UserError(
            f"looks at {cells:,} combinations of values; {MAX_CELLS:,} is the most: put the blocks"
            " of its parameters next to each other"
        )
    items, own = vector.items, set(vector.blocks)
    inner = 1
    for block in reversed(blocks):
        if block not in own:
            items = list(items) if isinstance(items, range) else items
            items = _repeated(items, inner, lengths[block])
        inner *= lengths[block]
    return items


def _repeated(items: Any, size: int, times: int) -> Sequence[object]:  # noqa: ANN401 (list or bytes)
    """Repeat each piece of so many items."""
    if size == len(items):
        return items * times  # type: ignore[no-any-return]
    pieces = (items[start : start + size] * times for start in range(0, len(items), size))
    return b"".join(pieces) if isinstance(items, bytes) else list(chain.from_iterable(pieces))


def union(*vectors: Vector) -> tuple[int, ...]:
    """Return the numbers of all blocks that the vectors depend on."""
    return tuple(sorted({block for vector in vectors for block in vector.blocks}))


def place_of(point: int, lengths: Sequence[int]) -> list[int]:
    """Return the place in each block of a point of the grid."""
    places = []
    for length in reversed(lengths):
        point, place = divmod(point, length)
        places.append(place)
    return places[::-1]


def point_at(places: Sequence[int], lengths: Sequence[int]) -> int:
    """Return the point of the grid at a place in each block."""
    point = 0
    for place, length in zip(places, lengths, strict=True):
        point = point * length + place
    return point
