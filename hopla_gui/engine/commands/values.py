"""The value of any parameter at any point of a sweep, as expressions, rules and edits ask for it.

What the sweep does not give has its default: the script sees that, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import repeat

from hopla_gui.domain.grid import Vector, spread, union
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.template import Part, flattened, rendered
from hopla_gui.engine.commands.argtext import number_of
from hopla_gui.engine.commands.naming import Target, chosen_levels, find_target
from hopla_gui.errors import UserError


class KnownValues:
    """Values by name, over the blocks that they depend on; the sweep has to be sound."""

    def __init__(self, setup: Setup, spec: ParserSpec) -> None:
        self._sweep = sweep = setup.sweep
        self._spec = spec
        self._levels = chosen_levels(spec, setup.subcommand)
        self._home = {name: n for n, block in enumerate(sweep.blocks) for name in block.axes}
        if sweep.repeat and sweep.repeat.seed:
            self._home[sweep.repeat.seed] = len(sweep.blocks)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The number of places of every block, repetitions being the last one."""
        repeated = (self._sweep.repeat.n,) if self._sweep.repeat else ()
        return (*map(len, self._sweep.blocks), *repeated)

    @cached_property
    def derived(self) -> dict[str, tuple[Part, ...]]:
        """What each parameter with an ``expr`` is made of."""
        return flattened(self._sweep.derived)

    def raw(self, name: str) -> Vector:
        """Return the values of a parameter as they were written.

        Raises
        ------
        UserError
            Where there is no such parameter.
        """
        if name in self.derived:
            return self.made(self.derived[name])
        block = self._home.get(name)
        if block is None:
            return Vector((), [self._constant(name)])
        if block == len(self._sweep.blocks):
            assert self._sweep.repeat
            return Vector((block,), self._sweep.repeat.seeds)
        return Vector((block,), self._sweep.blocks[block].axes[name].values())

    def recorded(self, name: str) -> Vector:
        """Return the values of a parameter as the script reads them: numbers where it does."""
        found = self.raw(name)
        target = self.target(name)
        return Vector(found.blocks, [number_of(target.candidates[0][1], v) for v in found.items])

    def made(self, parts: Sequence[Part]) -> Vector:
        """Return the texts that an expression makes."""
        vectors = [self._texts(part) for part in parts]
        blocks = union(*vectors)
        columns = [spread(vector, blocks, self.lengths) for vector in vectors]
        return Vector(blocks, list(map("".join, zip(*columns, strict=True))) if columns else [""])

    def home(self, name: str) -> int | None:
        """Return the block of a parameter, ``None`` where it is the same for all jobs."""
        return self._home.get(name)

    def target(self, name: str) -> Target:
        """Return which parameter of the script a name means.

        Raises
        ------
        UserError
            Where there is none, or where the sweep gives it under another name.
        """
        target = find_target(name, self._levels, self._spec)
        given = {*self._sweep.fixed, *self._sweep.derived, *self._home}
        if name not in given:
            for other in given:
                if self._is_same(target, other):
                    raise UserError(f"{name}: this sweep names it {other!r}", parameter=other)
        return target

    @cached_property
    def names(self) -> list[str]:
        """All names that mean a parameter in this sweep."""
        dests = (param.dest for level in self._levels for param in level.parameters)
        return list(dict.fromkeys([*self._sweep.fixed, *self.derived, *self._home, *dests]))

    def _texts(self, part: Part) -> Vector:
        if isinstance(part, str):
            return Vector((), [part])
        found = self.raw(part.name)
        return Vector(found.blocks, list(map(rendered, repeat(part), found.items)))

    def _constant(self, name: str) -> object:
        if name in self._sweep.fixed:
            return self._sweep.fixed[name]
        if name not in self.names:
            close = get_close_matches(name, self.names, 1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            raise UserError(f"no parameter is named {name!r}{meant}")
        return self.target(name).candidates[0][1].default

    def _is_same(self, target: Target, other: str) -> bool:
        try:
            found = find_target(other, self._levels, self._spec)
        except UserError:
            return False
        return bool(found.places & target.places)


class Columns(Mapping[str, Vector]):
    """The values of every parameter by name, each worked out when it is asked for."""

    def __init__(self, values: KnownValues) -> None:
        self._values = values
        self._names = dict.fromkeys(values.names)
        self._found: dict[str, Vector] = {}

    def __getitem__(self, name: str) -> Vector:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._found:
            self._found[name] = self._values.recorded(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
