"""The bars of a timeline: each job where it ran."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.timeline import STATES, Timeline
from hopla_gui.gui.plots.dots import coloured
from hopla_gui.gui.plots.pixels import PixelItem, Screen, floats, ints
from hopla_gui.gui.theme import colours, state_colour

_NARROW = 3.0  # pixels; bars below are drawn together
_MOST_WIDE = 4_000  # bars that are drawn one by one; more are drawn together, as narrow ones are
_LOW = 3.0  # pixels; in lower lanes the edges of bars would hide them
_THICK = 0.8  # of a lane
# What is on top where many bars share a pixel.
_RANK = {
    JobState.SUCCEEDED: 1,
    JobState.CANCELLED: 2,
    JobState.QUEUED: 3,
    JobState.RUNNING: 4,
    JobState.LOST: 5,
    JobState.TIMEOUT: 6,
    JobState.FAILED: 7,
}
_RANKED = sorted(_RANK, key=_RANK.__getitem__)


class TimelineItem(PixelItem):
    """Draws a `Timeline`; lane 0 is at the top, at position 0, the next one at -1."""

    def __init__(self, picture: Timeline) -> None:
        super().__init__()
        self.picture = picture
        self._starts, self._ends = floats(picture.starts), floats(picture.ends)
        self._lanes, self._jobs = ints(picture.places), ints(picture.jobs)
        ranks = np.array([_RANK[state] for state in STATES], np.uint8)
        self._ranks = ranks[np.frombuffer(picture.states, np.uint8)]

    def area(self) -> QRectF | None:
        """Return the area of all lanes."""
        if not len(self._jobs):
            return None
        lanes = len(self.picture.lanes)
        end = max(self.picture.end, 1e-3)
        return QRectF(-0.01 * end, 0.5 - lanes, 1.02 * end, lanes)

    def bar_at(self, place: QPointF, pixel: tuple[float, float]) -> int | None:
        """Return the bar at a position, or the nearest within some pixels beside it."""
        here = np.flatnonzero(self._lanes == round(-place.y()))
        if not len(here) or abs(place.y() - round(place.y())) > _THICK / 2:
            return None
        before = self._starts[here] - place.x()
        after = place.x() - self._ends[here]
        gaps = np.maximum(np.maximum(before, after), 0.0)
        nearest = int(gaps.argmin())
        return int(here[nearest]) if gaps[nearest] <= 4 * pixel[0] else None

    def job_at(self, place: QPointF, pixel: tuple[float, float]) -> int | None:
        """Return the job whose bar is at a position."""
        bar = self.bar_at(place, pixel)
        return None if bar is None else int(self._jobs[bar])

    def place_of(self, job: int) -> QPointF | None:
        """Return the middle of a job's bar."""
        box = self.box_of(job)
        return None if box is None else box.center()

    def box_of(self, job: int) -> QRectF | None:
        """Return the bar of a job."""
        found = np.flatnonzero(self._jobs == job)
        if not len(found):
            return None
        start, end = float(self._starts[found[0]]), float(self._ends[found[0]])
        return QRectF(start, -int(self._lanes[found[0]]) - _THICK / 2, end - start, _THICK)

    def draw(self, painter: QPainter, screen: Screen, area: QRectF) -> None:
        """Draw the narrow bars together, a row of pixels a lane, and the others one by one."""
        if not len(self._jobs):
            return
        lefts, rights = screen.across(self._starts), screen.across(self._ends)
        tops = screen.down(_THICK / 2 - self._lanes.astype(np.float64))
        seen = (rights >= area.left()) & (lefts <= area.right())
        seen &= (tops <= area.bottom()) & (tops + screen.y(0) - screen.y(_THICK) >= area.top())
        narrow = rights - lefts < _NARROW
        stops = np.where(narrow, lefts, rights - 1.0)  # with a gap before the next one
        height = screen.y(0) - screen.y(_THICK)
        if height < _LOW or np.count_nonzero(seen & ~narrow) > _MOST_WIDE:
            narrow = seen
        self._draw_together(painter, screen, area, np.flatnonzero(seen & narrow), lefts, stops)
        wide = np.flatnonzero(seen & ~narrow)
        painter.setPen(QPen(QColor(colours().base), 1.0 if height > 6 else 0.5))
        brushes = [state_colour(state) for state in _RANKED]
        for bar in wide:
            left, right = max(lefts[bar], area.left() - 2), min(rights[bar], area.right() + 2)
            painter.setBrush(brushes[self._ranks[bar] - 1])
            painter.drawRect(QRectF(left, tops[bar], right - left, height))

    def _draw_together(
        self,
        painter: QPainter,
        screen: Screen,
        area: QRectF,
        bars: np.ndarray,
        lefts: np.ndarray,
        stops: np.ndarray,
    ) -> None:
        if not len(bars):
            return
        width, lanes = int(area.width()) + 1, len(self.picture.lanes)
        image = np.zeros((lanes, width), np.uint8)
        first, last = (
            np.clip(edges[bars] - area.left(), 0, width - 1).astype(np.intp)
            for edges in (lefts, stops)
        )
        places, ranks = self._lanes[bars], self._ranks[bars]
        np.maximum.at(image, (places, first), ranks)
        for rank in np.unique(ranks[last > first]):
            spans = (ranks == rank) & (last > first)
            steps = np.zeros((lanes, width + 1), np.int32)
            np.add.at(steps, (places[spans], first[spans]), 1)
            np.add.at(steps, (places[spans], last[spans]), -1)
            covered = steps.cumsum(axis=1, dtype=np.int32)[:, :-1] > 0
            np.maximum(image, rank, out=image, where=covered)
        picture = coloured(image, [state_colour(state) for state in _RANKED])
        height = screen.y(0) - screen.y(_THICK)
        for lane in np.unique(places):
            top = screen.y(_THICK / 2 - lane)
            target = QRectF(area.left(), top, width, height)
            painter.drawImage(target, picture, QRectF(0, int(lane), width, 1))
