"""Points, the lines through their means, and the bars around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPixmap

from hopla_gui.domain.plots.points import Group, PointsPicture
from hopla_gui.domain.plots.scale import ScaleKind
from hopla_gui.gui.plots.colouring import group_colour, shade_colours
from hopla_gui.gui.plots.dots import coloured, discs
from hopla_gui.gui.plots.line_drawing import draw_line
from hopla_gui.gui.plots.pixels import Floats, PixelItem, Screen, floats, ints, padded
from hopla_gui.gui.plots.shapes import draw_shape

FEW = 1_000  # points drawn as shapes; more become one picture
_FEW_IN_SVG = 10_000
_NEAR = 10.0  # pixels around the pointer
_SHADES = 120
_DODGE = 0.6  # of the way to the next category

DrawOne: TypeAlias = Callable[[QPainter, QPointF, QColor, int, float], None]


@dataclass(frozen=True)
class _Drawn:
    """All points of a picture in one row, group after group."""

    xs: Floats
    ys: Floats
    jobs: np.ndarray
    labels: np.ndarray


class PointsItem(PixelItem):
    """Draws a `PointsPicture`."""

    def __init__(self, picture: PointsPicture) -> None:
        super().__init__()
        self.picture = picture
        self._image: tuple[object, QImage] | None = None

    @cached_property
    def _drawn(self) -> _Drawn:
        groups = self.picture.groups
        if not groups:
            nothing = np.zeros(0)
            return _Drawn(nothing, nothing, nothing.astype(np.int64), nothing.astype(np.uint8))
        return _Drawn(
            np.concatenate([floats(each.xs) + self._dodge(each) for each in groups]),
            np.concatenate([floats(group.ys) for group in groups]),
            np.concatenate([ints(group.jobs) for group in groups]),
            np.concatenate([self._labels(place, group) for place, group in enumerate(groups)]),
        )

    def _dodge(self, group: Group) -> float:
        """Return how far a group stands aside of its category, for others to be seen too."""
        groups, x = self.picture.groups, self.picture.x
        is_alone = len(groups) < 2 or self.picture.colour == x.title
        if x.kind is not ScaleKind.CATEGORY or is_alone:
            return 0.0
        return (groups.index(group) - (len(groups) - 1) / 2) * _DODGE / len(groups)

    def _labels(self, place: int, group: Group) -> np.ndarray:
        """Return the place of each point's colour among `_colours`, from 1."""
        shading = self.picture.shading
        if shading is None or group.shades is None:
            return np.full(len(group.xs), place + 1, np.uint8)
        span = shading.high - shading.low
        share = (
            (floats(group.shades) - shading.low) / span if span > 0 else np.full(len(group.xs), 0.5)
        )
        return (len(self.picture.groups) + 1 + share * (_SHADES - 1)).astype(np.uint8)

    def _colours(self) -> list[QColor]:
        return [*map(group_colour, self.picture.groups), *shade_colours(_SHADES)]

    def area(self) -> QRectF | None:
        """Return the area that all marks lie in, and a little more."""
        drawn = self._drawn
        if not len(drawn.xs):
            return None
        left, right = self.picture.span or (float(drawn.xs.min()), float(drawn.xs.max()))
        low, high = float(drawn.ys.min()), float(drawn.ys.max())
        for group in self.picture.groups:
            if group.summary is not None and group.summary.lows:
                low, high = min(low, *group.summary.lows), max(high, *group.summary.highs)
        left, right = padded(left, right, self.picture.x)
        low, high = padded(low, high, self.picture.y)
        return QRectF(left, low, right - left, high - low)

    def job_at(self, place: QPointF, pixel: tuple[float, float]) -> int | None:
        """Return the job whose point is nearest to a position, if it is near."""
        drawn = self._drawn
        if not len(drawn.xs):
            return None
        far = ((drawn.xs - place.x()) / pixel[0]) ** 2 + ((drawn.ys - place.y()) / pixel[1]) ** 2
        nearest = int(far.argmin())
        return int(drawn.jobs[nearest]) if far[nearest] <= _NEAR**2 else None

    def place_of(self, job: int) -> QPointF | None:
        """Return where a job is drawn."""
        found = np.flatnonzero(self._drawn.jobs == job)
        if not len(found):
            return None
        return QPointF(float(self._drawn.xs[found[0]]), float(self._drawn.ys[found[0]]))

    def draw(self, painter: QPainter, screen: Screen, area: QRectF) -> None:
        """Draw the points, and over them the lines."""
        has_line = self.picture.spread is not None
        is_vector = painter.paintEngine().type() == QPaintEngine.Type.SVG
        if len(self._drawn.xs) <= (_FEW_IN_SVG if is_vector else FEW):
            draw_one = _draw_as_shape if is_vector else _Stamps(painter).draw
            self._draw_shapes(painter, draw_one, screen, area, faint=has_line)
        else:
            self._draw_image(painter, screen, area, faint=has_line)
        for group in self.picture.groups if has_line else ():
            draw_line(painter, screen, area, group, self._dodge(group))

    def _draw_image(self, painter: QPainter, screen: Screen, area: QRectF, *, faint: bool) -> None:
        ratio = painter.device().devicePixelRatioF()
        colours = self._colours()
        key = (screen.transform, area, ratio, tuple(colour.rgba() for colour in colours))
        if self._image is None or self._image[0] != key:
            drawn = self._drawn
            xs = (screen.across(drawn.xs) - area.left()) * ratio
            ys = (screen.down(drawn.ys) - area.top()) * ratio
            width, height = int(area.width() * ratio) + 1, int(area.height() * ratio) + 1
            radius = max(1, round((2.6 if len(drawn.xs) < 20_000 else 1.8) * ratio))
            image = coloured(discs(xs, ys, drawn.labels, width, height, radius), colours)
            image.setDevicePixelRatio(ratio)
            self._image = key, image
        painter.setOpacity(0.3 if faint else 0.85)
        painter.drawImage(area.topLeft(), self._image[1])
        painter.setOpacity(1.0)

    def _draw_shapes(
        self, painter: QPainter, draw_one: DrawOne, screen: Screen, area: QRectF, *, faint: bool
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.35 if faint else 0.9)
        drawn, colours = self._drawn, self._colours()
        xs, ys = screen.across(drawn.xs).tolist(), screen.down(drawn.ys).tolist()
        room = area.adjusted(-8, -8, 8, 8)
        slots = [group.slot for group in self.picture.groups for _ in group.xs]
        size = 3.0 if faint else 4.2
        for x, y, label, slot in zip(xs, ys, drawn.labels.tolist(), slots, strict=True):
            if room.contains(x, y):
                draw_one(painter, QPointF(x, y), colours[label - 1], slot, size)
        painter.setOpacity(1.0)


