"""Which pictures a report has, and their markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hopla_gui.domain.plots.dependence import explained
from hopla_gui.domain.plots.heatmap import HeatMap
from hopla_gui.domain.plots.points import PointsPicture
from hopla_gui.domain.plots.prepare import left_out_text, prepare
from hopla_gui.domain.plots.quantity import as_number
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec, Spread
from hopla_gui.domain.plots.summary import SPREAD_WORDS
from hopla_gui.domain.plots.timeline import timeline
from hopla_gui.engine.report.markup import line, tag
from hopla_gui.engine.report.survey import Survey, is_plain
from hopla_gui.engine.report.svg_heatmap import draw_heat_map
from hopla_gui.engine.report.svg_histogram import draw_histogram
from hopla_gui.engine.report.svg_points import MOST_POINTS, draw_points
from hopla_gui.engine.report.svg_timeline import MOST_LANES, draw_timeline

MOST_TRACED = 3  # traced numbers that get pictures of their own
_MOST_MEANS = 120  # positions of a line; more are points
_DECADES = 300  # largest over smallest, from which an axis is logarithmic


def picture_specs(survey: Survey) -> list[PlotSpec]:
    """Return the pictures that a run asks for by itself."""
    varied = [name for name in survey.swept if survey.distinct(name) > 1]
    specs: list[PlotSpec] = []
    for name in survey.traced[:MOST_TRACED] or (survey.measured["duration"],):
        ranked = _ranked(survey, varied, name)
        if len(ranked) > 1:
            x, y = sorted(ranked[:2], key=varied.index)
            log = _spans_decades(survey, name)
            specs.append(PlotSpec(PlotKind.HEATMAP, x, y, name, log_cells=log))
        if ranked:
            specs.append(_against(survey, ranked, name))
    specs += [
        PlotSpec(PlotKind.HISTOGRAM, x=name)
        for name in (survey.measured["duration"], survey.measured["memory"])
        if survey.distinct(name) > 1
    ]
    return specs


def _ranked(survey: Survey, varied: list[str], name: str) -> list[str]:
    """Return the parameters that tell most of a number first, then those with most values."""
    numbers = survey.quantity(name).values

    def worth(parameter: str) -> tuple[float, int]:
        share = explained(numbers, survey.quantity(parameter).values)
        return round(share, 1), survey.distinct(parameter)

    return sorted(varied, key=worth, reverse=True)


def _against(survey: Survey, ranked: list[str], name: str) -> PlotSpec:
    across = ranked[0]
    few = survey.distinct(across) <= _MOST_MEANS
    return PlotSpec(
        PlotKind.LINE if few else PlotKind.SCATTER,
        across,
        name,
        colour=ranked[1] if len(ranked) > 1 else "",
        spread=Spread.DEVIATION,
        log_x=_spans_decades(survey, across),
        log_y=_spans_decades(survey, name),
    )


def _spans_decades(survey: Survey, name: str) -> bool:
    values = survey.quantity(name).values
    distinct = set(values) if is_plain(values) else values
    found = [as_number(value) for value in distinct if value is not None]
    numbers = [number for number in found if number is not None and number == number]
    return (
        len(numbers) == len(found) > 0
        and min(numbers) > 0
        and max(numbers) / min(numbers) >= _DECADES
    )


def picture_figures(survey: Survey) -> Iterator[str]:
    """Yield the pictures of quantities, each with its caption."""
    jobs = range(len(survey.indices))
    for spec in picture_specs(survey):
        picture = prepare(spec, jobs, survey.quantity)
        if picture is None or not picture.drawn:
            continue
        notes = [left_out_text(picture)] if picture.left_out else []
        if isinstance(picture, HeatMap):
            # "Mean of …": no name is changed
            what = picture.colour[:1].upper() + picture.colour[1:]
            title = f"{what} over {spec.x} and {spec.y}"
            drawn = draw_heat_map(picture, title)
        elif isinstance(picture, PointsPicture):
            title = f"{spec.y} against {spec.x}"
            if picture.spread is not None and any(
                count > 1
                for group in picture.groups
                if group.summary
                for count in group.summary.counts
            ):
                title += f" ({SPREAD_WORDS[picture.spread]})"
            if spec.kind is PlotKind.SCATTER and picture.drawn > MOST_POINTS:
                notes.append(f"{MOST_POINTS:,} points of {picture.drawn:,} are shown")
            if picture.shading is not None:
                notes.append(f"the lighter, the more {picture.colour}")
            drawn = draw_points(picture, title)
        else:
            title = f"Jobs by {picture.x.title}"
            drawn = draw_histogram(picture, title, 240)
        yield figure(title, drawn, *notes)


def timeline_figure(survey: Survey, now: float, name: Callable[[int], str]) -> str:
    """Return what ran where, when; nothing where no job has started."""
    if not survey.stays:
        return ""
    waiting = len(survey.indices) - len(survey.stays)
    found = timeline(survey.stays, now, not_started=waiting)
    notes = [f"workers busy for {found.busy:.0%} of the time"]
    if len(found.lanes) > MOST_LANES:
        notes.append(f"{MOST_LANES} workers of {len(found.lanes):,} are shown")
    if waiting:
        notes.append(f"{waiting:,} {'job has' if waiting == 1 else 'jobs have'} not run")

    def job_name(place: int) -> str:
        return name(survey.indices[place])

    title = "What ran when"
    return figure(title, draw_timeline(found, title, job_name), *notes, class_="wide")


def figure(title: str, drawn: str, *notes: str, class_: str = "") -> str:
    """Return a picture with its title and notes, both plain."""
    told = tag("p", line("; ".join(notes), 1_000), class_="note") if notes else ""
    return tag("figure", tag("figcaption", line(title)), drawn, told, class_=class_)
