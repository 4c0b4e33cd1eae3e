"""The bars of a timeline: each job where it ran."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.timeline import STATES, Timeline
from hopla_gui.gui.plots.dots import Labels, coloured
from hopla_gui.gui.plots.pixels import Floats, PixelItem, Screen, floats, ints
from hopla_gui.gui.theme import state_colour

_NARROW = 3.0  # pixels; bars below are drawn together
_EDGED = 6.0  # pixels; from here on a line tells a bar from the one before
_EDGE = 140  # per cent by which it is darker: a gap would make busy workers look idle
_FAINTEST = 0.25  # of a colour; a single short job is still seen
_MOST_WIDE = 1_000  # bars that are drawn one by one; more are drawn together, as narrow ones are
_LOW = 3.0  # pixels; bars of lower lanes are drawn together whatever their width
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
        self._image: tuple[object, QImage] | None = None

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
        height = screen.y(0) - screen.y(_THICK)
        if height < _LOW or np.count_nonzero(seen & ~narrow) > _MOST_WIDE:
            narrow = seen
        self._draw_together(painter, screen, area, np.flatnonzero(seen & narrow))
        self._draw_apart(painter, screen, area, np.flatnonzero(seen & ~narrow))

    def _draw_apart(
        self, painter: QPainter, screen: Screen, area: QRectF, bars: np.ndarray
    ) -> None:
        """Draw bars one by one, those of a state in one call."""
        ranks, height = self._ranks[bars], screen.y(0) - screen.y(_THICK)
        tops = screen.down(_THICK / 2 - self._lanes[bars])
        # Where one ends the next one begins.
        lefts = np.rint(np.maximum(screen.across(self._starts[bars]), area.left() - 2))
        rights = np.rint(np.minimum(screen.across(self._ends[bars]), area.right() + 2))
        painter.setPen(Qt.PenStyle.NoPen)
        for rank in _distinct(ranks):
            colour, alike = state_colour(_RANKED[rank - 1]), ranks == rank
            edged = alike & (rights - lefts >= _EDGED)
            for brush, which, ends in (
                (colour, alike, rights),
                (colour.darker(_EDGE), edged, lefts + 1),
            ):
                painter.setBrush(brush)
                sides = zip(*(each[which].tolist() for each in (lefts, tops, ends)), strict=True)
                painter.drawRects([QRectF(x, top, end - x, height) for x, top, end in sides])

    def _draw_together(
        self, painter: QPainter, screen: Screen, area: QRectF, bars: np.ndarray
    ) -> None:
        """Draw bars as one picture, which is kept: it is painted at each move of the pointer."""
        if not len(bars):
            return
        colours = [state_colour(state) for state in _RANKED]
        key = (screen.transform, area, len(bars), tuple(colour.rgba() for colour in colours))
        if self._image is None or self._image[0] != key:
            self._image = key, self._make_image(screen, area, bars, colours)
        picture, height = self._image[1], screen.y(0) - screen.y(_THICK)
        for lane in _distinct(self._lanes[bars]):
            top = screen.y(_THICK / 2 - lane)
            target = QRectF(area.left(), top, picture.width(), height)
            painter.drawImage(target, picture, QRectF(0, int(lane), picture.width(), 1))

    def _make_image(
        self, screen: Screen, area: QRectF, bars: np.ndarray, colours: list[QColor]
    ) -> QImage:
        """Return a row of pixels a lane: how much of each is covered, in what is on top there."""
        width, places = int(area.width()) + 1, self._lanes[bars]
        lefts, rights = (
            np.clip(screen.across(edges[bars]) - area.left(), 0.0, width)
            for edges in (self._starts, self._ends)
        )
        room = _Room(places, (len(self.picture.lanes), width))
        ranks = self._ranks[bars]
        touched = room.topmost(ranks, np.floor(lefts), np.ceil(rights))
        # A pixel that two bars share has the colour of the one that has more of it.
        short = rights - lefts < 1.0
        first = np.floor(np.where(short, (lefts + rights) / 2, lefts + 0.5))
        chief = room.topmost(ranks, first, np.where(short, first + 1, np.floor(rights + 0.5)))
        opacity = np.maximum(room.covered(lefts, rights), np.where(chief, _FAINTEST, 0.0))
        return coloured(np.where(chief, chief, touched), colours, opacity)


class _Room:
    """The pixels of some lanes, and in which of them bars lie."""

    def __init__(self, places: np.ndarray, shape: tuple[int, int]) -> None:
        self._places, self._shape = places, shape

    def covered(self, lefts: Floats, rights: Floats) -> Floats:
        """Return how much of each pixel is covered, from 0 to 1."""
        return np.clip(self._summed(self._places, lefts, rights), 0.0, 1.0)

    def topmost(self, ranks: np.ndarray, firsts: Floats, stops: Floats) -> Labels:
        """Return the highest rank at each pixel from ``firsts`` to before ``stops``."""
        image = np.zeros(self._shape, np.uint8)
        for rank in _distinct(ranks):
            found = ranks == rank
            is_there = self._summed(self._places[found], firsts[found], stops[found]) > 0.5
            np.maximum(image, rank, out=image, where=is_there)
        return image

    def _summed(self, places: np.ndarray, lefts: Floats, rights: Floats) -> Floats:
        """Return how many bars cover each pixel, parts of them too."""
        lanes, width = self._shape
        steps = np.zeros((lanes, width + 2))
        for edges, step in ((lefts, 1.0), (rights, -1.0)):
            edges = np.minimum(edges, width)
            pixels = np.floor(edges).astype(np.intp)
            part = edges - pixels
            np.add.at(steps, (places, pixels), step * (1.0 - part))
            np.add.at(steps, (places, pixels + 1), step * part)
        return steps.cumsum(axis=1)[:, :width]


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Return each number once: `numpy.unique` imports another library when it is first called."""
    return np.flatnonzero(np.bincount(numbers)).astype(numbers.dtype)
