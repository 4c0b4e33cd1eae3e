"""A column of a run, one value a job, and how it becomes positions along an axis."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import cast

from hopla_gui.domain.plots.scale import Scale, ScaleKind
from hopla_gui.domain.telling import telling
from hopla_gui.turns import unhurried

_SMALLEST = 1e-290  # closer to zero is zero on a linear axis
LARGEST = 1e100  # what is drawn on a linear axis; beyond, the area of a picture overflows
_TOKENS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
# Text that is a number and no more: "007" is a name.
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?|[-+]?\.\d{1,300}")
_TEXT_LIMIT = 200
_NUMBERS = {int, float}
_MOSTLY = 0.9
_FAR_APART = 100.0


class Fault(IntEnum):
    """Why a value has no position on an axis."""

    NONE = 0
    NO_VALUE = 1
    NOT_NUMBER = 2
    NOT_FINITE = 3
    NOT_POSITIVE = 4
    TOO_LARGE = 5


FAULT_WORDS: Mapping[Fault, str] = {
    Fault.NO_VALUE: "without a value of",
    Fault.NOT_NUMBER: "where no number is given for",
    Fault.NOT_FINITE: "with NaN or infinity for",
    Fault.NOT_POSITIVE: "with zero or less, on a logarithmic axis, for",
    Fault.TOO_LARGE: f"beyond {LARGEST:.0e}, where a linear axis ends, for".replace("+", ""),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be put on an axis.

    Attributes
    ----------
    name
        A parameter, a traced value (dotted path), or ``duration`` and the like.
    values
        One for each job of the run, ``None`` where there is none.
    unit
        Empty where none is known.
    """

    name: str
    values: Sequence[object]
    unit: str = ""

    @property
    def title(self) -> str:
        """Name and unit, for an axis: ``duration (s)``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Axis:
    """A quantity as positions.

    Attributes
    ----------
    places
        One for each job asked for, NaN where it has none.
    faults
        The `Fault` of each, 0 for those that have a place.
    """

    scale: Scale
    places: array[float]
    faults: bytearray


def read_axis(quantity: Quantity, jobs: Iterable[int], *, log: bool = False) -> Axis:
    """Return the positions of some jobs: numbers where the values are numbers, else categories.

    Parameters
    ----------
    jobs
        Which jobs, in which order.
    log
        Positions are decimal logarithms; categories stay as they are.
    """
    column = quantity.values
    values = [column[job] for piece in unhurried(jobs) for job in piece]
    if is_numeric(values):
        return _number_axis(quantity, values, log)
    return _category_axis(quantity, values)


def is_numeric(values: Sequence[object]) -> bool:
    """Whether values are to be read as numbers: nearly all of them are."""
    kinds: Counter[type] = Counter()
    for piece in unhurried(values):
        kinds.update(map(type, piece))
    given = len(values) - kinds[type(None)]
    texts = kinds[str]
    numbers = kinds[int] + kinds[float]
    if texts and numbers < given:
        tokens = 0
        for text, count in _counted_texts(values).items():
            if text in _TOKENS or _NUMBER.fullmatch(text):
                tokens += count
        numbers += tokens
    return given == 0 or numbers >= _MOSTLY * given


def spans_decades(values: Sequence[object]) -> bool:
    """Whether values are positive numbers so far apart that a logarithmic axis serves best."""
    distinct = {number for value in values if (number := as_number(value)) is not None}
    if len(distinct) < 3 or not is_numeric(values):
        return False
    low, high = min(distinct), max(distinct)
    return low > 0 and high < math.inf and high / low >= _FAR_APART


def _counted_texts(values: Sequence[object]) -> Counter[str]:
    return Counter(value for value in values if type(value) is str)


def _number_axis(quantity: Quantity, values: Sequence[object], log: bool) -> Axis:
    plain = None if log else _plain_places(values)
    if plain is not None:
        return Axis(_number_scale(quantity, plain, log), plain, bytearray(len(values)))
    places, faults = array("d"), bytearray(len(values))
    read = _logarithm if log else _position
    for pairs in unhurried(enumerate(values)):
        for row, value in pairs:
            if type(value) is float and _SMALLEST < value < LARGEST:  # nearly all of them
                places.append(math.log10(value) if log else value)
                continue
            number, fault = read(value)
            places.append(number)
            if fault:
                faults[row] = fault
    return Axis(_number_scale(quantity, places, log), places, faults)


def _plain_places(values: Sequence[object]) -> array[float] | None:
    """Return numbers as they stand, ``None`` where one of them has to be looked at."""
    places = array("d")
    for piece in unhurried(values):
        if not _NUMBERS.issuperset(map(type, piece)):
            return None
        try:
            numbers: array[float] = array("d", cast("Sequence[float]", piece))
        except OverflowError:
            return None
        low, high = min(numbers), max(numbers)
        if low < -LARGEST or high > LARGEST or math.isnan(sum(numbers)):
            return None
        if low <= _SMALLEST:
            numbers = array("d", [0.0 if abs(one) <= _SMALLEST else one for one in numbers])
        places += numbers
    return places or None


def _number_scale(quantity: Quantity, places: Sequence[float], log: bool) -> Scale:
    whole = all(
        place.is_integer() for piece in unhurried(places) for place in piece if place == place
    )
    return Scale(quantity.title, ScaleKind.LOG if log else ScaleKind.LINEAR, whole=whole)


def as_number(value: object) -> float | None:
    """Return a value as a float, ``None`` where it is no number; huge integers become infinite."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str):
        if value in _TOKENS:
            return _TOKENS[value]
        return float(value) if _NUMBER.fullmatch(value) else None
    return None


