"""Where the values of a field come from: the modes that a person chooses between."""

from __future__ import annotations

from enum import StrEnum

from hopla_gui.domain.axes import (
    Centre,
    Choice,
    Column,
    Glob,
    Lines,
    Linspace,
    Logspace,
    LogUniform,
    Range,
    Uniform,
    Values,
)
from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.setup.draft import Draft
from hopla_gui.gui.setup.field import Field, FieldState, Kind


class Mode(StrEnum):
    """How a field is given; the value is what the chooser calls it."""

    FIXED = "One value"
    LIST = "List"
    RANGE = "Range"
    LINSPACE = "Evenly spaced"
    CENTRE = "Centre and span"
    LOGSPACE = "Powers of ten"
    UNIFORM = "Random numbers"
    LOGUNIFORM = "Random, log scale"
    CHOICE = "Random picks"
    GLOB = "Files"
    LINES = "Lines of a file"
    COLUMN = "Column of a table"
    EXPRESSION = "Made of others"


HINTS = {
    Mode.FIXED: "The same value in all jobs",
    Mode.LIST: "Values given one by one",
    Mode.RANGE: "From start, in steps, to before stop",
    Mode.LINSPACE: "n values from start to stop, both included (linspace)",
    Mode.CENTRE: "n values around a centre, over a span",
    Mode.LOGSPACE: "n powers of ten, their exponents evenly spaced (logspace)",
    Mode.UNIFORM: "n random numbers, as likely everywhere (uniform)",
    Mode.LOGUNIFORM: "n random numbers whose logarithms are uniform",
    Mode.CHOICE: "n random picks from a list",
    Mode.GLOB: "Files and folders that match a pattern",
    Mode.LINES: "Each line of a text file",
    Mode.COLUMN: "The cells of a column of a CSV or TSV table",
    Mode.EXPRESSION: "A text that is made of the values of other parameters",
}

_OF_AXIS: dict[type, Mode] = {
    Values: Mode.LIST,
    Range: Mode.RANGE,
    Linspace: Mode.LINSPACE,
    Centre: Mode.CENTRE,
    Logspace: Mode.LOGSPACE,
    Uniform: Mode.UNIFORM,
    LogUniform: Mode.LOGUNIFORM,
    Choice: Mode.CHOICE,
    Glob: Mode.GLOB,
    Lines: Mode.LINES,
    Column: Mode.COLUMN,
}
_SPACED = (Mode.RANGE, Mode.LINSPACE, Mode.CENTRE, Mode.LOGSPACE)
_DRAWN = (Mode.UNIFORM, Mode.LOGUNIFORM)
_READ = (Mode.LINES, Mode.COLUMN, Mode.EXPRESSION)


def mode_of(state: FieldState) -> Mode:
    """Return how a field is given."""
    if state.derived:
        return Mode.EXPRESSION
    return axis_mode(state.axis) if state.swept and state.axis is not None else Mode.FIXED


def axis_mode(axis: Axis) -> Mode:
    """Return the mode that makes an axis."""
    return Mode(axis.mode) if isinstance(axis, Draft) else _OF_AXIS[type(axis)]


def modes_for(field: Field) -> tuple[Mode, ...]:
    """Return the modes that make sense for the type of a field."""
    one = (Mode.FIXED, Mode.LIST)
    if field.kind in (Kind.FLAG, Kind.SWITCH):
        return one
    if field.depth or field.kind is Kind.WORDS:
        return (*one, Mode.CHOICE)
    if field.kind is Kind.CHOICE:
        return (*one, Mode.CHOICE, *_READ)
    if field.kind in (Kind.INTEGER, Kind.COUNT):
        return (*one, *_SPACED, Mode.CHOICE, *(_READ if field.kind is Kind.INTEGER else ()))
    if field.kind is Kind.PATH:
        return (*one, Mode.GLOB, *_READ, Mode.CHOICE)
    numbers = (*_SPACED, *_DRAWN) if _may_be_number(field) else ()
    files = () if field.kind is Kind.NUMBER else (Mode.GLOB,)
    return (*one, *numbers, Mode.CHOICE, *files, *_READ)


def _may_be_number(field: Field) -> bool:
    """Whether a number may be meant: by a ``type=`` of the script's own, say."""
    if field.kind is Kind.NUMBER or field.param.type not in (None, "str", "bool", "complex"):
        return True
    default = field.param.default
    return isinstance(default, int | float) and not isinstance(default, bool)