def _draw_as_shape(
    painter: QPainter, centre: QPointF, colour: QColor, slot: int, size: float
) -> None:
    painter.setBrush(colour)
    painter.setPen(QPen(colour.darker(150), 0.8))
    draw_shape(painter, centre, slot, size)


class _Stamps:
    """Draws shapes by pictures of them: made once, put down as often as need be."""

    def __init__(self, painter: QPainter) -> None:
        self._ratio = painter.device().devicePixelRatioF()
        self._made: dict[tuple[int, int], QPixmap] = {}

    def draw(
        self, painter: QPainter, centre: QPointF, colour: QColor, slot: int, size: float
    ) -> None:
        """Draw the shape of a slot."""
        half = ceil(1.2 * size + 1)
        stamp = self._made.get((colour.rgba(), slot))
        if stamp is None:
            stamp = QPixmap(round(2 * half * self._ratio), round(2 * half * self._ratio))
            stamp.setDevicePixelRatio(self._ratio)
            stamp.fill(Qt.GlobalColor.transparent)
            with QPainter(stamp) as on_stamp:
                on_stamp.setRenderHint(QPainter.RenderHint.Antialiasing)
                _draw_as_shape(on_stamp, QPointF(half, half), colour, slot, size)
            self._made[colour.rgba(), slot] = stamp
        painter.drawPixmap(centre - QPointF(half, half), stamp)
