"""The bars of a histogram."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from hopla_gui.domain.plots.histogram import Bars, Histogram
from hopla_gui.gui.plots.colouring import group_colour
from hopla_gui.gui.plots.pixels import PixelItem, Screen


class BarsItem(PixelItem):
    """Draws a `Histogram`."""

    def __init__(self, picture: Histogram) -> None:
        super().__init__()
        self.picture = picture

    def area(self) -> QRectF | None:
        """Return the area of all bars."""
        edges, totals = self.picture.edges, self.picture.totals
        if not totals:
            return None
        across = edges[-1] - edges[0]
        return QRectF(edges[0] - 0.02 * across, 0.0, 1.04 * across, 1.06 * max(totals))

    def bar_at(self, place: QPointF) -> tuple[int, Bars] | None:
        """Return which bar, of which group, a position lies in; of the top one above the stack."""
        bar = bisect_right(self.picture.edges, place.x()) - 1
        if not 0 <= bar < len(self.picture.edges) - 1 or place.y() < 0:
            return None
        stack = [group for group in self.picture.groups if group.counts[bar]]
        heights = list(accumulate(group.counts[bar] for group in stack))
        if not stack:
            return None
        within = bisect_right(heights, place.y())
        return bar, stack[min(within, len(stack) - 1)]

    def job_at(self, place: QPointF, _pixel: tuple[float, float]) -> int | None:
        """Return the first job of the bar."""
        found = self.bar_at(place)
        return found[1].jobs[found[0]][0] if found else None

    def place_of(self, job: int) -> QPointF | None:
        """Return the middle of the bar that a job is in, of those of its group."""
        edges = self.picture.edges
        for bar in range(len(edges) - 1):
            floor = 0
            for group in self.picture.groups:
                if job in group.jobs[bar]:
                    middle = floor + group.counts[bar] / 2
                    return QPointF((edges[bar] + edges[bar + 1]) / 2, middle)
                floor += group.counts[bar]
        return None

    def draw(self, painter: QPainter, screen: Screen, area: QRectF) -> None:
        """Draw the stacks."""
        edges = self.picture.edges
        floor = [0] * (len(edges) - 1)
        for group in self.picture.groups:
            colour = group_colour(group)
            painter.setBrush(colour)
            painter.setPen(QPen(colour.darker(125), 1))
            for bar, count in enumerate(group.counts):
                if count:
                    box = QRectF(
                        QPointF(screen.x(edges[bar]) + 0.5, screen.y(floor[bar] + count)),
                        QPointF(screen.x(edges[bar + 1]) - 0.5, screen.y(floor[bar])),
                    )
                    if box.intersects(area):
                        painter.drawRect(box)
                    floor[bar] += count
