"""What an empty pane shows: an icon, what is not there, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.theme import SPACING, dim_colour, tinted_icon

_ICON_SIZE = 40


def paint_empty_state(widget: QWidget, icon_name: str, title: str, hint: str) -> None:
    """Paint it in the middle of a widget, from that widget's paint event."""
    area = widget.rect().adjusted(SPACING.HUGE, SPACING.HUGE, -SPACING.HUGE, -SPACING.HUGE)
    line = widget.fontMetrics().height()
    top = area.center().y() - (_ICON_SIZE + 4 * line) // 2
    painter = QPainter(widget)
    place = QRect(area.center().x() - _ICON_SIZE // 2, top, _ICON_SIZE, _ICON_SIZE)
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
