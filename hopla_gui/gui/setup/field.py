"""What the form shows of one parameter: a `Field` of a certain `Kind`, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from hopla_gui.domain.params import Action, ParamSpec
from hopla_gui.domain.pathwords import path_wanted
from hopla_gui.domain.sweep import Axis
from hopla_gui.domain.template import Template


class Unset(Enum):
    """The value of a parameter that is not given; an empty text is a value."""

    UNSET = auto()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class Kind(StrEnum):
    """What one value of a parameter is, which decides the widget."""

    FLAG = "flag"  # given or not: True, or UNSET
    SWITCH = "switch"  # --foo, --no-foo or neither
    COUNT = "count"
    CHOICE = "choice"
    INTEGER = "integer"
    NUMBER = "number"
    PATH = "path"
    WORDS = "words"  # REMAINDER: arguments as they stand
    TEXT = "text"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One parameter at its place: each is itself alone, so it can key a dictionary.

    Attributes
    ----------
    path
        Subcommand words of the parser that declares it.
    depth
        0 for one value, 1 for a list of values, 2 for a list of lists (``append`` with nargs).
    """

    path: tuple[str, ...]
    param: ParamSpec
    kind: Kind
    depth: int

    @classmethod
    def of(cls, param: ParamSpec, path: tuple[str, ...] = ()) -> Field:
        """Return the field that shows ``param``."""
        return cls(path, param, _kind(param), _depth(param))

    @property
    def may_stand_alone(self) -> bool:
        """Whether the flag may be given with no value (nargs ``?``)."""
        return self.param.nargs == "?" and bool(self.param.flags) and self.depth == 0


@dataclass(frozen=True, slots=True)
class FieldState:
    """How a field stands; what it is not given by is kept, for the way back.

    Attributes
    ----------
    swept
        Its values are those of the axis.
    derived
        Its value is made of other fields' values, by the template.
    before
        The axis that this one was made of when the mode was changed last.
    """

    value: object = UNSET
    swept: bool = False
    axis: Axis | None = None
    before: Axis | None = None
    derived: bool = False
    template: Template | None = None

    @property
    def fixed(self) -> bool:
        """Whether it has one value for all jobs, or none."""
        return not self.swept and not self.derived

    @property
    def given(self) -> bool:
        """Whether the commands carry the parameter."""
        return not self.fixed or self.value is not UNSET


def _kind(param: ParamSpec) -> Kind:
    if param.action is Action.BOOLEAN_OPTIONAL:
        return Kind.SWITCH
    if param.action is Action.COUNT:
        return Kind.COUNT
    if not param.takes_value:
        return Kind.FLAG
    if param.nargs == "...":
        return Kind.WORDS
    if param.choices is not None:
        return Kind.CHOICE
    return _type_kind(param)


def _type_kind(param: ParamSpec) -> Kind:
    if param.type in ("int", "float", "complex", "bool"):
        return {"int": Kind.INTEGER, "float": Kind.NUMBER}.get(param.type, Kind.TEXT)
    return Kind.PATH if path_wanted(param) else Kind.TEXT


def _depth(param: ParamSpec) -> int:
    if param.nargs == "...":
        return 0  # edited as one line of words
    if param.action is Action.EXTEND:
        return 1
    return int(param.takes_many) + int(param.action is Action.APPEND)
