"""The axes of a sweep: where the values of a swept parameter come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Values:
    """A plain list of values, given one by one."""

    items: tuple[object, ...]

    def values(self) -> Sequence[object]:
        """Return the values as they were given."""
        return self.items
