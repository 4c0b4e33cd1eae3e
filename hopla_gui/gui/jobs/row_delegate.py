"""Draws the cells of the job tree: all that a cell needs asked for in one go, not role by role."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.job_cells import Column
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.theme import colours, dim_colour, state_colour

INDENT = 18  # pixels
_ARROW = 4.0  # half the size of the arrow that opens a row
_MARGIN = 6
_BAR_HEIGHT = 3

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Draws jobs, what lies below them, and the arrows that open rows."""

    def __init__(self, model: JobModel, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Fill in what a cell shows."""
        # Not super(): it asks the model seven times, across the border between C++ and Python.
        option.state &= ~QStyle.StateFlag.State_HasFocus  # the row has it, not the cell
        shown, cells = self._jobs.row(index), self._jobs.cells()
        if isinstance(shown, int) and cells is not None:
            column = index.column()
            option.text = cells.text(shown, column)
            option.displayAlignment = cells.alignment(shown, column)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
            colour = cells.colour(shown, column)
            if colour is not None:
                option.palette.setColor(QPalette.ColorRole.Text, colour)
                option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)
            if column == Column.STATE:
                self._add_state(option, shown, cells.icon(shown, column))
        elif isinstance(shown, Node) and index.column() == 0:
            option.text = shown.label
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
            if shown.parent is None:
                option.palette.setColor(QPalette.ColorRole.Text, dim_colour())

    def _add_state(self, option: QStyleOptionViewItem, job: int, shown: QIcon | None) -> None:
        if shown is not None:
            option.icon = shown
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        fraction = self._jobs.progress(job)
        if fraction is not None:
            option.text = f"{option.text} · {fraction:.0%}"

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; in the first one the arrow, and what is further in further to the right."""
        self.initStyleOption(option, index)
        style = option.widget.style()
        element = QStyle.PrimitiveElement.PE_PanelItemViewItem
        style.drawPrimitive(element, option, painter, option.widget)
        room = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if index.column() == Column.NAME:
            if self._jobs.can_open(index):
                self._draw_arrow(painter, self.arrow_rect(option.rect, index), index)
            room.setLeft(self.text_left(option.rect, index))
        if not option.icon.isNull():
            side = option.decorationSize.width()
            place = QRect(room.left(), room.center().y() - side // 2 + 1, side, side)
            option.icon.paint(painter, place)
            room.setLeft(place.right() + _MARGIN)
        if option.text:
            self._draw_text(painter, room, option)
        if index.column() == Column.STATE:
            self._draw_progress(painter, option.rect, index)

    def _draw_text(self, painter: QPainter, room: QRect, option: QStyleOptionViewItem) -> None:
        selected = option.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        painter.setFont(option.font)
        text = option.text
        if len(text) * 4 > room.width():  # else there is room for it whatever its letters
            text = option.fontMetrics.elidedText(text, option.textElideMode, room.width())
        painter.drawText(room, option.displayAlignment | Qt.TextFlag.TextSingleLine, text)

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

    def _draw_progress(self, painter: QPainter, cell: QRect, index: Index) -> None:
        job = self._jobs.row(index)
        fraction = self._jobs.progress(job) if isinstance(job, int) else None
        if fraction is None:
            return
        room = cell.adjusted(_MARGIN, 0, -_MARGIN, -1)
        bar = QRectF(room.left(), room.bottom() - _BAR_HEIGHT + 1, room.width(), _BAR_HEIGHT)
        painter.fillRect(bar, QColor(colours().pressed))
        bar.setWidth(bar.width() * fraction)
        painter.fillRect(bar, state_colour(JobState.RUNNING))
