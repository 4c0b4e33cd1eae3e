"""A heat map: a cell for each pair of values of two quantities, coloured by a third."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hopla_gui.domain.plots.points import LeftOut, Shading, drawable
from hopla_gui.domain.plots.quantity import Axis, Quantity, read_axis
from hopla_gui.domain.plots.scale import Scale, ScaleKind, number_text, round_edges
from hopla_gui.domain.plots.spec import Statistic
from hopla_gui.domain.plots.summary import mean
from hopla_gui.domain.telling import telling

MOST_CELLS = 60  # along one side; more numbers than that are binned
_BINS = 40

STATISTICS: Mapping[Statistic, Callable[[Sequence[float]], float]] = {
    Statistic.MEAN: mean,
    Statistic.MINIMUM: min,
    Statistic.MAXIMUM: max,
    Statistic.COUNT: len,
}


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cells by row and column; (0, 0) is where both sides are least.

    Attributes
    ----------
    x, y
        Scales of categories: a value, or a range of values, each.
    cells
        Row after row, NaN where no job has a value.
    counts
        The number of jobs with a value in each cell.
    jobs
        Those jobs, of each cell that has any, by its place in ``cells``.
    """

    x: Scale
    y: Scale
    cells: array[float]
    counts: array[int]
    jobs: Mapping[int, array[int]]
    colour: str
    shading: Shading
    left_out: LeftOut

    @property
    def columns(self) -> int:
        """The number of cells along x."""
        return len(self.x.categories)

    @property
    def rows(self) -> int:
        """The number of cells along y."""
        return len(self.y.categories)

    @property
    def drawn(self) -> int:
        """The number of jobs that are drawn."""
        return sum(self.counts)


def heat_map(
    x: Quantity,
    y: Quantity,
    jobs: Sequence[int],
    *,
    colour: Quantity | None = None,
    statistic: Statistic = Statistic.MEAN,
    log: bool = False,
) -> HeatMap:
    """Return the cells of two quantities; without a colour they count their jobs.

    Parameters
    ----------
    log
        The colour stands for the logarithm of the cell's value.
    """
    across, up = read_axis(x, jobs), read_axis(y, jobs)
    if colour is None or statistic is Statistic.COUNT:
        rows, left_out = drawable((x, across), (y, up))
        values = array("d", bytes(8 * len(jobs)))
        statistic = Statistic.COUNT
    else:
        axis = read_axis(colour, jobs)
        rows, left_out = drawable((x, across), (y, up), (colour, axis))
        values = axis.places
    columns, column_of = _cells_along(across)
    lines, line_of = _cells_along(up)
    width = len(columns.categories)
    members: dict[int, list[int]] = {}
    for row in rows:
        cell = line_of(up.places[row]) * width + column_of(across.places[row])
        members.setdefault(cell, []).append(row)
    size = width * len(lines.categories)
    cells, counts = array("d", [math.nan]) * size, array("q", [0]) * size
    combine = STATISTICS[statistic]
    for cell, found in members.items():
        cells[cell] = combine([values[row] for row in found])
        counts[cell] = len(found)
    by_cell = {cell: array("q", (jobs[row] for row in found)) for cell, found in members.items()}
    title = "number of jobs" if statistic is Statistic.COUNT else f"{statistic} of {colour.title}"  # type: ignore[union-attr]
    shading = _shading(title, cells, log=log, whole=statistic is Statistic.COUNT)
    return HeatMap(columns, lines, cells, counts, by_cell, title, shading, left_out)


def _shading(title: str, cells: Sequence[float], *, log: bool, whole: bool) -> Shading:
    known = [value for value in cells if not math.isnan(value)]
    kind = ScaleKind.LINEAR
    if log and known and max(known) > 0:
        known = [math.log10(value) for value in known if value > 0]
        kind = ScaleKind.LOG
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    return Shading(Scale(title, kind, whole=whole), low, high)


def _cells_along(axis: Axis) -> tuple[Scale, Callable[[float], int]]:
    """Return a side of the map, and which cell along it a position lies in.

    Jobs that have nothing to colour a cell with have a cell all the same: it is seen to be empty.
    """
    scale = axis.scale
    if scale.kind is ScaleKind.CATEGORY and len(scale.categories) <= MOST_CELLS:
        return scale, int
    distinct = sorted({place for place in axis.places if place == place})
    if len(distinct) <= MOST_CELLS:
        if scale.kind is ScaleKind.CATEGORY:
            texts = tuple(scale.categories[int(place)] for place in distinct)
            labels = telling(texts)
        else:
            texts = labels = _distinct_texts(distinct)
        cell_of = {place: cell for cell, place in enumerate(distinct)}
        return Scale(scale.title, ScaleKind.CATEGORY, texts, labels=labels), cell_of.__getitem__
    if scale.kind is ScaleKind.CATEGORY:
        edges = [len(scale.categories) * step / _BINS for step in range(_BINS + 1)]
        spans = list(pairwise(edges))
        texts = tuple(_span(scale.categories, *span) for span in spans)
        labels = tuple(_span(scale.labels, *span) for span in spans)
    else:
        edges = round_edges(distinct[0], distinct[-1], _BINS)
        texts = labels = tuple(f"{number_text(a)} to {number_text(b)}" for a, b in pairwise(edges))

    bin_of = {place: min(bisect_right(edges, place), len(edges) - 1) - 1 for place in distinct}
    return Scale(scale.title, ScaleKind.CATEGORY, texts, labels=labels), bin_of.__getitem__


def _span(categories: Sequence[str], low: float, high: float) -> str:
    first, last = categories[math.ceil(low)], categories[max(math.ceil(high) - 1, math.ceil(low))]
    return first if first == last else f"{first} to {last}"


def _distinct_texts(values: Sequence[float]) -> tuple[str, ...]:
    texts = tuple(map(number_text, values))
    return texts if len(set(texts)) == len(values) else tuple(map(repr, values))
