"""A histogram: how many jobs have a quantity between two bounds, stacked by group."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from hopla_gui.domain.plots.points import Group, LeftOut, points_picture
from hopla_gui.domain.plots.quantity import Quantity
from hopla_gui.domain.plots.scale import Scale, ScaleKind, bin_of, round_edges

MOST_BINS = 80
_FEWEST_BINS = 8


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of one group, from left to right; ``slot`` as in `Group`."""

    label: str
    slot: int
    counts: array[int]
    jobs: tuple[array[int], ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Stacked bars.

    Attributes
    ----------
    edges
        One more than there are bars; of categories half a place to each side.
    groups
        From the bottom up.
    """

    x: Scale
    y: Scale
    edges: array[float]
    groups: tuple[Bars, ...]
    left_out: LeftOut
    colour: str = ""

    @property
    def drawn(self) -> int:
        """The number of jobs that are drawn."""
        return sum(sum(group.counts) for group in self.groups)

    @property
    def totals(self) -> list[int]:
        """The height of each stack."""
        return [
            sum(counts) for counts in zip(*(group.counts for group in self.groups), strict=True)
        ]


def histogram(
    x: Quantity, jobs: Sequence[int], *, colour: Quantity | None = None, log: bool = False
) -> Histogram:
    """Return the distribution of a quantity over some jobs.

    Parameters
    ----------
    log
        Bins of the same width in the logarithm.
    """
    # A histogram is points projected on the floor: grouping and what is left out are the same.
    points = points_picture(x, x, jobs, colour=colour, log_x=log, log_y=log, may_shade=False)
    groups = points.groups
    title = points.colour if len(groups) > 1 else ""
    edges = _edges(points.x, [place for group in groups for place in group.xs])
    bars = tuple(_bars(group, edges) for group in groups)
    count_scale = Scale("number of jobs", whole=True)
    return Histogram(points.x, count_scale, edges, bars, points.left_out, title)


def _bars(group: Group, edges: Sequence[float]) -> Bars:
    jobs = tuple(array("q") for _ in edges[1:])
    for place, job in zip(group.xs, group.jobs, strict=True):
        jobs[bin_of(place, edges)].append(job)
    return Bars(group.label, group.slot, array("q", map(len, jobs)), jobs)


def _edges(scale: Scale, places: Sequence[float]) -> array[float]:
    if scale.kind is ScaleKind.CATEGORY:
        return array("d", (place - 0.5 for place in range(len(scale.categories) + 1)))
    if not places:
        return array("d", (0.0, 1.0))
    low, high = min(places), max(places)
    if high - low <= max(abs(low), abs(high)) * 1e-12:  # a constant: one bar around it
        reach = max(abs(low) * 0.05, 1e-12) if scale.kind is ScaleKind.LINEAR else 0.05
        return array("d", (low - reach, high + reach))
    if scale.whole and high - low < MOST_BINS:
        return array("d", (low - 0.5 + step for step in range(int(high - low) + 2)))
    return array("d", round_edges(low, high, _bin_count(sorted(places), high - low)))


def _bin_count(ordered: Sequence[float], span: float) -> int:
    """Return a number of bins after Freedman and Diaconis, within what can be looked at."""
    count = len(ordered)
    middle_half = ordered[(3 * count) // 4] - ordered[count // 4]
    width = 2 * middle_half / count ** (1 / 3)
    wanted = math.ceil(span / width) if width > span / MOST_BINS else MOST_BINS
    if middle_half == 0:
        wanted = math.ceil(math.sqrt(count))
    return min(max(wanted, min(_FEWEST_BINS, count)), MOST_BINS)
