"""Of which kind a column of JSON values is, from what was seen in it."""

from __future__ import annotations

from collections.abc import Set
from enum import Enum, auto
from math import inf

NON_FINITE = {"NaN": float("nan"), "Infinity": inf, "-Infinity": -inf}
"""Floats that strict JSON has not, as results name them."""

_INT64 = 2**63


class ColumnKind(Enum):
    """What a typed table calls a column."""

    BOOLEAN = auto()
    INTEGER = auto()
    NUMBER = auto()
    NUMBERS = auto()  # a list of numbers in each cell
    TEXT = auto()
    JSON = auto()  # of several kinds, or lists of other things
    TIME = auto()  # seconds since the epoch


class Seen(Enum):
    """What JSON values can be."""

    NOTHING = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    NUMBER = auto()
    NON_FINITE = auto()
    TEXT = auto()
    NUMBERS = auto()
    OTHER = auto()


_SEEN_BY_TYPE = {type(None): Seen.NOTHING, bool: Seen.BOOLEAN, float: Seen.NUMBER}


def seen_in(value: object) -> Seen:
    """Return the kind of a value."""
    kind = _SEEN_BY_TYPE.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, str):
        return Seen.NON_FINITE if value in NON_FINITE else Seen.TEXT
    if isinstance(value, int):
        return Seen.INTEGER if -_INT64 <= value < _INT64 else Seen.OTHER
    if isinstance(value, list) and all(type(item) in (int, float) for item in value):
        return Seen.NUMBERS
    return Seen.OTHER


_KINDS: tuple[tuple[ColumnKind, Set[Seen]], ...] = (
    (ColumnKind.TEXT, {Seen.TEXT}),
    (ColumnKind.BOOLEAN, {Seen.BOOLEAN}),
    (ColumnKind.INTEGER, {Seen.INTEGER}),
    (ColumnKind.NUMBER, {Seen.INTEGER, Seen.NUMBER, Seen.NON_FINITE}),
    (ColumnKind.TEXT, {Seen.TEXT, Seen.NON_FINITE}),
    (ColumnKind.NUMBERS, {Seen.NUMBERS}),
)


def kind_of(seen: Set[Seen]) -> ColumnKind:
    """Return the kind of a column; of one in which there is nothing, text."""
    found = seen - {Seen.NOTHING}
    return next((kind for kind, holds in _KINDS if found <= holds), ColumnKind.JSON)


def number(value: object) -> float | None:
    """Return a value of a column of numbers as one."""
    if isinstance(value, str):
        return NON_FINITE.get(value)
    return float(value) if isinstance(value, (int, float)) else None
