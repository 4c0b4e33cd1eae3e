"""What runs across the columns of the job tree: the texts below a job, and the heads of groups."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.formatting import STATE_WORDS
from hopla_gui.gui.jobs.job_facts import TRACEBACK
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.jobs.row_plan import RowGroup
from hopla_gui.gui.theme import SPACING, dim_colour, error_colour, fixed_font, state_icon

_LABEL_WIDTH = 15  # in widths of an "x"
_ICON = 16
_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def draw_node(painter: QPainter, room: QRect, node: Node, widget: QWidget) -> None:
    """Draw the text of a row below a job, behind its label."""
    metrics = widget.fontMetrics()
    label = metrics.horizontalAdvance(node.label) + metrics.averageCharWidth() * 3
    least = metrics.averageCharWidth() * _LABEL_WIDTH if node.label else 0
    room = room.adjusted(max(label, least), 0, 0, 0)
    is_error = node.parent is None and node.label == TRACEBACK
    colour = error_colour() if is_error else widget.palette().color(QPalette.ColorRole.Text)
    _draw(painter, room, node.text, colour, fixed_font())


def draw_group(
    painter: QPainter, room: QRect, group: RowGroup, title: str, widget: QWidget
) -> None:
    """Draw what the jobs of a group have in common, and how many there are in each state."""
    text = widget.palette().color(QPalette.ColorRole.Text)
    bold = QFont(widget.font())
    bold.setWeight(QFont.Weight.DemiBold)
    half = QRect(room)
    half.setWidth(room.width() * 2 // 3)
    left = _draw(painter, half, title, text, bold) + SPACING.MEDIUM
    jobs = len(group.jobs)
    count = f"{jobs:,} job" + ("s" if jobs != 1 else "")
    left = _draw(painter, _from(room, left), count, dim_colour(), widget.font()) + SPACING.LARGE
    if len(group.counts) < 2 and group.title in STATE_WORDS.values():
        return  # a group of one state has said so
    for state in JobState:
        if group.counts[state] and left < room.right() - 3 * _ICON:
            place = QRect(left, room.center().y() - _ICON // 2 + 1, _ICON, _ICON)
            state_icon(state).paint(painter, place)
            count_room = _from(room, place.right() + SPACING.TINY)
            shown = f"{group.counts[state]:,}"
            left = _draw(painter, count_room, shown, dim_colour(), widget.font()) + SPACING.MEDIUM


def _from(room: QRect, left: int) -> QRect:
    return QRect(left, room.top(), max(room.right() - left, 0), room.height())


def _draw(painter: QPainter, room: QRect, text: str, colour: QColor, font: QFont) -> int:
    """Draw a text and return where it ends."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(room, _ONE_LINE, shown)
    return room.left() + metrics.horizontalAdvance(shown)
