"""What is done by hand to single jobs: switched off, or given other values.

An edit finds its jobs by the values of their swept parameters, so it stays with them when blocks
are reordered and values are added; where nothing has these values any more, it rests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

from hopla_gui.domain.grid import Vector, place_of, point_at

MAX_EDITED = 100_000


@dataclass(frozen=True, slots=True)
class JobEdit:
    """An entry ``[[job]]`` of a sweep file.

    Attributes
    ----------
    at
        Values by which the jobs are found; all that have them are meant.
    nth
        Of several jobs with these values (repetitions, a value listed twice), only this one,
        counted from 0.
    off
        Leave the jobs out.
    set
        Values that they get in place of the sweep's.
    unset
        Parameters that they are not given.
    """

    at: Mapping[str, object]
    nth: int | None = None
    off: bool = False
    set: Mapping[str, object] = field(default_factory=dict)
    unset: tuple[str, ...] = ()

    @property
    def does_nothing(self) -> bool:
        """Whether it leaves its jobs as they are."""
        return not (self.off or self.set or self.unset)

    def applied(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters of a job after the edit."""
        changed = {**parameters, **self.set}
        return {name: value for name, value in changed.items() if name not in self.unset}


class Finder:
    """Finds the points of a grid by the values of their parameters, and the other way round.

    Parameters
    ----------
    columns
        The values of each parameter: over no block where it is fixed, over its one where swept.
    swept
        Names of the swept parameters.
    lengths
        Number of places of every block.
    """

    def __init__(
        self, columns: Mapping[str, Vector], swept: Sequence[str], lengths: Sequence[int]
    ) -> None:
        self._columns = columns
        self._names = swept
        self._lengths = lengths
        self._places: dict[tuple[int, tuple[str, ...]], dict[object, list[int]]] = {}

    @cached_property
    def _swept(self) -> dict[int, list[str]]:
        """The names of the swept parameters of each block."""
        found: dict[int, list[str]] = {}
        for name in self._names:
            found.setdefault(self._columns[name].blocks[0], []).append(name)
        return found

    def column(self, name: str) -> Vector:
        """Return the values of a parameter."""
        return self._columns[name]

    def places(self, at: Mapping[str, object]) -> dict[int, list[int]] | None:
        """Return the places that the values have in each block they speak of; ``None``: nowhere."""
        by_block: dict[int, list[str]] = {}
        for name, value in at.items():
            column = self._columns.get(name)
            if column is None or len(column.blocks) > 1:
                return None
            if column.blocks:
                by_block.setdefault(column.blocks[0], []).append(name)
            elif _canonical(column.items[0]) != _canonical(value):
                return None
        found = {}
        for block, names in by_block.items():
            wanted = tuple(_canonical(at[name]) for name in names)
            found[block] = self._index(block, tuple(names)).get(wanted, [])
        return found if all(found.values()) else None

    def points(self, edit: JobEdit) -> Iterable[int]:
        """Return the points that an edit is for, ascending."""
        places = self.places(edit.at)
        if places is None:
            return ()
        every = [places.get(b, range(length)) for b, length in enumerate(self._lengths)]
        if edit.nth is None:
            return (point_at(chosen, self._lengths) for chosen in product(*every))
        if edit.nth >= prod(map(len, every)):
            return ()
        numbers = place_of(edit.nth, list(map(len, every)))
        chosen = [of[number] for of, number in zip(every, numbers, strict=True)]
        return (point_at(chosen, self._lengths),)

    def count(self, edit: JobEdit) -> int:
        """Return how many points an edit is for."""
        places = self.places(edit.at)
        if places is None:
            return 0
        every = prod(len(places.get(b, range(n))) for b, n in enumerate(self._lengths))
        return every if edit.nth is None else int(edit.nth < every)

    def marks(self, edit: JobEdit) -> Vector:
        """Return a 1 for each point that an edit without ``nth`` is for."""
        places = self.places(edit.at)
        if places is None:
            return Vector((), b"\0")
        blocks = tuple(sorted(places))
        marks = bytearray(prod(self._lengths[block] for block in blocks))
        lengths = [self._lengths[block] for block in blocks]
        for chosen in product(*(places[block] for block in blocks)):
            marks[point_at(chosen, lengths)] = 1
        return Vector(blocks, bytes(marks))

    def key(self, point: int) -> tuple[dict[str, object], int | None]:
        """Return the values that single a point out, and which it is where several have them."""
        at: dict[str, object] = {}
        sizes: list[int] = []
        numbers: list[int] = []
        for block, place in enumerate(place_of(point, self._lengths)):
            names = tuple(self._swept.get(block, ()))
            at |= {name: self._columns[name].items[place] for name in names}
            wanted = tuple(_canonical(at[name]) for name in names)
            alike = self._index(block, names)[wanted] if names else range(self._lengths[block])
            sizes.append(len(alike))
            numbers.append(alike.index(place))
        return at, point_at(numbers, sizes) if prod(sizes) > 1 else None

    def _index(self, block: int, names: tuple[str, ...]) -> dict[object, list[int]]:
        """Return the places of a block by the values of some of its parameters."""
        names_known = block, names
        if names_known not in self._places:
            found: dict[object, list[int]] = {}
            rows = zip(*(self._columns[name].items for name in names), strict=True)
            for place, row in enumerate(rows):
                found.setdefault(tuple(map(_canonical, row)), []).append(place)
            self._places[names_known] = found
        return self._places[names_known]


def _canonical(value: object) -> object:
    """Return a key that equal values share; ``True`` and 1 are not equal, 1 and 1.0 are."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_canonical, value))
    return value
