"""How much a number depends on a parameter: which of several a picture is to be drawn over."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hopla_gui.domain.plots.quantity import as_number, category_keys

_LOOKED_AT = 5_000  # jobs, spread over all of them


def explained(numbers: Sequence[object], parameter: Sequence[object]) -> float:
    """Return the share of a number's variance that the values of a parameter explain, 0 to 1.

    What many values explain by chance is taken off (epsilon squared). A parameter of which each
    job has a value of its own explains all.

    Parameters
    ----------
    numbers, parameter
        One for each job; jobs without a finite number count for nothing.
    """
    step = max(1, len(numbers) // _LOOKED_AT)
    places = range(0, len(numbers), step)
    keys = category_keys([parameter[place] for place in places])
    groups: dict[object, list[float]] = {}
    for place, key in zip(places, keys, strict=True):
        number = as_number(numbers[place])
        if number is not None and math.isfinite(number):
            groups.setdefault(key, []).append(number)
    found = [number for group in groups.values() for number in group]
    whole = _spread(found)
    if not whole or math.isinf(whole):
        return 0.0
    if len(groups) == len(found):
        return 1.0
    within = sum(map(_spread, groups.values()))
    unexplained = within / (len(found) - len(groups)) * (len(found) - 1) / whole
    return max(0.0, 1 - unexplained)


def _spread(numbers: Sequence[float]) -> float:
    """Return the sum of squares around the mean; infinite where floats do not reach so far."""
    if not numbers:
        return 0.0
    mean = math.fsum(number / len(numbers) for number in numbers)
    try:
        return math.fsum((number - mean) ** 2 for number in numbers)
    except OverflowError:
        return math.inf
