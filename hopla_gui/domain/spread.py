"""How measured numbers are spread: quantiles, the largest, and whether that one stands out."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 20  # numbers below which no quantile says much
HIGH = 0.95


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known of some numbers.

    Attributes
    ----------
    high
        A share of `HIGH` of the numbers is not larger.
    outliers
        How many are more than twice ``high``, where there are `ENOUGH` numbers to say so.
    rest
        The largest number that is no outlier.
    """

    count: int
    median: float
    high: float
    most: float
    outliers: int
    rest: float
