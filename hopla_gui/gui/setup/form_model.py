"""What the form says, apart from any widget: the state of each field, blocks, subcommand.

The states of all subcommands are kept, so switching to and fro loses nothing. Lives on the main
thread; widgets set and show, and never talk to each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.axes import Column, Glob, Lines
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.sweep import Axis, Repeat, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.gui.setup.block_order import BlockOrder, Blocks
from hopla_gui.gui.setup.draft import Draft
from hopla_gui.gui.setup.field import Field, FieldState
from hopla_gui.gui.setup.filling import Filling, given_names
from hopla_gui.gui.setup.form_facts import FormFacts
from hopla_gui.gui.setup.mode import Mode, axis_mode, mode_of
from hopla_gui.gui.setup.mode_change import axis_in_mode, first_axis, state_in_mode
from hopla_gui.gui.setup.naming import Names
from hopla_gui.gui.setup.parser_fields import (
    Levels,
    exclusive_with,
    field_levels,
    known_words,
    only_choice,
    shown_levels,
)
from hopla_gui.gui.setup.strays import Strays
from hopla_gui.gui.setup.survey import Survey
from hopla_gui.gui.setup.values import axis_values
from hopla_gui.gui.setup.written_sweep import written_sweep

_FRESH = FieldState()


class FormModel(QObject):
    """The form's state.

    Signals
    -------
    field_changed
        With the `Field` whose state changed, or one that excludes it.
    blocks_changed
        The swept fields, their order, their links or their number of values changed.
    combining_changed
        The repetitions or the exclusion rules changed.
    fields_changed
        Other fields are to be shown: another script or subcommand.
    """

    field_changed = Signal(object)
    blocks_changed = Signal()
    combining_changed = Signal()
    fields_changed = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec: ParserSpec | None = None
        self.subcommand: tuple[str, ...] = ()
        self.strays = Strays()
        self.repeat: Repeat | None = None
        self.rules: tuple[str, ...] = ()
        self.facts = FormFacts(self)
        self.facts.surveyed.connect(self._on_surveyed)
        self._given_names: dict[Field, str] = {}  # as the sweep file has them
        self._levels: dict[tuple[str, ...], tuple[Field, ...]] = {}  # of all subcommands
        self._shown: Levels = ()
        self._states: dict[Field, FieldState] = {}
        self._blocks = BlockOrder()
        self._names: Names | None = None

    # --- filling ---------------------------------------------------------------------------

    def show(self, spec: ParserSpec, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Start anew with a parser and what a set-up says of its parameters."""
        self.spec = spec
        self._levels = dict(field_levels(spec))
        self._states.clear()
        self._blocks.clear()
        self._given_names.clear()
        self.facts.forget()
        self._take(subcommand, sweep)
        self.fields_changed.emit()
        self.blocks_changed.emit()
        self.combining_changed.emit()
        self.changed.emit()

    def restore(self, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Go back to what a set-up says for the same parser; only what differs is shown anew."""
        words, states, blocks = self.subcommand, self._states, self._blocks
        self._states, self._blocks = {}, BlockOrder()
        self._take(subcommand, sweep)
        shown = set(self.fields())
        self._blocks.add_others(blocks, shown)
        self._states |= {field: state for field, state in states.items() if field not in shown}
        if self.subcommand != words:
            self.fields_changed.emit()
        else:
            for field in shown:
                if states.get(field, _FRESH) != self.state(field):
                    self.field_changed.emit(field)
        self.blocks_changed.emit()
        self.combining_changed.emit()
        self.changed.emit()

    def _take(self, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Fill the fields with what a set-up says of them."""
        self.repeat, self.rules = sweep.repeat, tuple(rule.text for rule in sweep.exclude)
        below = self.spec.subcommands if self.spec else None
        self.subcommand = known_words(below, subcommand) or only_choice(below)
        self._name_fields()
        given = dict(given_names(sweep, self.names))
        if given:
            self._given_names |= given
            self._name_fields()
        self.strays = Filling(self.names, self._states, self._blocks, self.base).fill(sweep)

    def _name_fields(self) -> None:
        self._shown = shown_levels(self._levels, self.subcommand)
        if self.spec is not None:
            self._names = Names(self.spec, self.subcommand, self._shown, self._given_names)

    @property
    def names(self) -> Names:
        """The keys of the fields on show; there must be a parser."""
        if self._names is None:
            raise RuntimeError("no parser is shown")
        return self._names

    def drop_strays(self) -> None:
        """Forget what the sweep file says of parameters that the script does not have."""
        self.strays = Strays()
        self.changed.emit()

    # --- asking ----------------------------------------------------------------------------

    def levels(self) -> Levels:
        """Return (subcommand words, fields) from the program's parser to the chosen one."""
        return self._shown

    def fields(self) -> tuple[Field, ...]:
        """Return the fields on show, in the parsers' order."""
        return tuple(chain.from_iterable(fields for _, fields in self._shown))

    def state(self, field: Field) -> FieldState:
        """Return how a field stands."""
        return self._states.get(field, _FRESH)

    def rivals(self, field: Field) -> tuple[Field, ...]:
        """Return the other members of the field's mutually exclusive group."""
        return exclusive_with(field, self._levels.get(field.path, ()))

    def blocks(self) -> Blocks:
        """Return the swept fields on show, those that advance together side by side."""
        return self._blocks.of(self.fields())

    @property
    def base(self) -> Path:
        """The folder that names of files in the form are relative to."""
        return Path(self.spec.script).parent if self.spec else Path.cwd()

    def sweep(self) -> Sweep:
        """Return the sweep that the form says now."""
        states = {field: self.state(field) for field in self.fields()}
        written = written_sweep(self.names, states, self.blocks(), self.strays)
        rules = tuple(Rule(text) for text in self.rules if text.strip())
        return replace(written, repeat=self.repeat, exclude=rules)

    # --- changing --------------------------------------------------------------------------

    def set_value(self, field: Field, value: object) -> None:
        """Give the field one value for all jobs, or `UNSET`."""
        state = self.state(field)
        self._set(field, replace(state, value=value, swept=False, derived=False))

    def set_axis(self, field: Field, axis: Axis) -> None:
        """Give a swept field its values."""
        count = self.facts.count(field)
        state = self.state(field)
        before = state.before if isinstance(axis, Draft) else None
        self._set(field, replace(state, swept=True, derived=False, axis=axis, before=before))
        if self.facts.count(field) != count:
            self.blocks_changed.emit()

    def set_template(self, field: Field, template: Template) -> None:
        """Give the text that a field is made by."""
        self._set(field, replace(self.state(field), swept=False, derived=True, template=template))

    def set_swept(self, field: Field, swept: bool) -> None:
        """Turn a field into a list of values, or back; what can be kept is kept."""
        state = self.state(field)
        if state.swept != swept:
            axis = first_axis(field, state) if swept else None
            self._change(field, Mode.FIXED if axis is None else axis_mode(axis), axis)

    def set_mode(self, field: Field, mode: Mode) -> None:
        """Give a field in another way; what can be kept is kept."""
        state = self.state(field)
        if mode is mode_of(state):
            return
        if mode in (Mode.FIXED, Mode.EXPRESSION):
            self._change(field, mode, None)
            return
        axis = state.axis if state.swept and state.axis else first_axis(field, state)
        known = self.facts.survey(field) if state.swept else Survey(0)
        values = axis_values(axis)[0] if known is not None else ()
        self._change(field, mode, axis_in_mode(state, axis, mode, values, self.base))

    def _change(self, field: Field, mode: Mode, axis: Axis | None) -> None:
        state = self.state(field)
        if axis is not None:
            if not state.swept:
                self._blocks.add(field)
        else:
            self._blocks.remove(field)
        self._set(field, state_in_mode(field, state, mode, axis))
        self.blocks_changed.emit()

    def sweep_together(self, axes: Mapping[Field, Axis], *, but: Collection[Field] = ()) -> None:
        """Let fields advance together, whatever they were before.

        Parameters
        ----------
        but
            Fields that are left out again, unless they are among the others.
        """
        for field in [rival for one in axes for rival in self.rivals(one)] + list(but):
            if field not in axes and self.state(field).given:
                self.reset(field)
        for field, axis in axes.items():
            state = replace(self.state(field), swept=True, derived=False, axis=axis, before=None)
            self._states[field] = state
        self._blocks.put_together(tuple(axes))
        for field in axes:
            self._tell(field)
        self._blocks_moved()

    def set_repeat(self, repeat: Repeat | None) -> None:
        """Run each point several times, or once."""
        before = self.facts.seed_field()
        self.repeat = repeat
        for field in {before, self.facts.seed_field()} - {None}:
            self.field_changed.emit(field)
        self.combining_changed.emit()
        self.changed.emit()

    def set_rules(self, rules: tuple[str, ...]) -> None:
        """Leave out the jobs that fulfil one of the rules."""
        if rules != self.rules:
            self.rules = rules
            self.combining_changed.emit()
            self.changed.emit()

    def read_again(self, field: Field) -> None:
        """Read the values of a swept field's axis once more: what they come from has changed."""
        state = self.state(field)
        if isinstance(state.axis, Glob | Lines | Column):
            self._states[field] = replace(state, axis=replace(state.axis))  # keeps no values
            self._on_surveyed(field)

    @Slot(object)
    def _on_surveyed(self, field: Field) -> None:
        self._tell(field)
        self.blocks_changed.emit()

    def reset(self, field: Field) -> None:
        """Leave the parameter out again, as the script's default has it."""
        swept = self.state(field).swept
        self._blocks.remove(field)
        self._set(field, _FRESH)
        if swept:
            self.blocks_changed.emit()

    def prefer(self, field: Field) -> None:
        """Reset what excludes the field, so that it can be given."""
        for rival in self.rivals(field):
            if self.state(rival).given:
                self.reset(rival)

    def set_subcommand(self, words: tuple[str, ...]) -> None:
        """Show the fields of another subcommand."""
        if words == self.subcommand:
            return
        self.subcommand = words
        self._name_fields()
        self.fields_changed.emit()
        self.blocks_changed.emit()
        self.changed.emit()

    def link(self, field: Field, other: Field) -> None:
        """Let a swept field advance together with another."""
        if self._blocks.link(field, other):
            self._blocks_moved()

    def unlink(self, field: Field, before: int | None = None) -> None:
        """Put a swept field in a block of its own: last, or before the block at ``before``."""
        target = self.blocks()[before:][:1] if before is not None else ()
        if target != ((field,),):
            self._blocks.unlink(field, target[0][0] if target else None)
            self._blocks_moved()

    def move_block(self, index: int, to: int) -> None:
        """Move a block on show to another place in the order of nesting."""
        blocks = self.blocks()
        self._blocks.move(blocks[index][0], blocks[to][0])
        self._blocks_moved()

    def _blocks_moved(self) -> None:
        self.blocks_changed.emit()
        self.changed.emit()

    def _set(self, field: Field, state: FieldState) -> None:
        if state == _FRESH:
            self._states.pop(field, None)
        else:
            self._states[field] = state
        self._tell(field)
        for rival in self.rivals(field):
            self.field_changed.emit(rival)
        self.changed.emit()

    def _tell(self, field: Field) -> None:
        """Tell that a field has changed, and those that may be made of it."""
        self.field_changed.emit(field)
        for other in [other for other, state in self._states.items() if state.derived]:
            if other is not field:
                self.field_changed.emit(other)
