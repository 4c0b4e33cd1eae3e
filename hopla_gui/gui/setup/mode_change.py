"""What a field keeps when it is given in another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.domain.template import Template
from hopla_gui.gui.setup.converting import converted
from hopla_gui.gui.setup.field import UNSET, Field, FieldState, Kind
from hopla_gui.gui.setup.mode import Mode, axis_mode
from hopla_gui.gui.setup.survey import is_quick
from hopla_gui.gui.setup.values import axis_values, text_of, value_error


def first_axis(field: Field, state: FieldState) -> Axis:
    """Return the values that a field starts its sweep with."""
    kept = state.axis
    if kept is not None and (state.value is UNSET or state.value in _quick_values(kept)):
        return kept
    if field.depth == 0 and field.kind in (Kind.FLAG, Kind.SWITCH):
        return Values((False, True))
    if state.value is not UNSET:
        return Values((state.value,))
    if field.depth == 0 and field.kind is Kind.CHOICE:
        return Values(tuple(field.param.choices or ()))
    return Values(())


def _value_kept(field: Field, state: FieldState) -> object:
    """Return the fixed value of a field that is no longer swept."""
    found = _quick_values(state.axis)
    if field.kind is Kind.FLAG or state.derived:
        return state.value
    if state.value is not UNSET and state.value in found:
        return state.value
    return next((value for value in found if value_error(field, value) is None), UNSET)


def axis_in_mode(
    state: FieldState, axis: Axis, mode: Mode, values: Sequence[object], base: Path
) -> Axis:
    """Return the axis of a field in another mode; going straight back brings back what was."""
    if state.swept and state.before is not None and axis_mode(state.before) is mode:
        return state.before
    return converted(axis, mode, values, base)


def state_in_mode(field: Field, state: FieldState, mode: Mode, axis: Axis | None) -> FieldState:
    """Return how a field stands in another mode; ``axis`` is its values', where it has some."""
    if axis is not None:
        before = state.axis if state.swept else None
        return replace(state, swept=True, derived=False, axis=axis, before=before)
    if mode is Mode.EXPRESSION:
        template = state.template or _template_from(state)
        return replace(state, swept=False, derived=True, template=template)
    return replace(state, swept=False, derived=False, value=_value_kept(field, state))


def _template_from(state: FieldState) -> Template:
    """Return the text to start from: the value there was, as it stands."""
    if state.value is UNSET or isinstance(state.value, list | tuple):
        return Template("")
    return Template(text_of(state.value).replace("{", "{{").replace("}", "}}"))


def _quick_values(axis: Axis | None) -> Sequence[object]:
    return axis_values(axis)[0] if axis is not None and is_quick(axis) else ()
