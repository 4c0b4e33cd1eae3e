"""Jobs that share a position, in one mark: their mean and how far they lie apart."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hopla_gui.domain.plots.spec import Spread

SPREAD_WORDS = {
    Spread.NONE: "mean",
    Spread.DEVIATION: "mean ± std",
    Spread.CONFIDENCE: "mean, 95 % CI",
    Spread.RANGE: "mean, min to max",
}
# Student's t at 97.5 %, by degrees of freedom from 1.
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """One mark a position, from left to right.

    Attributes
    ----------
    lows, highs
        The ends of the bars; the mean itself where one job stands alone.
    counts
        The number of jobs in each.
    """

    xs: array[float]
    means: array[float]
    lows: array[float]
    highs: array[float]
    counts: array[int]


def summarise(xs: Sequence[float], ys: Sequence[float], spread: Spread) -> Summary:
    """Return the means of ``ys`` at each of the positions ``xs``; all are numbers."""
    at: dict[float, list[float]] = {}
    for x, y in zip(xs, ys, strict=True):
        at.setdefault(x, []).append(y)
    found = Summary(array("d"), array("d"), array("d"), array("d"), array("q"))
    for x in sorted(at):
        values = at[x]
        middle = mean(values)
        low, high = _bounds(values, middle, spread)
        found.xs.append(x)
        found.means.append(middle)
        found.lows.append(low)
        found.highs.append(high)
        found.counts.append(len(values))
    return found


def repeats_text(summaries: Iterable[Summary]) -> str:
    """Return how many jobs a mark is made of: ``n = 3``, ``n = 1 to 5``."""
    counts = [count for summary in summaries for count in summary.counts]
    least, most = min(counts, default=0), max(counts, default=0)
    return f"n = {least:,}" if least == most else f"n = {least:,} to {most:,}"


def mean(values: Sequence[float]) -> float:
    """Return the mean, exactly rounded."""
    return math.fsum(values) / len(values)


def _bounds(values: Sequence[float], middle: float, spread: Spread) -> tuple[float, float]:
    count = len(values)
    if count < 2 or spread is Spread.NONE:
        return middle, middle
    if spread is Spread.RANGE:
        return min(values), max(values)
    reach = math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (count - 1))
    if spread is Spread.CONFIDENCE:
        reach *= student_t(count - 1) / math.sqrt(count)
    return middle - reach, middle + reach


def student_t(freedom: int) -> float:
    """Return the half width of a 95 % interval in standard errors, to three figures."""
    if freedom <= len(_T):
        return _T[freedom - 1]
    return 1.95996 + 2.3723 / freedom + 2.8225 / freedom**2  # Cornish and Fisher
