"""Texts that are made of other parameters: ``"{subject}_{session:02d}.nii.gz"``.

No Python is behind the braces: a name, and how wide or with how many digits its value is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import NamedTuple, TypeAlias

from hopla_gui.errors import UserError

MAX_WIDTH = 200
MAX_DIGITS = 30

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}:]*)(?::(?P<spec>[^{}]*))?\}|[^{}]+|[{}]")
_SPEC = re.compile(r"(?:[^{}]?[<>=^])?[+ -]?0?(?P<width>\d*),?(?:\.(?P<digits>\d+))?[defgs%]?")


class Field(NamedTuple):
    """A name in braces, and how its value is written."""

    name: str
    spec: str = ""

    def __str__(self) -> str:
        return f"{{{self.name}:{self.spec}}}" if self.spec else f"{{{self.name}}}"


Part: TypeAlias = str | Field


@dataclass(frozen=True)
class Template:
    """A text with the names of parameters in braces; ``{{`` and ``}}`` are braces themselves."""

    text: str

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Its literal texts and fields, in order.

        Raises
        ------
        UserError
            Where it cannot be read, with a caret below the place.
        """
        return tuple(self._read())

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it is made of."""
        return tuple(dict.fromkeys(p.name for p in self.parts if isinstance(p, Field)))

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text for the values of its parameters.

        Raises
        ------
        UserError
            Where a value cannot be written so.
        """
        return "".join(p if isinstance(p, str) else rendered(p, values[p.name]) for p in self.parts)

    def renamed(self, new_name: Callable[[str], str]) -> Template:
        """Return the template with other names in its braces."""
        parts = (
            part.replace("{", "{{").replace("}", "}}")
            if isinstance(part, str)
            else str(part._replace(name=new_name(part.name)))
            for part in self.parts
        )
        return Template("".join(parts))

    def _read(self) -> Iterator[Part]:
        for found in _PIECE.finditer(self.text):
            piece, name = found.group(), found["name"]
            if name is not None:
                yield self._field(found.start(), name.strip(), found["spec"] or "")
            elif piece in ("{", "}"):
                raise self._error(found.start(), f"a single {piece!r} (write {piece * 2!r})")
            else:
                yield piece[0] if piece in ("{{", "}}") else piece

    def _field(self, column: int, name: str, spec: str) -> Field:
        if not name:
            raise self._error(column, "braces without the name of a parameter")
        read = _SPEC.fullmatch(spec)
        if not read:
            raise self._error(column, f"{spec!r} is no format, such as 03d, .2f or >8")
        if int(read["width"] or 0) > MAX_WIDTH or int(read["digits"] or 0) > MAX_DIGITS:
            raise self._error(column, f"{spec!r} is wider than {MAX_WIDTH}, or of too many digits")
        return Field(name, spec)

    def _error(self, column: int, what: str) -> UserError:
        return UserError(
            f"expr, column {column + 1}: {what}", f"{self.text}\n{' ' * column}^\n".rstrip("\n")
        )


def rendered(field: Field, value: object) -> str:
    """Return a value as a field writes it: numbers as they stand on a command line.

    Raises
    ------
    UserError
        Where the value is a list, or does not go with the format.
    """
    if not field.spec:
        return _plain(field, value)
    try:
        return format(_formattable(field.spec, value), field.spec)
    except (ValueError, TypeError, OverflowError):
        raise UserError(f"{field}: {value!r} cannot be written so") from None


def _plain(field: Field, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if value is None:
        raise UserError(f"{field}: {field.name} has no value")
    raise UserError(f"{field}: {value!r} is no single text or number")


def _formattable(spec: str, value: object) -> object:
    """Return the number that a text says where the format asks for one: a cell of a table."""
    if isinstance(value, str) and spec[-1] in "defg%":
        return int(value) if spec[-1] == "d" else float(value)
    if isinstance(value, float) and spec[-1] == "d" and value == int(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _plain(Field("", ""), value)
    return value


def flattened(templates: Mapping[str, Template]) -> dict[str, tuple[Part, ...]]:
    """Return the parts of each template with no field left that is made by another template.

    Raises
    ------
    UserError
        Naming the parameter: one that is made of itself, or a format of an expression.
    """
    found: dict[str, tuple[Part, ...]] = {}
    for name in templates:
        _flatten(name, templates, found, ())
    return found


def _flatten(
    name: str,
    templates: Mapping[str, Template],
    found: dict[str, tuple[Part, ...]],
    above: tuple[str, ...],
) -> tuple[Part, ...]:
    if name in above:
        circle = " → ".join([*above[above.index(name) :], name])
        raise UserError(f"{name}: its expr is made of itself: {circle}", parameter=name)
    if name not in found:
        parts: list[Part] = []
        try:
            own = templates[name].parts
        except UserError as error:
            raise UserError(f"{name}: {error.what}", error.detail, parameter=name) from None
        for part in own:
            if isinstance(part, str) or part.name not in templates:
                parts.append(part)
            elif part.spec:
                raise UserError(
                    f"{name}: {part} is an expr itself and takes no format", parameter=name
                )
            else:
                parts += _flatten(part.name, templates, found, (*above, name))
        found[name] = tuple(parts)
    return found[name]
