"""The axes of a sweep: where the values of a swept parameter come from.

Numbers are computed exactly and rounded once, so they come out as people write them: the third
value of ``Range(0, 1, 0.1)`` is 0.2, the fourth 0.3. Whole numbers made of whole numbers stay
integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from hopla_gui.domain.fileaxes import Column, Glob, Lines
from hopla_gui.domain.randomaxes import Choice, LogUniform, Number, Uniform, check_length
from hopla_gui.domain.sweep import Axis
from hopla_gui.errors import UserError

__all__ = [
    "Centre",
    "Choice",
    "Column",
    "Glob",
    "Lines",
    "Linspace",
    "LogUniform",
    "Logspace",
    "Range",
    "Uniform",
    "Values",
    "axis_from_toml",
]


@dataclass(frozen=True, slots=True)
class Values:
    """A plain list of values, given one by one."""

    items: tuple[object, ...]

    def values(self) -> Sequence[object]:
        """Return the values as they were given."""
        return self.items

    def to_toml(self, folder: Path) -> object:
        """Return the list."""
        return list(self.items)


@dataclass(frozen=True)
class Range:
    """From ``start`` in steps up to ``stop``, which is left out."""

    start: Number
    stop: Number
    step: Number

    def values(self) -> Sequence[object]:
        """Return integers where all three are integers, else floats."""
        return self._values

    @cached_property
    def _values(self) -> Sequence[Number]:
        start, stop, step = map(_exact, (self.start, self.stop, self.step))
        if not step:
            raise UserError("a range needs a step other than 0")
        length = math.ceil((stop - start) / step)
        if length < 1:
            raise UserError(
                f"the range is empty: from {self.start} in steps of {self.step}"
                f" no value comes before {self.stop}"
            )
        check_length(length)
        stays_whole = _all_integers(self.start, self.stop, self.step)
        return _progression(start, step, length, stays_whole)

    def to_toml(self, folder: Path) -> object:
        """Return ``{range = [start, stop, step]}``."""
        return {"range": [self.start, self.stop, self.step]}


@dataclass(frozen=True)
class Linspace:
    """``n`` values at even distances from ``start`` to ``stop``, both included."""

    start: Number
    stop: Number
    n: int

    def values(self) -> Sequence[object]:
        """Return integers where both ends and all values are whole, else floats."""
        return self._values

    @cached_property
    def _values(self) -> Sequence[Number]:
        start, step = _evenly(self.start, self.stop, self.n)
        stays_whole = _all_integers(self.start, self.stop, step)
        return _progression(start, step, self.n, stays_whole)

    def to_toml(self, folder: Path) -> object:
        """Return ``{linspace = [start, stop, n]}``."""
        return {"linspace": [self.start, self.stop, self.n]}


@dataclass(frozen=True)
class Centre:
    """``n`` values at even distances over a ``span`` that has ``centre`` in its middle."""

    centre: Number
    span: Number
    n: int

    def values(self) -> Sequence[object]:
        """Return integers where centre, span and all values are whole, else floats."""
        return self._values

    @cached_property
    def _values(self) -> Sequence[Number]:
        check_length(self.n)
        centre, span = _exact(self.centre), _exact(self.span)
        if span < 0:
            raise UserError(f"span is the whole width around the centre: not {self.span}")
        step = span / max(self.n - 1, 1)
        first = centre - step * (self.n - 1) / 2
        stays_whole = _all_integers(self.centre, self.span, step, first)
        return _progression(first, step, self.n, stays_whole)

    def to_toml(self, folder: Path) -> object:
        """Return ``{centre = …, span = …, n = …}``."""
        return {"centre": self.centre, "span": self.span, "n": self.n}


@dataclass(frozen=True)
class Logspace:
    """``n`` powers of ten whose exponents go evenly from ``first`` to ``last``, both included."""

    first: Number
    last: Number
    n: int

    def values(self) -> Sequence[object]:
        """Return integers where both exponents and all values are whole, else floats."""
        return self._values

    @cached_property
    def _values(self) -> tuple[Number, ...]:
        if max(abs(self.first), abs(self.last)) > 307:
            raise UserError("the exponents of a logspace lie within -307 and 307")
        first, step = _evenly(self.first, self.last, self.n)
        if _all_integers(self.first, self.last, step) and min(self.first, self.last) >= 0:
            return tuple(10 ** (self.first + place * int(step)) for place in range(self.n))
        return tuple(_power_of_ten(first + place * step) for place in range(self.n))

    def to_toml(self, folder: Path) -> object:
        """Return ``{logspace = [first_exponent, last_exponent, n]}``."""
        return {"logspace": [self.first, self.last, self.n]}


def axis_from_toml(given: object, base: Path) -> Axis:
    """Read what stands behind a key of a ``[[sweep]]`` block.

    Parameters
    ----------
    given
        A list of values, or a table that makes them, e.g. ``{"range": [0, 1, 0.1]}``.
    base
        Folder of the sweep file: patterns and file names are relative to it.

    Raises
    ------
    UserError
        Where it is neither; the message does not name the parameter.
    """
    if isinstance(given, list):
        return Values(tuple(given))
    if not isinstance(given, Mapping):
        raise UserError(f"a swept parameter needs a list of values or a table, not {given!r}")
    kind = next((key for key in _READERS if key in given), None)
    if kind is None:
        raise UserError(_unknown_kind(given))
    others, read = _READERS[kind]
    for key in given:
        if key != kind and key not in others:
            raise UserError(f"{key} does not belong to a {kind}" + _did_you_mean(key, others))
    return read(given, base)


def _unknown_kind(given: Mapping[str, object]) -> str:
    key = next(iter(given), "")
    kinds = ", ".join(_READERS)
    meant = _did_you_mean(key, _READERS)
    return (
        f"no way to make values is named {key!r}, but {kinds}{meant}; a dotted name goes in quotes"
    )


def _did_you_mean(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    close = get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _numbers(given: Mapping[str, object], kind: str, names: str) -> tuple[Number, ...]:
    items = given[kind]
    if not isinstance(items, list) or len(items) != len(names.split(", ")):
        raise UserError(f"{kind} is written [{names}], not {items!r}")
    for item in items:
        _check_number(item, kind)
    return tuple(items)


def _check_number(item: object, kind: str) -> None:
    if isinstance(item, bool) or not isinstance(item, int | float):
        raise UserError(f"{kind} is made of numbers, not {item!r}")
    if not math.isfinite(item):
        raise UserError(f"{kind} is made of finite numbers, not {item!r}")


def _whole(given: object, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise UserError(f"{name} is an integer, not {given!r}")
    return given


def _text(given: Mapping[str, object], key: str) -> str:
    found = given.get(key)
    if not isinstance(found, str) or not found:
        raise UserError(f"{key} is a text, not {found!r}" if key in given else f"{key} is missing")
    return found


def _read_range(given: Mapping[str, object], base: Path) -> Axis:
    return Range(*_numbers(given, "range", "start, stop, step"))


def _read_linspace(given: Mapping[str, object], base: Path) -> Axis:
    start, stop, n = _numbers(given, "linspace", "start, stop, n")
    return Linspace(start, stop, _whole(n, "n"))


def _read_centre(given: Mapping[str, object], base: Path) -> Axis:
    centre, span = (_number(given, key, "centre") for key in ("centre", "span"))
    return Centre(centre, span, _count(given, "centre", "values to make"))


def _number(given: Mapping[str, object], key: str, kind: str) -> Number:
    if key not in given:
        raise UserError(f"{kind} needs {key}, a number")
    found = given[key]
    _check_number(found, key)
    assert isinstance(found, int | float)
    return found


def _count(given: Mapping[str, object], kind: str, what: str) -> int:
    if "n" not in given:
        raise UserError(f"{kind} needs n, how many {what}")
    return _whole(given["n"], "n")


def _read_logspace(given: Mapping[str, object], base: Path) -> Axis:
    first, last, n = _numbers(given, "logspace", "first_exponent, last_exponent, n")
    return Logspace(first, last, _whole(n, "n"))


def _read_draw(kind: str, draw: type[Uniform | LogUniform]) -> Callable[..., Axis]:
    def read(given: Mapping[str, object], base: Path) -> Axis:
        low, high = _numbers(given, kind, "low, high")
        n = _count(given, kind, "numbers to draw")
        return draw(low, high, n, _whole(given.get("seed", 0), "seed"))

    return read


def _read_choice(given: Mapping[str, object], base: Path) -> Axis:
    items = given["choice"]
    if not isinstance(items, list) or not items:
        raise UserError(f"choice is a list of at least one value, not {items!r}")
    n = _count(given, "choice", "values to draw")
    return Choice(tuple(items), n, _whole(given.get("seed", 0), "seed"))


# What a table's first word means: the keys that may stand beside it, and how it is read.
_READERS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, object], Path], Axis]]] = {
    "range": ((), _read_range),
    "linspace": ((), _read_linspace),
    "centre": (("span", "n"), _read_centre),
    "logspace": ((), _read_logspace),
    "glob": ((), lambda given, base: Glob(_text(given, "glob"), base)),
    "lines": ((), lambda given, base: Lines(_text(given, "lines"), base)),
    "table": (
        ("column",),
        lambda given, base: Column(_text(given, "table"), _text(given, "column"), base),
    ),
    "uniform": (("n", "seed"), _read_draw("uniform", Uniform)),
    "loguniform": (("n", "seed"), _read_draw("loguniform", LogUniform)),
    "choice": (("n", "seed"), _read_choice),
}


def _exact(number: Number) -> Fraction:
    """Return the decimal number that is written, not its nearest binary one."""
    return Fraction(repr(number))


def _all_integers(*numbers: Number | Fraction) -> bool:
    return all(not isinstance(number, float) and number == int(number) for number in numbers)


def _evenly(start: Number, stop: Number, n: int) -> tuple[Fraction, Fraction]:
    """Return the first of ``n`` values from start to stop, and the step between them."""
    check_length(n)
    first, last = _exact(start), _exact(stop)
    return first, (last - first) / max(n - 1, 1)


def _progression(start: Fraction, step: Fraction, n: int, stays_whole: bool) -> Sequence[Number]:
    """Return ``start + place * step``, each rounded once: the quotient of two integers is."""
    if stays_whole:
        return tuple(int(start) + place * int(step) for place in range(n))
    below = math.lcm(start.denominator, step.denominator)
    first, distance = int(start * below), int(step * below)
    return tuple((first + place * distance) / below for place in range(n))


def _power_of_ten(exponent: Fraction) -> float:
    return float(f"1e{exponent}") if exponent.denominator == 1 else 10.0 ** float(exponent)
