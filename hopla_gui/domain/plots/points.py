"""Points and lines: one quantity against another, grouped or shaded by a third."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hopla_gui.domain.plots.palette import MOST_CATEGORIES
from hopla_gui.domain.plots.quantity import (
    Axis,
    CategoryKey,
    Fault,
    Quantity,
    category_keys,
    category_order,
    read_axis,
)
from hopla_gui.domain.plots.scale import Scale, ScaleKind, bin_of, round_edges
from hopla_gui.domain.plots.spec import Spread
from hopla_gui.domain.plots.summary import Summary, summarise
from hopla_gui.domain.telling import telling
from hopla_gui.turns import mapped, unhurried

LeftOut = Mapping[tuple[str, Fault], int]
"""Jobs that are not drawn, by the quantity at fault and what is wrong with it."""

GREY = -1  # the slot of what has no colour of its own


@dataclass(frozen=True, slots=True)
class Shading:
    """Colours that stand for numbers."""

    scale: Scale
    low: float
    high: float

    def fraction(self, place: float) -> float:
        """Return how far up the ramp a position lies, from 0 to 1."""
        if self.high <= self.low:
            return 0.5
        return min(max((place - self.low) / (self.high - self.low), 0.0), 1.0)

    def fraction_of(self, number: float) -> float:
        """Return how far up the ramp a number lies: one that has no logarithm at its foot."""
        if self.scale.kind is ScaleKind.LOG:
            return self.fraction(math.log10(number)) if number > 0 else 0.0
        return self.fraction(number)


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that look alike.

    Attributes
    ----------
    label
        Empty where all jobs are one group.
    slot
        Place among the category colours; `GREY` for none.
    xs, ys, jobs
        Position and index of each job.
    shades
        Where on the shading each job lies; ``None`` where the slot colours.
    summary
        What a line runs through.
    """

    label: str
    slot: int
    xs: array[float]
    ys: array[float]
    jobs: array[int]
    shades: array[float] | None = None
    summary: Summary | None = None


@dataclass(frozen=True, slots=True)
class PointsPicture:
    """What is to be drawn.

    Attributes
    ----------
    span
        Where the jobs lie along x, those too that have no y (yet); ``None`` for nowhere.
    colour
        The title of the legend or of the colour bar.
    """

    x: Scale
    y: Scale
    groups: tuple[Group, ...]
    left_out: LeftOut
    span: tuple[float, float] | None = None
    colour: str = ""
    shading: Shading | None = None
    spread: Spread | None = None  # None: points without a line

    @property
    def drawn(self) -> int:
        """The number of jobs that are drawn."""
        return sum(len(group.jobs) for group in self.groups)


def points_picture(
    x: Quantity,
    y: Quantity,
    jobs: Sequence[int],
    *,
    colour: Quantity | None = None,
    spread: Spread | None = None,
    log_x: bool = False,
    log_y: bool = False,
    may_shade: bool = True,
) -> PointsPicture:
    """Return points, or lines through their means where a spread is asked for.

    Parameters
    ----------
    jobs
        The jobs to draw.
    colour
        Groups the jobs by its values, up to eight; more numbers than that are shaded, more texts
        share the last colour.
    may_shade
        Without it, and for lines, many numbers make a group for each of a few bands instead.
    """
    across, up = read_axis(x, jobs, log=log_x), read_axis(y, jobs, log=log_y)
    rows, left_out = drawable((x, across), (y, up))
    grouping = _Grouping(colour, jobs, rows, may_shade=may_shade and spread is None)
    groups = []
    for label, slot, members in grouping.groups():
        xs, ys = (array("d", mapped(axis.places.__getitem__, members)) for axis in (across, up))
        groups.append(
            Group(
                label,
                slot,
                xs,
                ys,
                array("q", mapped(jobs.__getitem__, members)),
                grouping.shades(members),
                None if spread is None else summarise(xs, ys, spread),
            )
        )
    return PointsPicture(
        across.scale,
        up.scale,
        tuple(groups),
        left_out,
        _span(across.places),
        colour.title if colour else "",
        grouping.shading,
        spread,
    )


def _span(places: Sequence[float]) -> tuple[float, float] | None:
    known = [place for piece in unhurried(places) for place in piece if place == place]
    return (min(known), max(known)) if known else None


