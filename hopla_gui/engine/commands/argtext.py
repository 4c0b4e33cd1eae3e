"""A value as the text that stands for it on a command line, checked as argparse checks it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import PurePath

from hopla_gui.domain.params import ParamSpec

JUDGED_TYPES = (None, "str", "int", "float")
MAX_CHOICES_SHOWN = 12


class Misfit(ValueError):
    """A value that the parameter cannot take; the message reads on behind the parameter's name."""


class BeyondChoices(Misfit):
    """A value that is not among its parameter's choices."""


def is_list(value: object) -> bool:
    """Whether the value is a list of values."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def text_of(param: ParamSpec, value: object) -> str:
    """Return the text whose conversion by the parameter's type gives the value.

    Raises
    ------
    Misfit
        Where no text does. Types of the script's own are not judged.
    """
    text = _bool_text(param, value) if isinstance(value, bool) else _plain_text(param, value)
    if "\0" in text:
        raise Misfit("holds a NUL character, which no command line can")
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise Misfit(f"{text!r} is no valid Unicode text") from None
    _check_choice(param, text)
    return text


def number_of(param: ParamSpec, value: object) -> object:
    """Return the number that a text given to an int or float parameter says, else the value."""
    if isinstance(value, str) and param.type in ("int", "float"):
        return int(value) if param.type == "int" else float(value)
    if is_list(value) and param.type in ("int", "float"):
        return [number_of(param, item) for item in value]  # type: ignore[attr-defined]
    return value


def _bool_text(param: ParamSpec, value: bool) -> str:
    if param.type == "bool":  # bool("False") is True
        return "True" if value else ""
    if param.type in JUDGED_TYPES and str(value) not in map(str, param.choices or ()):
        raise Misfit(f"takes {_kind(param)}, not {str(value).lower()}")
    return str(value)


def _plain_text(param: ParamSpec, value: object) -> str:
    if isinstance(value, int | float):
        return _number_text(param, value)
    if isinstance(value, str):
        return _checked_text(param, str(value))
    if isinstance(value, date | time):
        return _checked_text(param, value.isoformat())
    if isinstance(value, PurePath | Decimal):
        return _checked_text(param, str(value))
    if is_list(value):
        raise Misfit(f"takes one value, not a list: {value!r}")
    raise Misfit(f"takes {_kind(param)}, not {value!r}")


def _number_text(param: ParamSpec, value: int | float) -> str:
    if param.type == "int" and isinstance(value, float):
        if not math.isfinite(value) or value != int(value):
            raise Misfit(f"takes an integer, not {value!r}")
        return str(int(value))
    try:
        return repr(value)
    except ValueError as error:  # an integer of more digits than Python converts
        raise Misfit(str(error)) from None


def _checked_text(param: ParamSpec, text: str) -> str:
    try:
        if param.type == "int":
            int(text)
        elif param.type == "float":
            float(text)
    except ValueError:
        raise Misfit(f"takes {_kind(param)}, not {text!r}") from None
    return text


def _check_choice(param: ParamSpec, text: str) -> None:
    if param.choices is None or param.type not in JUDGED_TYPES:
        return
    value = number_of(param, text)
    known = param.choices if param.type in ("int", "float") else tuple(map(str, param.choices))
    if value not in known:
        shown = ", ".join(map(str, param.choices[:MAX_CHOICES_SHOWN]))
        more = ", …" if len(param.choices) > MAX_CHOICES_SHOWN else ""
        raise BeyondChoices(f"{text!r} is not among its choices: {shown}{more}")


def _kind(param: ParamSpec) -> str:
    return {"int": "an integer", "float": "a number"}.get(param.type or "", "a text or a number")
