"""From what is asked for to what is drawn: the one way to a picture of quantities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from hopla_gui.domain.plots.heatmap import HeatMap, heat_map
from hopla_gui.domain.plots.histogram import Histogram, histogram
from hopla_gui.domain.plots.points import PointsPicture, points_picture
from hopla_gui.domain.plots.quantity import Quantity, fault_texts
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec

Picture: TypeAlias = PointsPicture | HeatMap | Histogram


def prepare(
    spec: PlotSpec, jobs: Sequence[int], quantity_of: Callable[[str], Quantity]
) -> Picture | None:
    """Return the picture that is asked for, ``None`` where a quantity is not chosen yet.

    Parameters
    ----------
    spec
        Any kind but a timeline, which is made of no quantities.
    jobs
        The indices of the jobs to draw.
    quantity_of
        Gives a quantity by its name, with a value for each job of the run.
    """
    if not spec.x or (spec.kind is not PlotKind.HISTOGRAM and not spec.y):
        return None
    x, colour = quantity_of(spec.x), quantity_of(spec.colour) if spec.colour else None
    if spec.kind is PlotKind.HISTOGRAM:
        return histogram(x, jobs, colour=colour, log=spec.log_x)
    y = quantity_of(spec.y)
    if spec.kind is PlotKind.HEATMAP:
        return heat_map(x, y, jobs, colour=colour, statistic=spec.statistic, log=spec.log_cells)
    return points_picture(
        x,
        y,
        jobs,
        colour=colour,
        spread=spec.spread if spec.kind is PlotKind.LINE else None,
        log_x=spec.log_x,
        log_y=spec.log_y,
    )


def left_out_text(picture: Picture) -> str:
    """Return how many jobs are drawn, and how many are not for what reason, in a sentence."""
    out = sum(picture.left_out.values())
    text = f"{picture.drawn:,} {'job' if picture.drawn == 1 else 'jobs'} drawn"
    if not out:
        return text
    return f"{text}; left out: {', '.join(fault_texts(picture.left_out))}"
