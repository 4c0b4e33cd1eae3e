"""A list of numbers at a glance: a line, and the least, the mean and the greatest of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from hopla_gui.gui.jobs.plain_view import dim_label
from hopla_gui.gui.theme import SPACING, colours

FEWEST = 3
MOST_DRAWN = 20_000
_FIRST = 200  # looked at to see whether it is a list of numbers
_DOTS = 60  # so few are shown as dots, too


@dataclass(frozen=True)
class Numbers:
    """Numbers to draw, each ``step``-th of ``count``; what is no number among them is NaN."""

    drawn: tuple[float, ...]
    count: int
    step: int

    def words(self) -> str:
        """Return what there is to say of them."""
        finite = [number for number in self.drawn if math.isfinite(number)]
        told = [f"{self.count:,} numbers"]
        if finite:
            mean = math.fsum(number / len(finite) for number in finite)
            told += [f"least {min(finite):.6g}", f"mean {mean:.6g}", f"greatest {max(finite):.6g}"]
        if len(finite) < len(self.drawn):
            told.append(f"{len(self.drawn) - len(finite):,} not finite")
        if self.step > 1:
            told.append(f"each {self.step:,}th looked at")
        return " · ".join(told)


def numbers_of(value: object) -> Numbers | None:
    """Return the numbers of a list; ``None`` for what is no such list."""
    if not isinstance(value, list | tuple) or len(value) < FEWEST:
        return None
    step = -(-len(value) // MOST_DRAWN)
    if not all(_is_number(item) for item in value[:_FIRST]):
        return None
    drawn = tuple(_as_float(item) for item in value[::step])
    return Numbers(drawn, len(value), step)


def _is_number(item: object) -> bool:
    named = ("NaN", "Infinity", "-Infinity")  # as a capture writes them
    return (isinstance(item, int | float) and not isinstance(item, bool)) or item in named


def _as_float(item: object) -> float:
    try:
        return float(item) if _is_number(item) else math.nan  # type: ignore[arg-type]
    except OverflowError:
        return math.nan


class NumbersView(QWidget):
    """Draws numbers in the order of the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = dim_label()
        self._caption.setWordWrap(True)
        self._line = _Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self._caption)
        layout.addWidget(self._line, 1)

    def show_numbers(self, numbers: Numbers) -> None:
        """Show numbers."""
        self._caption.setText(numbers.words())
        self._line.drawn = numbers.drawn
        self._line.setAccessibleDescription(numbers.words())
        self._line.update()

    def text(self) -> str:
        """Return what is said of them."""
        return self._caption.text()


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.drawn: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Numbers in order")

    def sizeHint(self) -> QSize:
        """Return a wide strip."""
        return QSize(240, 120)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a line through the numbers, broken where one is not finite."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours().border)))
        painter.setBrush(QColor(colours().base))
        painter.drawRoundedRect(ground, 4, 4)
        room = ground.adjusted(SPACING.SMALL, SPACING.SMALL, -SPACING.SMALL, -SPACING.SMALL)
        lines = polylines(thinned(self.drawn, int(room.width())), room)
        self._draw_zero(painter, room)
        painter.setPen(QPen(QColor(colours().accent), 1))  # a wider one takes seconds to draw
        for line in lines:
            painter.drawPolyline(QPolygonF(line))
        if len(self.drawn) <= _DOTS:
            painter.setBrush(QColor(colours().accent))
            for line in lines:
                for point in line:
                    painter.drawEllipse(point, 2.0, 2.0)
        painter.end()

    def _draw_zero(self, painter: QPainter, room: QRectF) -> None:
        finite = [number for number in self.drawn if math.isfinite(number)]
        if finite and min(finite) < 0 < max(finite):
            y = room.bottom() + min(finite) / (max(finite) - min(finite)) * room.height()
            painter.drawLine(QLineF(room.left(), y, room.right(), y))


def thinned(numbers: tuple[float, ...], width: int) -> tuple[float, ...]:
    """Return at most two numbers for each pixel, the least and the greatest of those there."""
    step = -(-len(numbers) // max(width, 1))
    if step <= 2:
        return numbers
    found: list[float] = []
    for start in range(0, len(numbers), step):
        finite = [number for number in numbers[start : start + step] if math.isfinite(number)]
        found += (min(finite), max(finite)) if finite else (math.nan, math.nan)
    return tuple(found)


def polylines(numbers: tuple[float, ...], room: QRectF) -> list[list[QPointF]]:
    """Return where numbers lie in a rectangle, a new line behind each that is not finite."""
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return []
    least, greatest = min(finite), max(finite)
    height = room.height() / (greatest - least) if greatest - least not in (0, math.inf) else 0.0
    width = room.width() / max(len(numbers) - 1, 1)
    lines: list[list[QPointF]] = [[]]
    for place, number in enumerate(numbers):
        if math.isfinite(number):
            y = room.bottom() - (number - least) * height if height else room.center().y()
            lines[-1].append(QPointF(room.left() + place * width, y))
        elif lines[-1]:
            lines.append([])
    return [line for line in lines if line]
