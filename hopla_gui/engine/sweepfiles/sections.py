"""Sections of a sweep file: keys that are known, and values that are of their kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from hopla_gui.domain.endcommand import command_problem
from hopla_gui.errors import UserError


def refuse_unknown(
    given: Mapping[str, object], known: tuple[str, ...], what: str, where: str
) -> None:
    """Raise where a key or section is none of those known, with the nearest of them."""
    for key in given:
        if key not in known:
            close = get_close_matches(key, known, 1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            raise UserError(f"{where}unknown {what} {key!r}, none of {', '.join(known)}{meant}")


def read_section(
    given: Mapping[str, object], readers: Mapping[str, Callable[[object], object]], section: str
) -> dict[str, Any]:
    """Read each key of a section by its reader, which says what it expects instead."""
    refuse_unknown(given, tuple(readers), "key", f"[{section}] ")
    read = {}
    for key, value in given.items():
        try:
            read[key] = readers[key](value)
        except ValueError as error:
            raise UserError(f"[{section}] {key} is {error}, not {value!r}") from None
    return read


def as_text(value: object) -> str:
    """Take a text that is not empty, as a name or a path."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("a text")
    return value


def as_texts(value: object) -> tuple[str, ...]:
    """Take a list of texts."""
    if not isinstance(value, list) or not all(
        isinstance(item, str) and "\0" not in item for item in value
    ):
        raise ValueError("a list of texts")
    return tuple(value)


def as_boolean(value: object) -> bool:
    """Take a yes or a no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def as_command(value: object) -> tuple[str, ...]:
    """Take a command as a list of words, with names in braces that are known."""
    words = as_texts(value)
    problem = command_problem(words)
    if problem:
        raise ValueError(f"a command as a list of words ({problem})")
    return words


def integer(least: int) -> Callable[[object], int]:
    """Return a reader of integers from ``least`` on."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"an integer of at least {least}")
        return value

    return read


def number(zero_too: bool = False) -> Callable[[object], float]:
    """Return a reader of finite numbers above 0."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(expected)
        # An integer is finite, and may be too large to be asked as a float.
        if (
            (isinstance(value, float) and not math.isfinite(value))
            or value < 0
            or (value == 0 and not zero_too)
        ):
            raise ValueError(expected)
        return value

    expected = "a number of at least 0" if zero_too else "a number above 0"
    return read


def count_or_share(value: object) -> float:
    """Take a number of jobs, or a share of all."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if isinstance(value, float) and 0 < value < 1:
        return value
    raise ValueError("a whole number of jobs of at least 1, or a share between 0 and 1")


def one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    """Return a reader of one of several words."""

    def read(value: object) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return read