def drawable(*axes: tuple[Quantity, Axis]) -> tuple[list[int], LeftOut]:
    """Return the rows that have a place on every axis, and why the others have none."""
    count = len(axes[0][1].faults)
    if not any(any(axis.faults) for _, axis in axes):
        return list(range(count)), {}
    rows, left_out = [], Counter[tuple[str, int]]()
    for piece in unhurried(range(count)):
        for row in piece:
            for quantity, axis in axes:
                if axis.faults[row]:
                    left_out[quantity.name, axis.faults[row]] += 1
                    break
            else:
                rows.append(row)
    return rows, {(name, Fault(fault)): number for (name, fault), number in left_out.items()}


class _Grouping:
    """Which rows share a colour.

    A value keeps its colour whichever jobs are drawn: colours are given out over the whole run.
    """

    def __init__(
        self, colour: Quantity | None, jobs: Sequence[int], rows: list[int], *, may_shade: bool
    ) -> None:
        self._rows = rows
        self.shading: Shading | None = None
        self._numbers: array[float] | None = None  # which are shaded, or divided into bands
        self._bands: list[float] = []  # their edges
        self._keys: list[CategoryKey | None] | None = None
        self._ordered: list[CategoryKey] = []
        if colour is None:
            return
        keys = category_keys(colour.values)
        self._keys = [keys[job] for job in jobs]
        self._ordered = sorted({key for key in keys if key is not None}, key=category_order)
        if len(self._ordered) > MOST_CATEGORIES and may_shade:
            self._shade(read_axis(colour, jobs))
        elif len(self._ordered) > MOST_CATEGORIES:
            self._divide(read_axis(colour, range(len(keys))), jobs)

    def _shade(self, axis: Axis) -> None:
        known = [place for row in self._rows if (place := axis.places[row]) == place]
        if axis.scale.kind is ScaleKind.LINEAR and known:
            self.shading = Shading(axis.scale, min(known), max(known))
            self._numbers = axis.places

    def _divide(self, whole: Axis, jobs: Sequence[int]) -> None:
        """Make a few bands of the numbers of the whole run."""
        span = _span(whole.places)
        if whole.scale.kind is not ScaleKind.LINEAR or span is None:
            return
        low, high = span
        if high - low > max(abs(low), abs(high)) * 1e-12:
            self._bands = round_edges(low, high, MOST_CATEGORIES)
            self._numbers = array("d", map(whole.places.__getitem__, jobs))

    def groups(self) -> list[tuple[str, int, list[int]]]:
        """Return (label, slot, rows) of each group, in the order of their values."""
        if self._keys is None:
            return [("", 0, self._rows)] if self._rows else []
        if self._numbers is not None:
            without = [row for row in self._rows if math.isnan(self._numbers[row])]
            known = [row for row in self._rows if not math.isnan(self._numbers[row])]
            found = _if_any("", 0, known) if self.shading else self._by_band(known, self._numbers)
            return [*_if_any("no number", GREY, without), *found]
        return self._by_category(self._keys)

    def _by_band(
        self, rows: list[int], numbers: Sequence[float]
    ) -> list[tuple[str, int, list[int]]]:
        members: list[list[int]] = [[] for _ in self._bands[1:]]
        for row in rows:
            place = numbers[row]
            members[bin_of(place + 1e-12 * abs(place), self._bands)].append(row)  # 0.6 < 3 * 0.2
        bands = zip(pairwise(self._bands), members, strict=True)
        return [
            (f"{low:.6g} to {high:.6g}", slot, found)
            for slot, ((low, high), found) in enumerate(bands)
            if found
        ]

    def _by_category(self, keys: Sequence[CategoryKey | None]) -> list[tuple[str, int, list[int]]]:
        members: dict[CategoryKey | None, list[int]] = {}
        for row in self._rows:
            members.setdefault(keys[row], []).append(row)
        few = len(self._ordered) <= MOST_CATEGORIES
        named = self._ordered if few else self._ordered[: MOST_CATEGORIES - 1]
        groups = _if_any("no value", GREY, members.pop(None, []))
        labels = telling([text for _, text in named])
        for slot, (key, label) in enumerate(zip(named, labels, strict=True)):
            groups += _if_any(label, slot, members.pop(key, []))
        rest = sorted(row for found in members.values() for row in found)
        return groups + _if_any(f"{len(members):,} other values", GREY, rest)

    def shades(self, rows: list[int]) -> array[float] | None:
        """Return where on the shading rows lie; ``None`` where there is none."""
        numbers = self._numbers
        if numbers is None or self.shading is None or (rows and math.isnan(numbers[rows[0]])):
            return None
        return array("d", map(numbers.__getitem__, rows))


def _if_any(label: str, slot: int, rows: list[int]) -> list[tuple[str, int, list[int]]]:
    return [(label, slot, rows)] if rows else []
