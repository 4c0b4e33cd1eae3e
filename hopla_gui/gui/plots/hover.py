"""What the pointer is told of what lies under it: plain text, bounded. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hopla_gui.domain.job import JobSpec, JobStatus
from hopla_gui.domain.plots.heatmap import HeatMap
from hopla_gui.domain.plots.histogram import Bars, Histogram
from hopla_gui.domain.plots.quantity import Quantity
from hopla_gui.domain.plots.scale import ScaleKind
from hopla_gui.gui.jobs.formatting import clock_time, duration, still_words, value_text
from hopla_gui.gui.jobs.text import one_line

_LINES = 10
_TEXT = 60
_NAMED = 4

JobNamer = Callable[[int], str]


def job_text(
    spec: JobSpec, state: str, swept: Sequence[str], quantities: Mapping[str, Quantity]
) -> str:
    """Return name, state, swept parameters and what is drawn of a job."""
    lines = [f"{one_line(spec.name)} · {state}"]
    for name in swept[:_LINES]:
        if name in spec.parameters and name not in quantities:
            lines.append(_line(name, spec.parameters[name]))
    for name, quantity in quantities.items():
        value = quantity.values[spec.index]
        if value is not None:
            lines.append(_line(name, value, quantity.unit))
    return "\n".join(lines[: _LINES + 4])


def stay_text(
    spec: JobSpec, state: str, status: JobStatus, swept: Sequence[str], lane: str, span: float
) -> str:
    """Return what ran where, when, and for how long.

    Parameters
    ----------
    span
        Seconds from its start to its end, those that it stood still counted in.
    """
    lines = [job_text(spec, state, swept, {}), one_line(lane)]
    if status.started is not None:
        lines.append(f"started {clock_time(status.started)}")
    if status.duration_s is not None:
        lines.append(f"took {duration(status.duration_s)}")
    took = status.duration_s
    still = still_words(status.frozen_s if took is None else span - took, took)
    return "\n".join([*lines, still] if still else lines)


def cell_text(picture: HeatMap, cell: int, name: JobNamer) -> str:
    """Return what a cell of a heat map holds."""
    column, row = cell % picture.columns, cell // picture.columns
    lines = [
        _line(picture.x.title, picture.x.categories[column]),
        _line(picture.y.title, picture.y.categories[row]),
    ]
    jobs = picture.jobs.get(cell)
    if not jobs:
        return "\n".join([*lines, "no value"])
    if picture.counts[cell] != picture.cells[cell] or "number of jobs" not in picture.colour:
        lines.append(_line(picture.colour, f"{picture.cells[cell]:.6g}"))
    return "\n".join([*lines, _jobs_text(jobs, name)])


def bar_text(picture: Histogram, bar: int, group: Bars, name: JobNamer) -> str:
    """Return what a bar of a histogram stands for."""
    low, high = picture.edges[bar], picture.edges[bar + 1]
    if picture.x.kind is ScaleKind.CATEGORY:
        span = picture.x.categories[bar]
    elif picture.x.whole and high - low == 1 and picture.x.kind is ScaleKind.LINEAR:
        span = f"{(low + high) / 2:,.0f}"
    else:
        span = f"{picture.x.text(low)} to {picture.x.text(high)}"
    lines = [_line(picture.x.title, span)]
    if group.label:
        lines.append(_line(picture.colour, group.label))
    return "\n".join([*lines, _jobs_text(group.jobs[bar], name)])


def _line(name: str, value: object, unit: str = "") -> str:
    shown = f"{value:.6g}" if isinstance(value, float) else value_text(value, _TEXT)
    return f"{one_line(name, _TEXT)} = {shown}{f' {unit}' if unit else ''}"


def _jobs_text(jobs: Sequence[int], name: JobNamer) -> str:
    named = ", ".join(one_line(name(job), 30) for job in jobs[:_NAMED])
    if len(jobs) == 1:
        return f"1 job: {named}"
    return f"{len(jobs):,} jobs: {named}{', …' if len(jobs) > _NAMED else ''}"
