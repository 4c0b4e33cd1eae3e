"""Of which kind a column of JSON values is, from what was seen in it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from enum import Enum, auto
from math import inf
from typing import Any

NON_FINITE = {"NaN": float("nan"), "Infinity": inf, "-Infinity": -inf}
"""Floats that strict JSON has not, as results name them."""

_INT64 = 2**63
_NUMBERS = {int, float}


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


def seen_in(values: Sequence[Any]) -> set[Seen]:
    """Return of which kinds values are."""
    kinds = set(map(type, values))
    found: set[Seen] = set()
    for kind in kinds:
        if kind in _SEEN_BY_TYPE:
            found.add(_SEEN_BY_TYPE[kind])
        else:
            some = values if len(kinds) == 1 else [one for one in values if type(one) is kind]
            found |= _seen_of(kind, some)
    return found


def _seen_of(kind: type, values: Sequence[Any]) -> set[Seen]:
    """Return of which kinds values of one type are, neither numbers with a point nor nothing."""
    if kind is str:
        distinct = set(values)
        names = distinct & NON_FINITE.keys()
        found = {Seen.NON_FINITE} if names else set()
        return found | {Seen.TEXT} if len(distinct) > len(names) else found
    if kind is int:
        low, high = min(values), max(values)
        return {Seen.INTEGER if low >= -_INT64 and high < _INT64 else Seen.OTHER}
    if kind is list:
        return {Seen.NUMBERS if _NUMBERS.issuperset(map(type, v)) else Seen.OTHER for v in values}
    return {Seen.OTHER}


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
