"""Texts and values of a field: what a text means, how a value reads, what is wrong with it.

A text that does not fit its type stays a text, so nothing that was typed is lost.
"""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator, Sequence

from hopla_gui.domain.sweep import Axis
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import Field, Kind

_INTEGER = re.compile(r"[+-]?\d+(?:_\d+)*")
_SEPARATORS = re.compile(r"(?:,(?=\s)|[;\s])+")


def parse(field: Field, text: str) -> object:
    """Return the value of one text, with the native type where it fits."""
    if field.kind in (Kind.TEXT, Kind.PATH):
        return text
    if field.kind is Kind.CHOICE:
        return next((choice for choice in field.param.choices or () if str(choice) == text), text)
    if field.kind in (Kind.FLAG, Kind.SWITCH):
        return {"true": True, "false": False, "on": True, "off": False}.get(text.lower(), text)
    if field.kind in (Kind.INTEGER, Kind.NUMBER, Kind.COUNT):
        return _number(text.strip(), whole=field.kind is not Kind.NUMBER)
    return text


def _number(text: str, *, whole: bool) -> object:
    if _INTEGER.fullmatch(text):
        try:
            return int(text)
        except ValueError:  # longer than the interpreter converts
            return text
    if whole:
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    # 1e400 is no infinity to the person who typed it.
    return text if math.isinf(number) and "inf" not in text.lower() else number


def error_of(field: Field, value: object) -> str | None:
    """Return what is wrong with one value of the field (not a list), in plain words."""
    if field.kind is Kind.CHOICE:
        choices = [str(choice) for choice in field.param.choices or ()]
        return None if str(value) in choices else f"{shown(value)} is not one of {_listed(choices)}"
    if field.kind in (Kind.FLAG, Kind.SWITCH):
        return None if isinstance(value, bool) else f"{shown(value)} is neither true nor false"
    if field.kind in (Kind.INTEGER, Kind.COUNT) and not _fits(field, value, int):
        return f"{shown(value)} is not a whole number"
    if field.kind is Kind.NUMBER and not _fits(field, value, int, float):
        return f"{shown(value)} is not a number"
    return None


def _fits(field: Field, value: object, *types: type) -> bool:
    if isinstance(value, str):
        value = parse(field, value)
    return isinstance(value, types) and not isinstance(value, bool)


def list_error_of(field: Field, values: Sequence[object]) -> str | None:
    """Return what is wrong with the list that one occurrence of the flag takes."""
    nargs = field.param.nargs
    if isinstance(nargs, int) and len(values) != nargs:
        return f"takes {nargs} values, {len(values)} given"
    if nargs == "+" and not values:
        return "takes at least one value"
    return next(filter(None, (error_of(field, value) for value in values)), None)


def value_error(field: Field, value: object, depth: int | None = None) -> str | None:
    """Return what is wrong with a whole value of the field, lists of lists included."""
    depth = field.depth if depth is None else depth
    if field.kind is Kind.WORDS:
        return "a quotation mark is not closed" if isinstance(value, str) else None
    if field.may_stand_alone and value is True:
        return None
    if depth == 0:
        return error_of(field, value)
    if not isinstance(value, (list, tuple)):
        return f"{shown(value)} is not a list"
    if depth == 1 and field.param.takes_many:
        return list_error_of(field, value)
    return next(filter(None, (value_error(field, item, depth - 1) for item in value)), None)


def axis_values(axis: Axis | None) -> tuple[Sequence[object], str | None]:
    """Return the values of an axis, or none and why: a file that is gone, an empty range."""
    try:
        return (axis.values() if axis else ()), None
    except UserError as error:
        return (), error.what
    except OSError as error:
        return (), f"{error.filename}: {error.strerror}"


def shown(value: object) -> str:
    """Return a value as a short quotation for a message."""
    text = str(value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _listed(choices: Sequence[str]) -> str:
    return ", ".join(choices[:8]) + (f", … ({len(choices)} choices)" if len(choices) > 8 else "")


def text_of(value: object) -> str:
    """Return one value (not a list) as the text of its field."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def parse_words(text: str) -> object:
    """Split a line as a shell does; the text itself where a quotation is not closed."""
    try:
        return shlex.split(text)
    except ValueError:
        return text


def words_text(value: object) -> str:
    """Return a list of arguments as one line."""
    return shlex.join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


# --- lists as lines of text: one item a line -------------------------------------------------


def parse_lines(field: Field, text: str, depth: int) -> list[tuple[int, object]]:
    """Return (line number from 1, item) of each item; blank lines are none.

    ``depth`` is that of one item: 0 for a value, 1 for a list as words, 2 for a JSON list.
    """
    return [
        (number, item)
        for number, line in enumerate(text.split("\n"), 1)
        for item in parse_line(field, line, depth)
    ]


def parse_line(field: Field, line: str, depth: int) -> tuple[object, ...]:
    """Return the items of one line: one, or several numbers, or none in a blank line."""
    line = line.strip()
    if not line:
        return ()
    if depth:
        return (_parse_item(field, line, depth),)
    if _numeric(field) and _SEPARATORS.search(line):
        # Numbers may share a line; the comma of 0,5 stays what it is: an error that is named.
        return tuple(parse(field, word) for word in _SEPARATORS.split(line) if word)
    return (parse(field, _unquoted(line)),)


def _parse_item(field: Field, line: str, depth: int) -> object:
    if depth == 1:
        return [
            parse(field, word.rstrip(",") if _numeric(field) else word) for word in _words(line)
        ]
    try:
        item = json.loads(line)
    except ValueError:
        return line
    return item


def _numeric(field: Field) -> bool:
    return field.kind in (Kind.INTEGER, Kind.NUMBER)


def lines_text(items: Sequence[object], depth: int) -> str:
    """Return items as lines that `parse_lines` reads back."""
    return "\n".join(_item_text(item, depth) for item in items)


def _item_text(item: object, depth: int) -> str:
    if depth == 0 or not isinstance(item, (list, tuple)):
        text = text_of(item)
        return json.dumps(text) if _line_needs_quotes(text) else text
    if depth == 1:
        return " ".join(map(_word_text, item))
    return json.dumps(item, ensure_ascii=False)


def _line_needs_quotes(text: str) -> bool:
    """Whether a text would not be read back from a line of its own as it stands."""
    if text != text.strip() or len(text.splitlines()) != 1 or "\u2029" in text:
        return True
    inner = _json_text(text)
    return inner is not None and _line_needs_quotes(inner)


def _unquoted(line: str) -> str:
    """Read ``""`` and texts with line breaks; any other quotation marks are the value's own."""
    text = _json_text(line) if line[0] == '"' else None
    return text if text is not None and _line_needs_quotes(text) else line


def _json_text(line: str) -> str | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, str) else None


_WORD = re.compile(r'"(?:[^"\\]|\\.)*"(?=\s|$)|\S+')


def _words(line: str) -> Iterator[str]:
    for word in _WORD.findall(line):
        text = _json_text(word) if word.startswith('"') else None
        yield word if text is None else text


def _word_text(value: object) -> str:
    text = text_of(value)
    return json.dumps(text) if _WORD.fullmatch(text) is None or text[0] == '"' else text
