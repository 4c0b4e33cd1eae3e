"""Draws the cells of the job tree: all that a cell needs asked for in one go, not role by role."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.job_cells import LEFT, RIGHT, Column
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.theme import colours, dim_colour, state_colour, state_icon

INDENT = 18  # pixels
_ARROW = 4.0  # half the size of the arrow that opens a row
_MARGIN = 6
_BAR_HEIGHT = 3
_ICON = 16
# Joined once: joining flags takes as long as drawing a text.
_FLAGS = {one: int((one | Qt.TextFlag.TextSingleLine).value) for one in (LEFT, RIGHT)}
_SELECTED = QStyle.StateFlag.State_Selected

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Draws jobs, what lies below them, and the arrows that open rows."""

    def __init__(self, model: JobModel, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = model
        self._pictures: dict[tuple[JobState, float, int], QPixmap] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; in the first one the arrow, and what is further in further to the right."""
        # Drawn here and not by the style, which would ask the model for seven roles of each cell.
        cell, selected = option.rect, bool(option.state & _SELECTED)
        if selected:
            painter.fillRect(cell, option.palette.highlight())
        column, shown = index.column(), self._jobs.row(index)
        room = cell.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if column == Column.NAME:
            if self._jobs.can_open(index):
                self._draw_arrow(painter, self.arrow_rect(cell, index), index)
            room.setLeft(self.text_left(cell, index))
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        if isinstance(shown, int):
            self._draw_cell(painter, room, shown, column, option)
        elif isinstance(shown, Node) and column == Column.NAME:
            if shown.parent is None:
                painter.setPen(dim_colour())
            self._draw_text(painter, room, shown.label, LEFT, option)

    def _draw_cell(
        self, painter: QPainter, room: QRect, job: int, column: int, option: QStyleOptionViewItem
    ) -> None:
        cells = self._jobs.cells()
        if cells is None:
            return
        text, alignment = cells.text(job, column), cells.alignment(job, column)
        colour = cells.colour(job, column)
        if colour is not None:
            painter.setPen(colour)
        if column == Column.STATE:
            fraction = self._jobs.progress(job)
            if fraction is not None:
                text = f"{cells.state_word(job)} · {fraction:.0%}"  # no room for the attempt too
                self._draw_progress(painter, room, fraction)
            top = room.center().y() - _ICON // 2 + 1
            painter.drawPixmap(room.left(), top, self._state_picture(job, painter))
            room.setLeft(room.left() + _ICON + _MARGIN)
        if text:
            self._draw_text(painter, room, text, alignment, option)

    def _state_picture(self, job: int, painter: QPainter) -> QPixmap:
        """Return the icon of a job's state as it is drawn here, rendered once."""
        state, ratio = self._jobs.status(job).state, painter.device().devicePixelRatioF()
        key = (state, ratio, state_colour(state).rgb())
        if key not in self._pictures:
            size = QSize(_ICON, _ICON)
            self._pictures[key] = state_icon(state).pixmap(size, ratio)
        return self._pictures[key]

    def _draw_text(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        alignment: Qt.AlignmentFlag,
        option: QStyleOptionViewItem,
    ) -> None:
        widest = option.fontMetrics.averageCharWidth() * 2
        if len(text) * widest > room.width():  # else there is room for it whatever its letters
            text = option.fontMetrics.elidedText(text, option.textElideMode, room.width())
        painter.drawText(room, _FLAGS[alignment], text)

    def arrow_rect(self, cell: QRect, index: Index) -> QRect:
        """Return where the arrow of a row is, in its first cell."""
        left = cell.left() + self._jobs.depth(index) * INDENT
        return QRect(left, cell.top(), INDENT + 2, cell.height())

    def text_left(self, cell: QRect, index: Index) -> int:
        """Return where the text of a row begins, in its first cell."""
        return self.arrow_rect(cell, index).right() + 3

    def _draw_arrow(self, painter: QPainter, place: QRect, index: Index) -> None:
        middle = QRectF(place).center() + QPointF(1.0, 0.5)
        path = QPainterPath()
        if self._jobs.is_open(index):
            path.moveTo(middle + QPointF(-_ARROW, -_ARROW / 2))
            path.lineTo(middle + QPointF(0, _ARROW / 2))
            path.lineTo(middle + QPointF(_ARROW, -_ARROW / 2))
        else:
            path.moveTo(middle + QPointF(-_ARROW / 2, -_ARROW))
            path.lineTo(middle + QPointF(_ARROW / 2, 0))
            path.lineTo(middle + QPointF(-_ARROW / 2, _ARROW))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(dim_colour(), 1.5))
        painter.drawPath(path)
        painter.restore()

    def _draw_progress(self, painter: QPainter, room: QRect, fraction: float) -> None:
        bar = QRectF(room.left(), room.bottom() - _BAR_HEIGHT, room.width(), _BAR_HEIGHT)
        painter.fillRect(bar, QColor(colours().pressed))
        bar.setWidth(bar.width() * fraction)
        painter.fillRect(bar, state_colour(JobState.RUNNING))
