"""Items of a plot that draw by the pixel: where positions lie on the screen, and what is there."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from hopla_gui.domain.plots.scale import Scale, ScaleKind

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Screen:
    """Where positions are drawn: no more than a stretch and a shift each way."""

    transform: QTransform

    def across(self, xs: Floats) -> Floats:
        """Return pixels from the left."""
        return xs * self.transform.m11() + self.transform.dx()

    def down(self, ys: Floats) -> Floats:
        """Return pixels from the top."""
        return ys * self.transform.m22() + self.transform.dy()

    def x(self, place: float) -> float:
        """Return one position as pixels from the left."""
        return place * self.transform.m11() + self.transform.dx()

    def y(self, place: float) -> float:
        """Return one position as pixels from the top."""
        return place * self.transform.m22() + self.transform.dy()


class PixelItem(pg.GraphicsObject):  # type: ignore[misc]
    """Fills the view it is in, and draws in pixels whatever the view's scale."""

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what is in sight."""
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:  # noqa: N802
        """Draw anew where the view has moved."""
        super().viewTransformChanged()
        self.prepareGeometryChange()
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw, in pixels."""
        world = painter.worldTransform()
        area = world.mapRect(self.viewRect())
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setClipRect(area)
        self.draw(painter, Screen(world), area)
        painter.restore()

    @abstractmethod
    def draw(self, painter: QPainter, screen: Screen, area: QRectF) -> None:
        """Draw within an area of the screen."""


def floats(values: object) -> Floats:
    """Return an `array('d')` as numpy has it, without a copy."""
    return np.frombuffer(values, dtype=np.float64)  # type: ignore[call-overload, no-any-return]


def ints(values: object) -> NDArray[np.int64]:
    """Return an `array('q')` as numpy has it, without a copy."""
    return np.frombuffer(values, dtype=np.int64)  # type: ignore[call-overload, no-any-return]


def padded(low: float, high: float, scale: Scale) -> tuple[float, float]:
    """Return a little more than a stretch of an axis, and enough around a constant."""
    if scale.kind is ScaleKind.CATEGORY:
        return low - 0.75, high + 0.75
    span, largest = high - low, max(abs(low), abs(high))
    if span > max(largest * 1e-12, 1e-90):
        return low - 0.04 * span, high + 0.04 * span
    reach = max(largest * 0.1, 1e-90) if scale.kind is ScaleKind.LINEAR and largest else 0.5
    return low - reach, high + reach
