"""How positions along an axis read: as numbers, logarithms, categories or times."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

LABEL_LIMIT = 40
_STEPS = (1.0, 2.0, 5.0, 10.0)
_TIME_STEPS = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10_800,
    21_600,
    43_200,
)
_DAY = 86_400


class ScaleKind(Enum):
    """What the positions stand for."""

    LINEAR = auto()
    LOG = auto()  # decimal logarithms
    CATEGORY = auto()  # the places of categories, from 0
    TIME = auto()  # seconds since something began


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis; one without text is a minor one."""

    place: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis.

    Attributes
    ----------
    title
        Name and unit. It may come from a script: data, and of any length.
    categories
        The texts of a `ScaleKind.CATEGORY` axis, by place.
    whole
        Whether all numbers are whole: no ticks between them.
    downward
        Whether the categories go down from the top: the second is at -1.
    labels
        What stands beside the ticks of categories; empty where it is their texts.
    """

    title: str
    kind: ScaleKind = ScaleKind.LINEAR
    categories: tuple[str, ...] = ()
    whole: bool = False
    downward: bool = False
    labels: tuple[str, ...] = ()

    def ticks(self, low: float, high: float, most: int) -> list[Tick]:
        """Return the ticks between two positions, about ``most`` of them with a text."""
        most = max(most, 2)
        if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
            return []
        match self.kind:
            case ScaleKind.CATEGORY:
                return self._category_ticks(low, high, most)
            case ScaleKind.LOG:
                return _log_ticks(low, high, most)
            case ScaleKind.TIME:
                return _time_ticks(low, high, most)
        return _linear_ticks(low, high, most, whole=self.whole)

    def _category_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        if self.downward:
            found = replace(self, downward=False).ticks(-high, -low, most)
            return [Tick(-tick.place, tick.text) for tick in found]
        first, last = max(math.ceil(low), 0), min(math.floor(high), len(self.categories) - 1)
        every = max(1, math.ceil((last - first + 1) / most))
        start = math.ceil(first / every) * every
        texts = self.labels or self.categories
        return [Tick(place, texts[place]) for place in range(start, last + 1, every)]

    def text(self, place: float) -> str:
        """Return what a position reads, for a tip."""
        if not math.isfinite(place):
            return ""
        match self.kind:
            case ScaleKind.CATEGORY:
                near = round(place)
                return self.categories[near] if 0 <= near < len(self.categories) else ""
            case ScaleKind.LOG:
                return power_text(place) if abs(place) > 300 else number_text(10**place)
            case ScaleKind.TIME:
                return time_text(place)
        return number_text(place)


def number_text(value: float) -> str:
    """Return a number in at most six figures: ``0.25``, ``1,200``, ``3.2e-7``."""
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 1e7:
        text = f"{value:,.{max(0, 5 - math.floor(math.log10(abs(value))))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return _trim_exponent(f"{value:.5e}")


def brief_number(value: float, letters: int) -> str:
    """Return a number in three figures, or in so few that it has no more letters than that."""
    for figures in (3, 2, 1):
        text = number_text(float(f"{value:.{figures}g}"))
        if len(text) <= letters:
            return text
    return _trim_exponent(f"{value:.0e}")


def power_text(exponent: float) -> str:
    """Return the number of which only the decimal logarithm can be held: ``1.5e400``."""
    whole = math.floor(exponent)
    return f"{10 ** (exponent - whole):.3g}e{whole}"


def time_text(seconds: float, step: float = 0.0) -> str:
    """Return a time since a beginning: ``250 ms``, ``1.2 s``, ``3:20``, ``1:02:00``, ``2 d``."""
    if seconds < 0:
        return f"-{time_text(-seconds, step)}"
    if not seconds:
        return "0"
    if seconds < 1:
        return f"{seconds * 1000:.4g} ms"
    if seconds < 60:
        figures = max(4, 2 - math.floor(math.log10(step))) if step else 4
        return f"{seconds:.{figures}g} s"
    whole = round(seconds)
    days, rest = divmod(whole, _DAY)
    hours, minutes, left = rest // 3600, rest % 3600 // 60, rest % 60
    if days:
        return f"{days} d {hours}:{minutes:02d}" if rest else f"{days} d"
    if hours:
        return f"{hours}:{minutes:02d}:{left:02d}"
    fraction = f"{seconds - whole + left:06.3f}".rstrip("0") if 0 < step < 1 else f"{left:02d}"
    return f"{minutes}:{fraction.rstrip('.')}"


def round_edges(low: float, high: float, most: int) -> list[float]:
    """Return the edges of about so many bins, at most, around two numbers, at round places.

    The numbers are further apart than 1e-290, and than what floats of their size can tell.
    """
    step = _nice_step(high - low, most - 1)
    first, last = math.floor(low / step), math.ceil(high / step)
    if not -1e15 < first <= last < 1e15:  # the numbers are too close together for their size
        return [low + (high - low) * edge / most for edge in range(most + 1)]
    return [edge * step for edge in range(first, max(last, first + 1) + 1)]


def bin_of(place: float, edges: Sequence[float]) -> int:
    """Return the bin that a position lies in; the outermost ones take what lies beyond them."""
    return min(max(bisect_right(edges, place) - 1, 0), len(edges) - 2)


def _nice_step(span: float, most: int) -> float:
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * step for step in _STEPS if power * step >= rough * 0.999)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, min(last, first + 1000) + 1)]


def _linear_ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[Tick]:
    span = high - low
    if span <= max(abs(low), abs(high)) * 1e-14 or span < 1e-290:  # no number lies between
        return [Tick(low, f"{low:.15g}")]
    step = _nice_step(span, most)
    if whole:
        step = max(step, 1.0)
    places = _multiples(low, high, step)
    texts = _step_texts(places, step)
    return [Tick(place, text) for place, text in zip(places, texts, strict=True)]


def _step_texts(places: list[float], step: float) -> list[str]:
    largest = max(map(abs, places), default=0.0)
    exponent = math.floor(math.log10(step) + 1e-9)
    if step >= 1e-5 and largest < 1e7:
        return [_no_minus_zero(f"{place:,.{max(0, -exponent)}f}") for place in places]
    figures = min(max(0, math.floor(math.log10(largest)) - exponent), 15) if largest else 0
    return [_trim_exponent(f"{place:.{figures}e}") if place else "0" for place in places]


def _no_minus_zero(text: str) -> str:
    return text if text.strip("-0.,") else text.lstrip("-")


def _trim_exponent(text: str) -> str:
    mantissa, exponent = text.split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def _log_ticks(low: float, high: float, most: int) -> list[Tick]:
    if high - low < 1:  # less than a decade: numbers as they are
        return _ticks_within_a_decade(low, high, most)
    every = max(1, math.ceil((high - low) / most))
    start = math.ceil(low / every - 1e-9) * every
    ticks = [
        Tick(place, _decade_text(place)) for place in range(start, math.floor(high) + 1, every)
    ]
    if every == 1:
        ticks += [
            Tick(place)
            for decade in range(math.floor(low), math.ceil(high))
            for step in range(2, 10)
            if low <= (place := decade + math.log10(step)) <= high
        ]
    return ticks


def _ticks_within_a_decade(low: float, high: float, most: int) -> list[Tick]:
    if max(abs(low), abs(high)) > 290:  # further than floats reach: counted in the decade itself
        decade = math.floor(low)
        found = _linear_ticks(10 ** (low - decade), 10 ** (high - decade), most)
        places = [decade + math.log10(tick.place) for tick in found if tick.place > 0]
        return [Tick(place, power_text(place)) for place in places]
    found = _linear_ticks(10**low, 10**high, most)
    return [Tick(math.log10(tick.place), tick.text) for tick in found if tick.place > 0]


def _decade_text(exponent: int) -> str:
    if -4 <= exponent < 0:
        return f"{10.0**exponent:.{-exponent}f}"
    return f"{10**exponent:,}" if 0 <= exponent <= 5 else f"1e{exponent}"


def _time_ticks(low: float, high: float, most: int) -> list[Tick]:
    rough = (high - low) / most
    if rough < 1:
        step = _nice_step(high - low, most)
    else:
        step = next((step for step in _TIME_STEPS if step >= rough), 0)
        step = step or _DAY * max(1.0, _nice_step((high - low) / _DAY, most))
    return [Tick(place, time_text(place, step)) for place in _multiples(low, high, step)]
