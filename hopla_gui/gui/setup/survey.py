"""What an axis holds, told in a line: how many values, the first of them, what is wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from hopla_gui.domain.axes import Centre, Choice, Linspace, Logspace, LogUniform, Range, Uniform
from hopla_gui.domain.axes import Values as ListedValues
from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.setup.draft import Draft
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.values import axis_values, lines_text, shown, text_of, value_error

AT_ONCE = 2_000
_FIRST = 3
_TEXT_AT_MOST = 28
_LISTED = 20
_LINE_AT_MOST = 120
_MADE = (Range, Linspace, Centre, Logspace, Uniform, LogUniform, Choice)  # of one kind
_READ_AT_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of an axis once its values have been looked at.

    Attributes
    ----------
    text
        The first values and the last one.
    error
        Why it cannot be used.
    note
        What may be a slip: values that come twice, empty ones.
    listed
        The first few values, one a line.
    """

    count: int
    text: str = ""
    error: str | None = None
    note: str | None = None
    listed: str = ""


def is_quick(axis: Axis) -> bool:
    """Whether an axis reads no file and has few values."""
    match axis:
        case Draft():
            return True
        case ListedValues():
            return len(axis.items) <= AT_ONCE
        case Range():
            return not axis.step or abs(ceil((axis.stop - axis.start) / axis.step)) <= AT_ONCE
        case Linspace() | Centre() | Logspace() | Uniform() | LogUniform() | Choice():
            return axis.n <= AT_ONCE
    return False


def survey(field: Field, axis: Axis) -> Survey:
    """Look at the values of a field's axis; reads files."""
    found, problem = axis_values(axis)
    if problem:
        return Survey(0, error=problem)
    if not found:
        return Survey(0, error="give at least one value to sweep")
    error = _first_error(field, found[: AT_ONCE if isinstance(axis, _MADE) else _READ_AT_MOST])
    note = None if isinstance(axis, _MADE) else _note(found)
    return Survey(len(found), values_text(found), error, note, _listed(found))


def values_text(values: Sequence[object]) -> str:
    """Return the first values, and the last, as a person would jot them down."""
    folder = _common_folder(values)
    if len(values) <= _FIRST + 2:
        every = ", ".join(_short(value, folder) for value in values)
        if len(every) <= _LINE_AT_MOST // 2:
            return every
    told = [_short(value, folder) for value in values[:_FIRST]]
    while len(told) > 1 and sum(map(len, told)) > _LINE_AT_MOST // 3:
        told.pop()
    rest = "" if len(told) == len(values) else f" … {_short(values[-1], folder)}"
    return ", ".join(told) + rest


def _common_folder(values: Sequence[object]) -> str:
    """Return the folder of all paths: it is not repeated."""
    ends = (*values[:_FIRST], values[-1])
    if not all(isinstance(value, str) and Path(value).is_absolute() for value in ends):
        return ""
    folders = {str(Path(str(value)).parent) for value in ends}
    return folders.pop() + os.sep if len(folders) == 1 else ""


def _listed(values: Sequence[object]) -> str:
    more = [f"… {len(values) - _LISTED:,} more"] if len(values) > _LISTED else []
    first = (lines_text([v], 1 if isinstance(v, list | tuple) else 0) for v in values[:_LISTED])
    return "\n".join([*(line[:_LINE_AT_MOST] for line in first), *more])


def count_words(count: int) -> str:
    """Return a number of values in words."""
    return f"{count:,} value{'' if count == 1 else 's'}"


def _short(value: object, folder: str = "") -> str:
    if isinstance(value, float):
        text = f"{value:.6g}" if len(repr(value)) > 12 else repr(value)
    elif isinstance(value, list | tuple):
        text = f"[{lines_text([value], 1)}]"
    else:
        text = text_of(value).removeprefix(folder).replace("\n", " ") or '""'
    if len(text) <= _TEXT_AT_MOST:
        return text
    # of paths, the end tells more
    return "…" + text[1 - _TEXT_AT_MOST :] if "/" in text else text[: _TEXT_AT_MOST - 1] + "…"


def _first_error(field: Field, values: Sequence[object]) -> str | None:
    wrong = list(_errors(field, values))
    if not wrong:
        return None
    number, told = wrong[0]
    more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
    return f"value {number:,}: {told}{more}"


def _errors(field: Field, values: Sequence[object]) -> Iterator[tuple[int, str]]:
    known: dict[object, str | None] = {}
    for number, value in enumerate(values, 1):
        key = (type(value), _key(value))
        if key not in known:
            known[key] = value_error(field, value)
        told = known[key]
        if told:
            yield number, told


_FLAGS = ("true", "false")  # linked to others they are bound to come again


def _note(values: Sequence[object]) -> str | None:
    """Name the value that comes several times, and how many are empty."""
    times = Counter(map(_key, values))
    empty = times.pop("", 0)
    told = [f"{empty:,} empty"] if empty else []
    doubles = [(key, n) for key, n in times.items() if n > 1 and key not in _FLAGS]
    if doubles:
        key, n = doubles[0]
        many = "twice" if n == 2 else f"{n:,} times"
        told.append(
            f"{shown(text_of(key))} comes {many}"
            if len(doubles) == 1
            else f"{len(doubles):,} values come several times"
        )
    return " · ".join(told) or None


def _key(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return lines_text([value], 1) if isinstance(value, list | tuple) else str(value).lower()
    return value
