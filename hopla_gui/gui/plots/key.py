"""The key of a plot, at its right: what colours and shapes mean, or a bar of shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from hopla_gui.domain.plots.points import Shading
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.plots.colouring import shade_colours
from hopla_gui.gui.plots.shapes import draw_shape
from hopla_gui.gui.theme import colours

_WIDEST = 190
_MARGIN = 10
_SWATCH = 18
_BAR_WIDTH = 14
_BAR_HEIGHT = 220


@dataclass(frozen=True)
class Entry:
    """A line of the key; ``slot`` gives the shape, ``None`` a square, ``count`` is of jobs."""

    text: str
    colour: QColor
    slot: int | None = None
    empty: bool = False


@dataclass(frozen=True)
class KeyContent:
    """What a key says: a title, entries below it, a bar of shades, notes at the end."""

    title: str = ""
    entries: tuple[Entry, ...] = ()
    shading: Shading | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.title or self.entries or self.shading or self.notes)


class Key(pg.GraphicsWidget):  # type: ignore[misc]
    """Draws a key; all its texts are data."""

    def __init__(self) -> None:
        super().__init__()
        self._content = KeyContent()
        self._fit()

    @property
    def content(self) -> KeyContent:
        """What it says."""
        return self._content

    def show_content(self, content: KeyContent) -> None:
        """Say something else."""
        self._content = content
        self._fit()
        self.update()

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def _texts(self) -> Sequence[tuple[str, float]]:
        """Return (text, pixels at its left) of every line."""
        content = self._content
        return [
            *((line, 0.0) for line in self._title_lines()),
            *((one_line(entry.text, 80), float(_SWATCH)) for entry in content.entries),
            *((note, 0.0) for note in content.notes),
            *((text, _BAR_WIDTH + 10.0) for _, text in self._shade_ticks()),
        ]

    def _title_lines(self) -> list[str]:
        """Return the title in one line or two: what is measured, and of what."""
        title = one_line(self._content.title, 120)
        if self._metrics().horizontalAdvance(title) <= _WIDEST - _MARGIN or " of " not in title:
            return [title] if title else []
        head, _, tail = title.partition(" of ")
        return [f"{head} of", tail]

    def _fit(self) -> None:
        metrics = self._metrics()
        widths = [metrics.horizontalAdvance(text) + left for text, left in self._texts()]
        width = min(max(widths, default=0.0) + _MARGIN + 4, _WIDEST) if widths else 0.0
        self.setFixedWidth(width)
        self.setVisible(not self._content.is_empty)

    def _shade_ticks(self) -> list[tuple[float, str]]:
        shading = self._content.shading
        if shading is None:
            return []
        if shading.high <= shading.low:
            return [(shading.low, shading.scale.text(shading.low))]
        ticks = shading.scale.ticks(shading.low, shading.high, 6)
        return [(tick.place, tick.text) for tick in ticks if tick.text]

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw it."""
        theme, metrics = colours(), self._metrics()
        line = metrics.height() + 4
        top = 6.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for text in self._title_lines():
            top = self._draw_text(painter, text, 0.0, top, theme.text)
        top += 2
        for entry in self._content.entries:
            _draw_swatch(painter, entry, QPointF(_MARGIN + 6, top + line / 2 - 1))
            top = self._draw_text(painter, one_line(entry.text, 80), _SWATCH, top, theme.text)
        if self._content.shading is not None:
            top = self._draw_shades(painter, top + 6)
        for note in self._content.notes:
            top = self._draw_text(painter, note, 0, top, theme.dim)

    def _draw_text(
        self, painter: QPainter, text: str, left: float, top: float, colour: str
    ) -> float:
        metrics = self._metrics()
        room = QRectF(_MARGIN + left, top, self.size().width() - _MARGIN - left, metrics.height())
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        flags = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, flags, shown)
        return top + metrics.height() + 4

    def _draw_shades(self, painter: QPainter, top: float) -> float:
        shading, theme = self._content.shading, colours()
        assert shading is not None
        height = min(_BAR_HEIGHT, max(60.0, self.size().height() - top - 40))
        bar = QRectF(_MARGIN, top, _BAR_WIDTH, height)
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        shades = shade_colours(64)
        for step, colour in enumerate(shades):
            gradient.setColorAt(step / (len(shades) - 1), colour)
        painter.fillRect(bar, gradient if shading.high > shading.low else shades[len(shades) // 2])
        painter.setPen(QPen(QColor(theme.strong_border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        half = self._metrics().height() / 2
        for place, text in self._shade_ticks():
            y = bar.bottom() - shading.fraction(place) * height
            painter.setPen(QColor(theme.strong_border))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 4, y))
            self._draw_text(painter, text, _BAR_WIDTH + 8, y - half, theme.text)
        return bar.bottom() + half + 6


def _draw_swatch(painter: QPainter, entry: Entry, centre: QPointF) -> None:
    edge = QColor(colours().strong_border) if entry.empty else entry.colour.darker(150)
    painter.setPen(QPen(edge, 0.8))
    painter.setBrush(entry.colour)
    if entry.slot is not None:
        draw_shape(painter, centre, entry.slot, 4.6)
        return
    box = QRectF(centre.x() - 6, centre.y() - 5, 12, 10)
    painter.drawRect(box)
    if entry.empty:
        painter.drawLine(box.topLeft(), box.bottomRight())
