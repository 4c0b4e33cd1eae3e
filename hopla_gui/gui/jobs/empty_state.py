"""What an empty pane shows: an icon, what is not there, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.theme import SPACING, dim_colour, tinted_icon

_ICON_SIZE = 40


def paint_empty_state(widget: QWidget, icon_name: str, title: str, hint: str) -> None:
    """Paint it in the middle of a widget, from that widget's paint event; low ones have no icon."""
    area = widget.rect().adjusted(SPACING.HUGE, 0, -SPACING.HUGE, 0)
    line = widget.fontMetrics().height()
    icon_size = _ICON_SIZE if area.height() >= _ICON_SIZE + 5 * line else 0
    top = max(area.center().y() - (icon_size + 4 * line) // 2, 0)
    painter = QPainter(widget)
    place = QRect(area.center().x() - icon_size // 2, top, icon_size, icon_size)
    if icon_size:
        tinted_icon(icon_name, dim_colour).paint(painter, place)
    font = widget.font()
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(widget.palette().color(QPalette.ColorRole.Text))
    below = QRect(area.left(), place.bottom() + SPACING.MEDIUM, area.width(), line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, title)
    painter.setFont(widget.font())
    painter.setPen(dim_colour())
    below = QRect(area.left(), below.bottom() + SPACING.TINY, area.width(), 4 * line)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(below, flags, hint)
    painter.end()
