"""What the form says, apart from any widget: the state of each field, blocks, subcommand.

The states of all subcommands are kept, so switching to and fro loses nothing. Lives on the main
thread; widgets set and show, and never talk to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal

from hopla_gui.domain.axes import Values
from hopla_gui.domain.params import ParamSpec, ParserSpec, Subcommands
from hopla_gui.domain.sweep import Axis, Block, Sweep
from hopla_gui.gui.setup.field import UNSET, Field, FieldState, Kind
from hopla_gui.gui.setup.naming import Names
from hopla_gui.gui.setup.values import axis_values, value_error

Blocks = tuple[tuple[Field, ...], ...]
_FRESH = FieldState()


class FormModel(QObject):
    """The form's state.

    Signals
    -------
    field_changed
        With the `Field` whose state changed, or one that excludes it.
    blocks_changed
        The swept fields, their order, their links or their number of values changed.
    fields_changed
        Other fields are to be shown: another script or subcommand.
    """

    field_changed = Signal(object)
    blocks_changed = Signal()
    fields_changed = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec: ParserSpec | None = None
        self.subcommand: tuple[str, ...] = ()
        self.stray_fixed: dict[str, object] = {}
        self.stray_axes: list[dict[str, Axis]] = []
        self._levels: dict[tuple[str, ...], tuple[Field, ...]] = {}
        self._states: dict[Field, FieldState] = {}
        self._blocks: list[list[Field]] = []
        self._names: Names | None = None

    # --- filling ---------------------------------------------------------------------------

    def show(self, spec: ParserSpec, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Start anew with a parser and what a set-up says of its parameters."""
        self.spec = spec
        self._levels = dict(_levels(spec))
        self._states.clear()
        self._blocks.clear()
        self._take(subcommand, sweep)
        self.fields_changed.emit()
        self.blocks_changed.emit()
        self.changed.emit()

    def restore(self, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Go back to what a set-up says for the same parser; only what differs is shown anew."""
        words, states, blocks = self.subcommand, self._states, self._blocks
        self._states, self._blocks = {}, []
        self._take(subcommand, sweep)
        shown = set(self.fields())
        self._blocks += [block for block in blocks if not shown.intersection(block)]
        self._states |= {field: state for field, state in states.items() if field not in shown}
        if self.subcommand != words:
            self.fields_changed.emit()
        else:
            for field in shown:
                if states.get(field, _FRESH) != self.state(field):
                    self.field_changed.emit(field)
        self.blocks_changed.emit()
        self.changed.emit()

    def _take(self, subcommand: tuple[str, ...], sweep: Sweep) -> None:
        """Fill the fields with what a set-up says of them."""
        self.stray_fixed, self.stray_axes = {}, []
        self.subcommand = self._known_words(subcommand) or self._only_choice()
        self._name_fields()
        self._fill(sweep)

    def _name_fields(self) -> None:
        if self.spec is not None:
            self._names = Names(self.spec, self.subcommand, tuple(self.levels()))

    @property
    def names(self) -> Names:
        """The keys of the fields on show; there must be a parser."""
        if self._names is None:
            raise RuntimeError("no parser is shown")
        return self._names

    def _fill(self, sweep: Sweep) -> None:
        for name, value in sweep.fixed.items():
            field = self.names.find(name, value)
            if field is None or field in self._states:
                self.stray_fixed[name] = value
            else:
                self._states[field] = FieldState(self.names.value_shown(field, name, value))
        for block in sweep.blocks:
            self._fill_block(block)

    def _fill_block(self, block: Block) -> None:
        linked: list[Field] = []
        strays: dict[str, Axis] = {}
        for name, axis in block.axes.items():
            field = self.names.find(name)
            if field is None or field in self._states:
                strays[name] = axis
                continue
            self._states[field] = FieldState(
                swept=True, axis=self.names.axis_shown(field, name, axis)
            )
            linked.append(field)
        if linked:
            self._blocks.append(linked)
        if strays:
            self.stray_axes.append(strays)

    def drop_strays(self) -> None:
        """Forget what the sweep file says of parameters that the script does not have."""
        self.stray_fixed, self.stray_axes = {}, []
        self.changed.emit()

    @property
    def strays(self) -> tuple[str, ...]:
        """Names in the sweep file that the script does not have, or has twice."""
        return (*self.stray_fixed, *(name for axes in self.stray_axes for name in axes))

    # --- asking ----------------------------------------------------------------------------

    def levels(self) -> Iterator[tuple[tuple[str, ...], tuple[Field, ...]]]:
        """Yield (subcommand words, fields) from the program's parser to the chosen one."""
        paths = [self.subcommand[:length] for length in range(len(self.subcommand) + 1)]
        for depth, path in enumerate(paths):
            below = [field for inner in paths[depth + 1 :] for field in self._levels[inner]]
            fields = self._levels.get(path, ())
            yield path, tuple(field for field in fields if not _is_shadowed(field, below))

    def fields(self) -> tuple[Field, ...]:
        """Return the fields on show, in the parsers' order."""
        return tuple(field for _, fields in self.levels() for field in fields)

    def state(self, field: Field) -> FieldState:
        """Return how a field stands."""
        return self._states.get(field, _FRESH)

    def excluded_by(self, field: Field) -> Field | None:
        """Return the given member of the field's exclusive group, where it is another one."""
        if self.state(field).given:
            return None
        return next((other for other in self.rivals(field) if self.state(other).given), None)

    def rivals(self, field: Field) -> tuple[Field, ...]:
        """Return the other members of the field's mutually exclusive group."""
        group = field.param.exclusive
        if group is None:
            return ()
        same = self._levels.get(field.path, ())
        return tuple(
            other
            for other in same
            if other is not field and other.param.exclusive and other.param.exclusive.id == group.id
        )

    def is_missing(self, field: Field) -> bool:
        """Whether the parser requires the field, or one of its group, and nothing is given."""
        group = field.param.exclusive
        if not field.param.required and not (group and group.required):
            return False
        return not any(self.state(one).given for one in (field, *self.rivals(field)))

    def blocks(self) -> Blocks:
        """Return the swept fields on show, those that advance together side by side."""
        shown = set(self.fields())
        found = (tuple(field for field in block if field in shown) for block in self._blocks)
        return tuple(block for block in found if block)

    def count(self, field: Field) -> int:
        """Return the number of values of a swept field."""
        return len(axis_values(self.state(field).axis)[0])

    def sweep(self) -> Sweep:
        """Return the sweep that the form says now."""
        fixed: dict[str, object] = {}
        for field in self.fields():
            state = self.state(field)
            if state.value is not UNSET and not state.swept:
                key = self.names.key(field)
                fixed[key] = self.names.written(field, key, state.value)
        blocks = [Block(dict(map(self._axis_entry, block))) for block in self.blocks()]
        return Sweep(self.stray_fixed | fixed, (*blocks, *map(Block, self.stray_axes)))

    def _axis_entry(self, field: Field) -> tuple[str, Axis]:
        key = self.names.key(field)
        return key, self.names.axis_written(field, key, self.state(field).axis or Values(()))

    def length_error(self, field: Field) -> str | None:
        """Return how the number of values differs from that of the fields linked to it."""
        count = self.count(field)
        block = next((block for block in self.blocks() if field in block), ())
        other = next((other for other in block if self.count(other) != count), None)
        if other is None or not count:
            return None
        values = "value" if count == 1 else "values"
        return f"{count:,} {values}, but “{other.param.label}” has {self.count(other):,}"

    # --- changing --------------------------------------------------------------------------

    def set_value(self, field: Field, value: object) -> None:
        """Give the field one value for all jobs, or `UNSET`."""
        state = self.state(field)
        self._set(field, FieldState(value, False, state.axis))

    def set_axis(self, field: Field, axis: Axis) -> None:
        """Give a swept field its values."""
        count = self.count(field)
        self._set(field, FieldState(self.state(field).value, True, axis))
        if self.count(field) != count:
            self.blocks_changed.emit()

    def set_swept(self, field: Field, swept: bool) -> None:
        """Turn a field into a list of values, or back; what can be kept is kept."""
        state = self.state(field)
        if state.swept == swept:
            return
        if swept:
            self._blocks.append([field])
            self._set(field, FieldState(state.value, True, _first_axis(field, state)))
        else:
            self._leave_block(field)
            self._set(field, FieldState(_value_kept(field, state), False, state.axis))
        self.blocks_changed.emit()

    def reset(self, field: Field) -> None:
        """Leave the parameter out again, as the script's default has it."""
        swept = self.state(field).swept
        self._leave_block(field)
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
        block = next((block for block in self._blocks if other in block), None)
        if block is None or field in block:
            return
        self._leave_block(field)
        block.append(field)
        self._blocks_moved()

    def unlink(self, field: Field, before: int | None = None) -> None:
        """Put a swept field in a block of its own: last, or before the block at ``before``."""
        target = None if before is None else self.blocks()[before:][:1]
        anchor = target[0][0] if target and target[0] != (field,) else None
        if target and anchor is None:
            return
        self._leave_block(field)
        place = next((i for i, b in enumerate(self._blocks) if anchor in b), len(self._blocks))
        self._blocks.insert(place, [field])
        self._blocks_moved()

    def move_block(self, index: int, to: int) -> None:
        """Move a block on show to another place in the order of nesting."""
        moved, target = self.blocks()[index][0], self.blocks()[to][0]
        block = next(block for block in self._blocks if moved in block)
        place = next(i for i, other in enumerate(self._blocks) if target in other)
        self._blocks.remove(block)
        self._blocks.insert(place, block)
        self._blocks_moved()

    def _blocks_moved(self) -> None:
        self.blocks_changed.emit()
        self.changed.emit()

    def _leave_block(self, field: Field) -> None:
        for block in self._blocks:
            if field in block:
                block.remove(field)
        self._blocks = [block for block in self._blocks if block]

    def _set(self, field: Field, state: FieldState) -> None:
        if state == _FRESH:
            self._states.pop(field, None)
        else:
            self._states[field] = state
        self.field_changed.emit(field)
        for rival in self.rivals(field):
            self.field_changed.emit(rival)
        self.changed.emit()

    # --- subcommands -----------------------------------------------------------------------

    def _known_words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words under their first names, up to the first that is no subcommand."""
        known: list[str] = []
        below = self.spec.subcommands if self.spec else None
        for word in words:
            found = below.find(word) if below else None
            if found is None:
                break
            known.append(found[0])
            below = found[1].subcommands
        return tuple(known)

    def _only_choice(self) -> tuple[str, ...]:
        below = self.spec.subcommands if self.spec else None
        return tuple(below.choices) if below and below.required and len(below.choices) == 1 else ()


def _levels(spec: ParserSpec) -> Iterator[tuple[tuple[str, ...], tuple[Field, ...]]]:
    yield (), _fields(spec.parameters, ())
    yield from _levels_below(spec.subcommands, ())


def _levels_below(
    below: Subcommands | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Field, ...]]]:
    for word, choice in below.choices.items() if below else ():
        words = (*path, word)
        yield words, _fields(choice.parameters, words)
        yield from _levels_below(choice.subcommands, words)


def _is_shadowed(field: Field, below: Sequence[Field]) -> bool:
    """Whether a subcommand declares the same option: argparse lets its value win."""
    here = field.param
    return bool(here.flags) and any(
        inner.param.dest == here.dest and set(here.flags) <= set(inner.param.flags)
        for inner in below
    )


def _fields(params: Sequence[ParamSpec], path: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(Field.of(param, path) for param in params if not param.ends_the_script)


def _first_axis(field: Field, state: FieldState) -> Axis:
    """Return the values that a field starts its sweep with."""
    kept = state.axis
    if kept is not None and (state.value is UNSET or state.value in axis_values(kept)[0]):
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
    found, _ = axis_values(state.axis)
    if field.kind is Kind.FLAG:
        return state.value
    if state.value is not UNSET and state.value in found:
        return state.value
    return next((value for value in found if value_error(field, value) is None), UNSET)