def _position(value: object) -> tuple[float, Fault]:
    number = as_number(value)
    if number is None:
        return math.nan, Fault.NO_VALUE if value is None else Fault.NOT_NUMBER
    if -LARGEST <= number <= LARGEST:
        return (number if abs(number) > _SMALLEST else 0.0), Fault.NONE
    if math.isfinite(number) or isinstance(value, int):
        return math.nan, Fault.TOO_LARGE
    return math.nan, Fault.NOT_FINITE


def _logarithm(value: object) -> tuple[float, Fault]:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return math.log10(value), Fault.NONE  # of any size
    number = as_number(value)
    if number is None:
        return math.nan, Fault.NO_VALUE if value is None else Fault.NOT_NUMBER
    if math.isnan(number) or number == math.inf:
        return math.nan, Fault.NOT_FINITE
    return (math.log10(number), Fault.NONE) if number > 0 else (math.nan, Fault.NOT_POSITIVE)


def _category_axis(quantity: Quantity, values: Sequence[object]) -> Axis:
    keys = category_keys(values)
    found = sorted({key for key in keys if key is not None}, key=category_order)
    place_of: dict[object, float] = {key: float(place) for place, key in enumerate(found)}
    places = array("d", (place_of.get(key, math.nan) for key in keys))
    faults = bytearray(Fault.NO_VALUE if key is None else Fault.NONE for key in keys)
    texts = tuple(key[1] for key in found)
    scale = Scale(quantity.title, ScaleKind.CATEGORY, texts, labels=telling(texts))
    return Axis(scale, places, faults)


def repeats(values: Iterable[object], parameter: Iterable[object]) -> bool:
    """Whether a traced value is the parameter's own wherever there is one: nothing to plot."""
    pairs = zip(values, parameter, strict=False)
    return all(value is None or value == given for value, given in pairs)


CategoryKey = tuple[str, str]  # type, text: the text "1" and the number 1 are two categories


def category_key(value: object) -> CategoryKey:
    """Return what makes a value one category, its text last: bounded, on one line as in JSON."""
    if isinstance(value, str):
        if len(value) <= _TEXT_LIMIT:
            return "str", value
        return "str", f"{value[:_TEXT_LIMIT]}… ({len(value):,} characters)"
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, int):
        large = value.bit_length() > 4000  # Python refuses to write it
        return "float", f"integer of {value.bit_length():,} bits" if large else str(value)
    return type(value).__name__, _bounded_json(value)


def category_keys(values: Iterable[object]) -> list[CategoryKey | None]:
    """Return the category of each value; each that can be looked up is taken apart once."""
    known: dict[object, CategoryKey] = {}
    keys: list[CategoryKey | None] = []
    for value in values:
        if value is None:
            keys.append(None)
        elif isinstance(value, str | int | float):
            name = (type(value), value)  # 1, 1.0 and true are equal, and three categories
            key = known.get(name)
            if key is None:
                key = known[name] = category_key(value)
            keys.append(key)
        else:
            keys.append(category_key(value))
    return keys


def _bounded_json(value: object) -> str:
    text = ""
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
            text += piece
            if len(text) > _TEXT_LIMIT:
                return f"{text[:_TEXT_LIMIT]}…"
    except (RecursionError, ValueError):
        return f"{text[:_TEXT_LIMIT]}…"
    return text


_DIGITS = re.compile(r"(\d{1,15})")


def category_order(key: CategoryKey) -> tuple[int, Sequence[object], str]:
    """Sort numbers before texts, and texts as people count: ``sub-2`` before ``sub-10``."""
    kind, text = key
    if kind == "float":
        try:
            return 0, (float(text),), text
        except (ValueError, OverflowError):
            return 1, (), text
    parts = _DIGITS.split(text.casefold())
    return 2, tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), text


def fault_texts(faults: Mapping[tuple[str, Fault], int]) -> list[str]:
    """Return how many jobs are not drawn, and why, one text a reason."""
    return [
        f"{count:,} {'job' if count == 1 else 'jobs'} {FAULT_WORDS[fault]} {name}"
        for (name, fault), count in faults.items()
    ]
