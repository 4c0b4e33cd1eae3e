"""From a sweep to the states of fields: which field each name means, and what no field shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hopla_gui.domain.sweep import Axis, Block, Sweep
from hopla_gui.gui.setup.axis_texts import moved
from hopla_gui.gui.setup.block_order import BlockOrder
from hopla_gui.gui.setup.field import Field, FieldState
from hopla_gui.gui.setup.naming import Names
from hopla_gui.gui.setup.strays import Strays


class Filling:
    """Takes a sweep apart.

    Parameters
    ----------
    states, blocks
        Are filled.
    base
        The folder that names of files are to be relative to.
    """

    def __init__(
        self, names: Names, states: dict[Field, FieldState], blocks: BlockOrder, base: Path
    ) -> None:
        self._names = names
        self._states = states
        self._blocks = blocks
        self._base = base
        self._strays = Strays()

    def fill(self, sweep: Sweep) -> Strays:
        """Set the state of every field that the sweep names; return the rest."""
        for name, value in sweep.fixed.items():
            field = self._free(name, value)
            if field is None:
                self._strays.fixed[name] = value
            else:
                self._states[field] = FieldState(self._names.value_shown(field, name, value))
        for name, template in sweep.derived.items():
            field = self._free(name)
            if field is None:
                self._strays.templates[name] = template
            else:
                self._states[field] = FieldState(derived=True, template=template)
        for block in sweep.blocks:
            self._fill_block(block)
        return self._strays

    def _free(self, name: str, *value: object) -> Field | None:
        """Return the field that a name means, unless there is none or it has been filled."""
        field = self._names.find(name, *value)
        return None if field in self._states else field

    def _fill_block(self, block: Block) -> None:
        linked: list[Field] = []
        strays: dict[str, Axis] = {}
        for name, axis in block.axes.items():
            field = self._free(name)
            if field is None:
                strays[name] = axis
                continue
            shown = moved(self._names.axis_shown(field, name, axis), self._base)
            self._states[field] = FieldState(swept=True, axis=shown)
            linked.append(field)
        if linked:
            self._blocks.add(*linked)
        if strays:
            self._strays.axes.append(strays)


def given_names(sweep: Sweep, names: Names) -> Iterator[tuple[Field, str]]:
    """Yield the fields that a sweep knows by another name: its rules and templates do, too."""
    seed = [sweep.repeat.seed] if sweep.repeat and sweep.repeat.seed else []
    axes = (name for block in sweep.blocks for name in block.axes)
    for name in (*sweep.fixed, *sweep.derived, *axes, *seed):
        field = names.only_field(name)
        if field is not None and name != names.key(field):
            yield field, name
