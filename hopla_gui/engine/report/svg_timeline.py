"""The timeline of workers as a static picture: a bar for each job, or for jobs that lie as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.scale import Scale, ScaleKind
from hopla_gui.domain.plots.timeline import STATES, Timeline
from hopla_gui.domain.wording import STATE_WORDS, duration, still_words
from hopla_gui.engine.report.svg import LEGEND_WIDTH, Svg, framed, legend

MOST_LANES = 64
_WIDE = 1140
_LANE, _LEAST_LANE = 20, 8  # pixels; less of many lanes
_HIGH = 400
_APART, _GAP = 8.0, 0.4  # pixels; a gap behind narrower bars would make busy workers look idle
_LEAST = 0.6  # pixels, narrower than which no bar is drawn

_RANK = {state: rank for rank, state in enumerate(
    (JobState.SUCCEEDED, JobState.QUEUED, JobState.RUNNING, JobState.CANCELLED, JobState.TIMEOUT,
     JobState.LOST, JobState.FAILED))}  # fmt: skip


class Bar(NamedTuple):
    """One job on a lane, or some that lie as one: then ``state`` is the worst of theirs.

    ``covered`` are the seconds from start to end less those between jobs.
    """

    lane: int
    start: float
    end: float
    state: JobState
    jobs: int
    first: int
    took: float
    covered: float
    is_mixed: bool = False

    @property
    def quarters(self) -> int:
        """How much of it jobs cover; of what they cover little 1, so that it is still seen."""
        span = self.end - self.start
        return max(1, min(4, round(4 * self.covered / span))) if span > 0 else 4


def draw_timeline(found: Timeline, label: str, name: Callable[[int], str]) -> str:
    """Return a picture of what ran where, when, and how it ended."""
    lanes = min(len(found.lanes), MOST_LANES)
    each = min(_LANE, max(_LEAST_LANE, _HIGH / lanes))
    svg = Svg(label, width=_WIDE, height=70 + lanes * each)
    y = Scale("", ScaleKind.CATEGORY, found.lanes[:lanes][::-1])
    end = found.end or 1.0
    frame = framed(svg, found.x, y, (0.0, end), (-0.5, lanes - 0.5), right=LEGEND_WIDTH, grid=False)
    seen = set()
    for bar in merged(found, end / frame.width):
        if bar.lane >= lanes:
            continue
        seen.add(bar.state)
        x = frame.x(bar.start)
        width = frame.x(bar.end) - x
        svg.add(
            "rect",
            x=x,
            y=frame.y(lanes - 1 - bar.lane) - each * 0.375,
            width=max(width - (_GAP if width >= _APART else 0.0), _LEAST),
            height=each * 0.75,
            class_=f"state-{bar.state} quarters-{bar.quarters}",
            tip=_tip(bar, name),
        )
    legend(svg, "", ((f"state-{s}", STATE_WORDS[s]) for s in STATES if s in seen))
    return svg.markup()


def _tip(bar: Bar, name: Callable[[int], str]) -> str:
    state = STATE_WORDS[bar.state].lower()
    if bar.jobs == 1:
        still = still_words(bar.end - bar.start - bar.took, bar.took)
        told = f"{name(bar.first)}, {state}: {duration(bar.took)}"
        return f"{told}, and {still}" if still else told
    return f"{bar.jobs:,} jobs, {'some of them ' if bar.is_mixed else ''}{state}"


def merged(found: Timeline, pixel: float) -> Iterator[Bar]:
    """Yield bars, those of a lane by start; what is less than a pixel wide joins its neighbour.

    So the picture has no more bars than it has pixels, whatever the number of jobs. Bars that lie
    as one are as pale as the gaps between their jobs leave them: idle workers do not look busy.

    Parameters
    ----------
    pixel
        Seconds that a pixel stands for.
    """

    def share_a_pixel(bar: Bar, other: Bar) -> bool:
        return other.start - bar.start < pixel

    def look_alike(bar: Bar, other: Bar) -> bool:
        is_narrow = other.end - other.start < 2 * pixel and other.start - bar.end < pixel
        is_same = bar.state is other.state and bar.quarters == other.quarters
        return is_narrow and is_same and _joined(bar, other).quarters == bar.quarters

    return _with_joined(_with_joined(_bars(found), share_a_pixel), look_alike)


def _bars(found: Timeline) -> Iterator[Bar]:
    for place, lane in enumerate(found.places):
        start, end = found.starts[place], found.ends[place]
        state = STATES[found.states[place]]
        yield Bar(lane, start, end, state, 1, found.jobs[place], found.took[place], end - start)


def _with_joined(bars: Iterable[Bar], is_one: Callable[[Bar, Bar], bool]) -> Iterator[Bar]:
    """Yield bars, each joined to the one before it on its lane where the two are to be one."""
    last: dict[int, Bar] = {}
    for bar in bars:
        before = last.get(bar.lane)
        if before is not None and is_one(before, bar):
            last[bar.lane] = _joined(before, bar)
            continue
        if before is not None:
            yield before
        last[bar.lane] = bar
    yield from last.values()


def _joined(bar: Bar, other: Bar) -> Bar:
    is_other = bar.state is not other.state
    return Bar(
        bar.lane,
        bar.start,
        max(bar.end, other.end),
        max(bar.state, other.state, key=_RANK.__getitem__) if is_other else bar.state,
        bar.jobs + other.jobs,
        bar.first,
        bar.took,
        bar.covered + max(0.0, other.covered - max(0.0, bar.end - other.start)),
        bar.is_mixed or other.is_mixed or is_other,
    )
