"""The cells of a heat map."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hopla_gui.domain.plots.heatmap import HeatMap
from hopla_gui.domain.plots.palette import is_light
from hopla_gui.domain.plots.scale import number_text
from hopla_gui.gui.plots.colouring import shade_colours
from hopla_gui.gui.plots.pixels import PixelItem, Screen
from hopla_gui.gui.theme import colours

_SHADES = 120


class HeatItem(PixelItem):
    """Draws a `HeatMap`: shades, the number in each cell where it fits, empty cells crossed out."""

    def __init__(self, picture: HeatMap) -> None:
        super().__init__()
        self.picture = picture

    def area(self) -> QRectF | None:
        """Return the area of all cells."""
        picture = self.picture
        if not picture.cells:
            return None
        return QRectF(-0.5, -0.5, picture.columns, picture.rows)

    def cell_at(self, place: QPointF) -> int | None:
        """Return the cell that a position lies in."""
        column, row = math.floor(place.x() + 0.5), math.floor(place.y() + 0.5)
        inside = 0 <= column < self.picture.columns and 0 <= row < self.picture.rows
        return row * self.picture.columns + column if inside else None

    def job_at(self, place: QPointF, _pixel: tuple[float, float]) -> int | None:
        """Return the first job of the cell."""
        cell = self.cell_at(place)
        jobs = None if cell is None else self.picture.jobs.get(cell)
        return jobs[0] if jobs else None

    def place_of(self, job: int) -> QPointF | None:
        """Return the middle of the cell that a job is in."""
        for cell, jobs in self.picture.jobs.items():
            if job in jobs:
                return QPointF(cell % self.picture.columns, cell // self.picture.columns)
        return None

    def draw(self, painter: QPainter, screen: Screen, area: QRectF) -> None:
        """Draw the cells that are in sight."""
        picture, theme = self.picture, colours()
        shades = shade_colours(_SHADES)
        gap = 1.0 if abs(screen.transform.m11()) > 8 and abs(screen.transform.m22()) > 8 else 0.0
        empty = QPen(QColor(theme.border), 1)
        for place, value in enumerate(picture.cells):
            column, row = place % picture.columns, place // picture.columns
            box = QRectF(
                QPointF(screen.x(column - 0.5), screen.y(row + 0.5)),
                QPointF(screen.x(column + 0.5), screen.y(row - 0.5)),
            ).adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2)
            if not box.intersects(area):
                continue
            shade = self._shade(value)
            if shade is None:
                painter.fillRect(box, QColor(theme.window))
                painter.setPen(empty)
                painter.drawLine(box.topLeft(), box.bottomRight())
                continue
            colour = shades[round(shade * (_SHADES - 1))]
            painter.fillRect(box, colour)
            self._draw_number(painter, box, value, colour)

    def _shade(self, value: float) -> float | None:
        return None if math.isnan(value) else self.picture.shading.fraction_of(value)

    def _draw_number(self, painter: QPainter, box: QRectF, value: float, ground: QColor) -> None:
        metrics = painter.fontMetrics()
        text = number_text(float(f"{value:.4g}"))
        if metrics.horizontalAdvance(text) + 6 > box.width() or metrics.height() > box.height():
            return
        painter.setPen(QColor("#000000" if is_light(ground.name()) else "#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
