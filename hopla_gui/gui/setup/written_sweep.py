"""From the states of fields to the sweep that they say: the way back from `filling`."""

from __future__ import annotations

from collections.abc import Mapping

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.gui.setup.block_order import Blocks
from hopla_gui.gui.setup.field import UNSET, Field, FieldState
from hopla_gui.gui.setup.naming import Names
from hopla_gui.gui.setup.strays import Strays


def written_sweep(
    names: Names, states: Mapping[Field, FieldState], blocks: Blocks, strays: Strays
) -> Sweep:
    """Return what the fields on show say, under the names of a sweep file, and the strays.

    Parameters
    ----------
    states
        Of the fields on show, in their order.
    """
    fixed: dict[str, object] = {}
    derived = dict(strays.templates)
    for field, state in states.items():
        key = names.key(field)
        if state.derived and state.template:
            derived[key] = state.template
        elif state.fixed and state.value is not UNSET:
            fixed[key] = names.written(field, key, state.value)
    swept = [_block(names, states, block) for block in blocks]
    return Sweep(strays.fixed | fixed, (*swept, *map(Block, strays.axes)), derived)


def _block(names: Names, states: Mapping[Field, FieldState], fields: tuple[Field, ...]) -> Block:
    keys = {field: names.key(field) for field in fields}
    return Block(
        {
            key: names.axis_written(field, key, states[field].axis or Values(()))
            for field, key in keys.items()
        }
    )
