"""From one mode to another: what can be kept of an axis is kept."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from hopla_gui.domain.axes import Choice, Lines, Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.setup.axis_texts import MODE_FIELDS, axis_from_texts, texts_of
from hopla_gui.gui.setup.draft import Draft
from hopla_gui.gui.setup.mode import Mode, axis_mode

LISTED_AT_MOST = 100_000
_USUAL_N = 10
_STEPS_AT_MOST = 4  # a range may have so many times the values of the list it was made of


def converted(axis: Axis, mode: Mode, values: Sequence[object], base: Path) -> Axis:
    """Return an axis in another mode.

    Parameters
    ----------
    values
        What the axis holds, as far as it is known.
    base
        The folder that file names are relative to.
    """
    if mode is axis_mode(axis):
        return axis
    if mode is Mode.LIST:
        return Values(_items(axis, values))
    texts = _spread(texts_of(axis), axis_mode(axis), mode)
    if mode in (Mode.GLOB, Mode.LINES, Mode.COLUMN):
        return axis_from_texts(mode, texts, base)
    texts.setdefault("seed", str(random.randrange(1000)))
    if mode is Mode.CHOICE:
        items = _items(axis, values)
        texts["n"] = str(len(items) or _USUAL_N)
        return axis_from_texts(mode, texts, base, items)
    kept = texts | _numbers(mode, values)
    kept.setdefault("n", str(_USUAL_N))
    wanted = {name: kept[name] for name in MODE_FIELDS[mode] if name in kept}
    return axis_from_texts(mode, wanted, base)


def _items(axis: Axis, values: Sequence[object]) -> tuple[object, ...]:
    if isinstance(axis, Choice | Draft) and axis.items:
        return axis.items
    return tuple(values[:LISTED_AT_MOST])


def _spread(texts: dict[str, str], old: Mode, new: Mode) -> dict[str, str]:
    """Return texts under the other names that the same thing has in another mode."""
    found = dict(texts)
    if Mode.LOGSPACE not in (old, new):
        for one, other in (("start", "low"), ("stop", "high")):
            if one in texts or other in texts:
                found[one] = found[other] = texts.get(one) or texts.get(other, "")
    if "file" in texts or "table" in texts:
        found["file"] = found["table"] = texts.get("file") or texts.get("table", "")
    return found


def _numbers(mode: Mode, values: Sequence[object]) -> dict[str, str]:
    """Return the fields of a mode that span the numbers of a list."""
    found = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    finite = [number for number in found if math.isfinite(number)]
    if not finite or len(finite) < len(values):
        return {}
    low, high, n = min(finite), max(finite), len(finite)
    if mode is Mode.RANGE:
        return _range(sorted(set(finite)), n)
    if n == 1:
        start = {Mode.CENTRE: "centre", Mode.LOGSPACE: "first"}.get(mode, "start")
        found_one = _exponent(low) if mode is Mode.LOGSPACE else str(low)
        return {start: found_one, "low": str(low)} if found_one else {}
    count = {"n": str(n)}
    if mode is Mode.CENTRE:
        middle, span = (_exact(low) + _exact(high)) / 2, _exact(high) - _exact(low)
        return count | {"centre": _written(middle), "span": _written(span)}
    if mode is Mode.LOGSPACE:
        first, last = _exponent(low), _exponent(high)
        return count | ({"first": first, "last": last} if first and last else {})
    ends = {"start": str(low), "stop": str(high), "low": str(low), "high": str(high)}
    return count | ends


def _range(numbers: Sequence[int | float], n: int) -> dict[str, str]:
    low, high = _exact(numbers[0]), _exact(numbers[-1])
    if low == high:
        return {"start": str(numbers[0])}
    step = _common_step([_exact(number) for number in numbers])
    stop = high + step
    if (high - low) / step > _STEPS_AT_MOST * n:
        step = _rounded((high - low) / (n - 1), whole=step.denominator == 1)
        stop = high + step / 2 if step.denominator > 1 else high + 1
    return {"start": str(numbers[0]), "stop": _written(stop), "step": _written(step)}


def _rounded(step: Fraction, *, whole: bool) -> Fraction:
    """Return a step that is short to write."""
    return Fraction(max(1, round(step))) if whole else Fraction(f"{float(step):.2g}")


def _common_step(numbers: Sequence[Fraction]) -> Fraction:
    """Return the largest step that meets all of the numbers."""
    below = math.lcm(*(number.denominator for number in numbers))
    whole = [int(number * below) for number in numbers]
    return Fraction(math.gcd(*(b - a for a, b in pairwise(whole))), below)


def _exact(number: int | float) -> Fraction:
    return Fraction(repr(number))


def _written(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else str(float(number))


def _exponent(number: int | float) -> str:
    if number <= 0:
        return ""
    exponent = round(math.log10(number), 4)
    return str(int(exponent)) if exponent == int(exponent) else str(exponent)


def started(mode: Mode, value: object, base: Path) -> Axis:
    """Return the axis of a mode that a field with one value, or none (``None``), begins with."""
    values = () if value is None else (value,)
    if mode is Mode.LINES and isinstance(value, str):
        return Lines(value, base)
    return converted(Values(tuple(values)), mode, values, base)
