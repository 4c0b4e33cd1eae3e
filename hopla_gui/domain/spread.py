"""How measured numbers are spread: quantiles, the largest, and whether that one stands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

ENOUGH = 20  # numbers below which no quantile says much


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known of some numbers.

    Attributes
    ----------
    high
        95 % of the numbers are not larger.
    outliers
        How many are more than twice ``high``, where there are enough numbers to say so.
    rest
        The largest number that is no outlier.
    """

    count: int
    median: float
    high: float
    most: float
    outliers: int
    rest: float


def spread(numbers: Iterable[float]) -> Spread | None:
    """Return how numbers are spread; ``None`` where there are none."""
    ranked = sorted(numbers)
    if not ranked:
        return None
    count = len(ranked)
    high = ranked[ceil(0.95 * count) - 1]
    within = [number for number in ranked if number <= 2 * high]
    outliers = count - len(within) if count >= ENOUGH else 0
    return Spread(
        count=count,
        median=ranked[(count - 1) // 2],
        high=high,
        most=ranked[-1],
        outliers=outliers,
        rest=within[-1] if outliers else ranked[-1],
    )
