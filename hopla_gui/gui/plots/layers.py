"""From a prepared picture to what the canvas shows: marks, axes, key, and what hovering tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from hopla_gui.domain.job import JobSpec, JobState, JobStatus
from hopla_gui.domain.plots.heatmap import HeatMap
from hopla_gui.domain.plots.histogram import Histogram
from hopla_gui.domain.plots.points import PointsPicture
from hopla_gui.domain.plots.quantity import Quantity
from hopla_gui.domain.plots.scale import Scale, ScaleKind
from hopla_gui.domain.plots.summary import SPREAD_WORDS, repeats_text
from hopla_gui.domain.plots.timeline import STATES, Timeline
from hopla_gui.gui.jobs.formatting import STATE_WORDS
from hopla_gui.gui.plots.bars_item import BarsItem
from hopla_gui.gui.plots.colouring import group_colour
from hopla_gui.gui.plots.heat_item import HeatItem
from hopla_gui.gui.plots.hover import bar_text, cell_text, job_text, stay_text
from hopla_gui.gui.plots.key import Entry, KeyContent
from hopla_gui.gui.plots.points_item import PointsItem
from hopla_gui.gui.plots.shown import Shown
from hopla_gui.gui.plots.timeline_item import TimelineItem
from hopla_gui.gui.theme import colours, state_colour

_FEW_LANES = 40


@dataclass(frozen=True)
class Jobs:
    """What hovering asks of the run."""

    spec: Callable[[int], JobSpec]
    status: Callable[[int], JobStatus]
    state_word: Callable[[int], str]
    running_word: Callable[[], str]
    swept: Sequence[str]

    def name(self, job: int) -> str:
        """Return what a job is called."""
        return self.spec(job).name


def shown(
    picture: PointsPicture | HeatMap | Histogram | Timeline,
    jobs: Jobs,
    quantities: Mapping[str, Quantity],
) -> Shown:
    """Return how a picture is shown."""
    if isinstance(picture, HeatMap):
        return _heat_map(picture, jobs)
    if isinstance(picture, Histogram):
        return _histogram(picture, jobs)
    if isinstance(picture, Timeline):
        return _timeline(picture, jobs)
    return _points(picture, jobs, quantities)


def _points(picture: PointsPicture, jobs: Jobs, quantities: Mapping[str, Quantity]) -> Shown:
    item = PointsItem(picture)

    def describe(place: QPointF, pixel: tuple[float, float]) -> str:
        job = item.job_at(place, pixel)
        if job is None:
            return ""
        return job_text(jobs.spec(job), jobs.state_word(job), jobs.swept, quantities)

    return Shown(item, picture.x, picture.y, lambda: _points_key(picture), describe)


def _points_key(picture: PointsPicture) -> KeyContent:
    named = [group for group in picture.groups if group.label]
    entries = tuple(Entry(group.label, group_colour(group), group.slot) for group in named)
    notes: list[str] = []
    if picture.spread is not None:
        notes.append(SPREAD_WORDS[picture.spread])
        notes.append(repeats_text(group.summary for group in picture.groups if group.summary))
    return KeyContent(picture.colour, entries, picture.shading, tuple(notes))


def _heat_map(picture: HeatMap, jobs: Jobs) -> Shown:
    item = HeatItem(picture)

    def describe(place: QPointF, _pixel: tuple[float, float]) -> str:
        cell = item.cell_at(place)
        return "" if cell is None else cell_text(picture, cell, jobs.name)

    def key() -> KeyContent:
        some_empty = len(picture.jobs) < len(picture.cells)
        entry = Entry("no value", QColor(colours().window), empty=True)
        return KeyContent(picture.colour, (entry,) if some_empty else (), picture.shading)

    return Shown(item, picture.x, picture.y, key, describe)


def _histogram(picture: Histogram, jobs: Jobs) -> Shown:
    item = BarsItem(picture)

    def describe(place: QPointF, _pixel: tuple[float, float]) -> str:
        found = item.bar_at(place)
        return bar_text(picture, *found, jobs.name) if found else ""

    def key() -> KeyContent:
        named = [group for group in reversed(picture.groups) if group.label]
        entries = tuple(Entry(group.label, group_colour(group)) for group in named)
        return KeyContent(picture.colour if named else "", entries)

    return Shown(item, picture.x, picture.y, key, describe, zooms_up=False)


def _timeline(picture: Timeline, jobs: Jobs) -> Shown:
    item = TimelineItem(picture)

    def describe(place: QPointF, pixel: tuple[float, float]) -> str:
        bar = item.bar_at(place, pixel)
        if bar is None:
            return ""
        job = picture.jobs[bar]
        lane = picture.lanes[picture.places[bar]]
        span = picture.ends[bar] - picture.starts[bar]
        spec, status = jobs.spec(job), jobs.status(job)
        return stay_text(spec, jobs.state_word(job), status, jobs.swept, lane, span)

    def key() -> KeyContent:
        found = set(picture.states)
        words = {**STATE_WORDS, JobState.RUNNING: jobs.running_word()}
        entries = tuple(
            Entry(words[state], state_colour(state))
            for state in JobState
            if STATES.index(state) in found
        )
        notes = (f"busy {picture.busy:.0%}",) if picture.drawn else ()
        return KeyContent("State" if entries else "", entries, None, notes)

    # Lane 0 is at the top, at position 0; the next is at -1.
    lanes = Scale("", ScaleKind.CATEGORY, picture.lanes, downward=True)
    return Shown(item, picture.x, lanes, key, describe, len(picture.lanes) > _FEW_LANES)
