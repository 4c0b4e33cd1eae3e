"""Fields and the keys of a sweep file: which name a field goes by, and what a value means there.

Which key means which parameter is the engine's to say. Under a ``dest`` stands the value wanted,
under a flag's name a boolean gives the flag or leaves it out; the form shows a flag as given or
not, whichever it is, and a list without the default that argparse adds it to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hopla_gui.domain.axes import Values
from hopla_gui.domain.params import Action, ParamSpec, ParserLevel, ParserSpec
from hopla_gui.domain.sweep import Axis
from hopla_gui.engine.commands.naming import Target, bare, find_target
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import UNSET, Field, Kind

_LISTS = (Action.APPEND, Action.EXTEND)


class Names:
    """The keys of the fields on show.

    Parameters
    ----------
    levels
        Subcommand words and fields of each parser, the program's own first.
    given
        Names that fields go by for they do so in the sweep file.
    """

    def __init__(
        self,
        spec: ParserSpec,
        subcommand: tuple[str, ...],
        levels: Sequence[tuple[tuple[str, ...], Sequence[Field]]],
        given: Mapping[Field, str] | None = None,
    ) -> None:
        self._spec = spec
        self._levels: list[ParserLevel] = list(spec.levels(subcommand))
        self._fields = {
            (len(path), id(field.param)): field for path, fields in levels for field in fields
        }
        self._keys = {field: self._choose_key(field) for field in self._fields.values()}
        self._keys |= {f: name for f, name in (given or {}).items() if f in self._keys}

    def key(self, field: Field) -> str:
        """Return the field's key: its dest, or a flag where several share the dest."""
        return self._keys[field]

    def _choose_key(self, field: Field) -> str:
        flags = sorted(field.param.flags, key=lambda flag: flag != field.param.preferred_flag)
        for key in (field.param.dest, *map(bare, flags)):
            target = self._target(key)
            if target and self._candidates(target) == [field]:
                return key
        return field.param.dest

    def only_field(self, key: str) -> Field | None:
        """Return the field that a key means where it is the only one."""
        target = self._target(key)
        found = self._candidates(target) if target else []
        return found[0] if len(found) == 1 else None

    def find(self, key: str, value: object = UNSET) -> Field | None:
        """Return the field that a key means; where several share it, the one with that value."""
        target = self._target(key)
        found = self._candidates(target) if target else []
        if len(found) < 2:
            return found[0] if found else None
        flags = [field for field in found if field.kind is Kind.FLAG]
        fits = [field for field in flags if value in (_constant(field), field.param.const)]
        return next(iter(fits or [field for field in found if field not in flags]), found[0])

    def _target(self, key: str) -> Target | None:
        try:
            return find_target(key, self._levels, self._spec)
        except UserError:
            return None

    def _candidates(self, target: Target) -> list[Field]:
        params: list[ParamSpec] = [param for _, param in target.candidates]
        found = (self._fields.get((target.level, id(param))) for param in params)
        return [field for field in found if field is not None]

    def is_dest(self, field: Field, key: str) -> bool:
        """Whether the key stands for the value of a dest, and not for a flag."""
        return key == field.param.dest

    # --- what values mean there ------------------------------------------------------------

    def shown(self, field: Field, key: str, value: object) -> object:
        """Return a sweep file's value as the form shows it."""
        if field.kind is Kind.FLAG:
            return self._flag_shown(field, key, value)
        if field.kind is Kind.COUNT and isinstance(value, int) and self.is_dest(field, key):
            return int(value) - _start(field)
        default = field.param.default
        if field.param.action in _LISTS and isinstance(value, list) and isinstance(default, list):
            return value[len(default) :] if value[: len(default)] == default else value
        return value

    def _flag_shown(self, field: Field, key: str, value: object) -> object:
        if not self.is_dest(field, key):
            return value
        constant = _constant(field)
        if value in (constant, field.param.const, [field.param.const]):
            return True
        return False if isinstance(value, bool) and isinstance(constant, bool) else value

    def written(self, field: Field, key: str, value: object) -> object:
        """Return a value of the form as a sweep file has it."""
        if field.kind is Kind.FLAG and isinstance(value, bool) and self.is_dest(field, key):
            constant = _constant(field)
            return constant if value else not constant
        if field.kind is Kind.COUNT and isinstance(value, int) and self.is_dest(field, key):
            return value + _start(field)
        default = field.param.default
        if field.param.action in _LISTS and isinstance(value, list) and isinstance(default, list):
            return [*default, *value]
        return value

    def value_shown(self, field: Field, key: str, value: object) -> object:
        """Return a fixed value as the form shows it; a flag that is left out is not set."""
        found = self.shown(field, key, value)
        left_out = (field.kind is Kind.FLAG and found is False) or (
            field.kind is Kind.COUNT and found == 0
        )
        return UNSET if left_out else found

    def axis_shown(self, field: Field, key: str, axis: Axis) -> Axis:
        """Return a sweep file's axis as the form shows it."""
        if not isinstance(axis, Values) or self._is_same_in_files(field):
            return axis
        return Values(tuple(self.shown(field, key, value) for value in axis.items))

    def axis_written(self, field: Field, key: str, axis: Axis) -> Axis:
        """Return an axis of the form as a sweep file has it."""
        if not isinstance(axis, Values) or self._is_same_in_files(field):
            return axis
        return Values(tuple(self.written(field, key, value) for value in axis.items))

    def _is_same_in_files(self, field: Field) -> bool:
        """Whether a sweep file has the values of a field just as the form shows them."""
        lists = field.param.action in _LISTS and isinstance(field.param.default, list)
        return field.kind not in (Kind.FLAG, Kind.COUNT) and not lists


def _constant(field: Field) -> object:
    """Return the value that the flag stands for; True where a file may say true for given."""
    if field.param.action is Action.STORE_FALSE:
        return False
    const = field.param.const
    if field.param.action is Action.STORE_CONST and isinstance(const, bool):
        return const
    return True


def _start(field: Field) -> int:
    default = field.param.default
    return default if isinstance(default, int) else 0
