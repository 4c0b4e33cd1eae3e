"""Which swept fields advance together, and how the blocks are nested; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hopla_gui.gui.setup.field import Field

Blocks = tuple[tuple[Field, ...], ...]


class BlockOrder:
    """The blocks of all subcommands: those that are not on show keep their places."""

    def __init__(self) -> None:
        self._blocks: list[list[Field]] = []

    def of(self, fields: Collection[Field]) -> Blocks:
        """Return the blocks of these fields."""
        shown = set(fields)
        found = (tuple(field for field in block if field in shown) for block in self._blocks)
        return tuple(block for block in found if block)

    def clear(self) -> None:
        """Forget all blocks."""
        self._blocks.clear()

    def add(self, *fields: Field) -> None:
        """Add a block, the innermost."""
        self._blocks.append(list(fields))

    def add_others(self, other: BlockOrder, known: Collection[Field]) -> None:
        """Add the blocks of another order that have none of the known fields."""
        self._blocks += [block for block in other._blocks if not set(known).intersection(block)]

    def remove(self, field: Field) -> None:
        """Take a field out of its block."""
        for block in self._blocks:
            if field in block:
                block.remove(field)
        self._blocks = [block for block in self._blocks if block]

    def link(self, field: Field, other: Field) -> bool:
        """Put a field in the block of another; whether that changed anything."""
        block = next((block for block in self._blocks if other in block), None)
        if block is None or field in block:
            return False
        self.remove(field)
        block.append(field)
        return True

    def put_together(self, fields: Sequence[Field]) -> None:
        """Make one block of some fields, where the first of them has its own, else the last."""
        shared = [not set(fields).isdisjoint(block) for block in self._blocks]
        place = shared.index(True) if any(shared) else len(self._blocks)
        for field in fields:
            self.remove(field)
        self._blocks.insert(place, list(fields))

    def unlink(self, field: Field, before: Field | None) -> None:
        """Put a field in a block of its own: the last one, or before that of another field."""
        self.remove(field)
        self._blocks.insert(self._place(before, len(self._blocks)), [field])

    def move(self, field: Field, to: Field) -> None:
        """Move the block of a field to the place that the block of another has."""
        place = self._place(to, len(self._blocks))
        self._blocks.insert(place, self._blocks.pop(self._place(field, -1)))

    def _place(self, field: Field | None, otherwise: int) -> int:
        found = (place for place, block in enumerate(self._blocks) if field in block)
        return next(found, otherwise)
