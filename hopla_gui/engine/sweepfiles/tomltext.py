"""Values as TOML text, on one line where they fit: the way sweep files are written by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import PurePath

WIDTH = 100

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


def toml_table(header: str, entries: Mapping[str, object]) -> str:
    """Return a table: its header line and a line for each entry."""
    lines = (f"{toml_key(key)} = {_entry(key, value)}\n" for key, value in entries.items())
    return f"{header}\n{''.join(lines)}"


def toml_key(key: str) -> str:
    """Return a key, in quotes where TOML needs them."""
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def toml_value(value: object) -> str:
    """Return a value on one line.

    Raises
    ------
    TypeError
        Where TOML has no such value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | PurePath):
        return _text(str(value))
    if isinstance(value, int | date | datetime | time):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        entries = (f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {', '.join(entries)} }}" if value else "{}"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return f"[{', '.join(map(toml_value, value))}]"
    raise TypeError(f"TOML has no {type(value).__name__}: {value!r}")


def _entry(key: str, value: object) -> str:
    line = toml_value(value)
    if len(key) + len(line) <= WIDTH or not isinstance(value, list | tuple):
        return line
    return f"[\n{''.join(_filled(map(toml_value, value)))}]"


def _filled(items: Iterable[str]) -> Iterable[str]:
    """Yield lines of items, as many on each as fit."""
    line = ""
    for item in items:
        if line and len(line) + len(item) + 2 > WIDTH:
            yield f"{line}\n"
            line = ""
        line += f"{' ' if line else '    '}{item},"
    yield f"{line}\n"


def _text(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda found: _escape(found.group()), text) + '"'


def _escape(char: str) -> str:
    return _ESCAPES.get(char) or f"\\u{ord(char):04x}"
