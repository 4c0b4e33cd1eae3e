"""Numbers, states and values as people read them. Pure functions; no Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from hopla_gui.domain.shown_text import CELL_LIMIT
from hopla_gui.domain.shown_value import value_text, value_type
from hopla_gui.domain.wording import (
    STATE_EXPLANATIONS,
    STATE_WORDS,
    clock_time,
    duration,
    elapsed,
    exit_code,
    exit_code_words,
    signal_name,
    size,
    still_words,
    time_words,
    when,
)

__all__ = [
    "STATE_EXPLANATIONS",
    "STATE_WORDS",
    "clock_time",
    "duration",
    "elapsed",
    "exit_code",
    "exit_code_words",
    "fitted",
    "rounded",
    "signal_name",
    "size",
    "sort_key",
    "still_words",
    "time_words",
    "value_text",
    "value_type",
    "when",
]


def rounded(number: str, digits: int) -> str:
    """Return a number with so many significant digits at most; any other text as it is."""
    try:
        value = float(number)
    except ValueError:
        return number
    shown = f"{value:.{digits}g}"
    return shown if math.isfinite(value) and len(shown) < len(number) else number


def fitted(number: str, room: int, width_of: Callable[[str], int]) -> str:
    """Return a number with as many digits as there is room for; as it is where one is too many."""
    if width_of(number) <= room:
        return number
    for digits in range(room // width_of("0"), 0, -1):
        shown = rounded(number, digits)
        if width_of(shown) <= room:
            return shown
    return number


_NUMBER = re.compile(r"(\d+)")

SortKey = tuple[int, object]


def sort_key(value: object) -> SortKey:
    """Return a key by which values of any types can be sorted: numbers, then text, then the rest.

    Text sorts as people count: ``sub-2`` before ``sub-10``.
    """
    if value is None:
        return (9, 0)
    if isinstance(value, bool | int | float):
        return (1, 0) if value != value else (0, value)  # NaN after the numbers
    if isinstance(value, str):
        return (2, _natural(value[:CELL_LIMIT]))
    return (3, value_text(value))


def _natural(text: str) -> Sequence[object]:
    parts = _NUMBER.split(text.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
