"""Draws the rows of the job tree, each in one go.

A table view would ask the style, the delegate and the model anew for each cell: five times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QStaticText,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.formatting import fitted
from hopla_gui.gui.jobs.job_cells import RIGHT, Column
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.nodes import Node
from hopla_gui.gui.jobs.row_plan import RowGroup
from hopla_gui.gui.jobs.spanning_text import draw_group, draw_node
from hopla_gui.gui.theme import colours, dim_colour, state_colour, state_icon

INDENT = 18  # pixels
_ARROW = 4.0  # half the size of the arrow that opens a row
_ARROW_ROOM = 12
_MARGIN = 6
_BAR_HEIGHT = 3
_ICON = 16
_KEPT_TEXTS = 4_096  # some screens full
_KEPT_PICTURES = 64

Index = QModelIndex | QPersistentModelIndex


class Cell(NamedTuple):
    """Where a column is."""

    column: int
    left: int
    width: int


class Look(NamedTuple):
    """What a row is drawn with: the same for all that are drawn at once."""

    widget: QWidget
    palette: QPalette
    font: QFont
    font_key: str
    ratio: float
    dim: QColor

    @classmethod
    def of(cls, widget: QWidget) -> Look:
        """Return the look of a widget as of now."""
        font, ratio = widget.font(), widget.devicePixelRatioF()
        return cls(widget, widget.palette(), font, font.toString(), ratio, dim_colour())


class RowPainter:
    """Draws jobs, what lies below them, heads of groups, and the arrows that open rows."""

    def __init__(self, model: JobModel) -> None:
        self._jobs = model
        self._laid_out = lru_cache(_KEPT_TEXTS)(_laid_out)
        self._state_picture = lru_cache(_KEPT_PICTURES)(_state_picture)
        self._arrow_picture = lru_cache(_KEPT_PICTURES)(_arrow_picture)

    def draw(
        self,
        painter: QPainter,
        look: Look,
        row: QRect,
        index: QModelIndex,
        cells: Sequence[Cell],
        *,
        selected: bool,
    ) -> None:
        """Draw a row from edge to edge.

        Parameters
        ----------
        index
            The row's first cell.
        cells
            The columns in sight.
        """
        role = QPalette.ColorRole.AlternateBase if index.row() % 2 else QPalette.ColorRole.Base
        text = QPalette.ColorRole.Text
        if selected:
            role, text = QPalette.ColorRole.Highlight, QPalette.ColorRole.HighlightedText
        painter.fillRect(row, look.palette.color(role))
        painter.setFont(look.font)  # what runs across the columns of a row has its own
        shown, colour = self._jobs.row(index), look.palette.color(text)
        for cell in cells:
            place = QRect(cell.left, row.top(), cell.width, row.height())
            room = place.adjusted(_MARGIN, 0, -_MARGIN, 0)
            if cell.column == Column.NAME:
                if self._jobs.can_open(index):
                    self._draw_arrow(painter, look, self.arrow_rect(place, index), index)
                room.setLeft(self.text_left(place, index))
            painter.setPen(colour)
            if isinstance(shown, int):
                self._draw_cell(painter, look, room, shown, cell.column)
            elif cell.column == Column.NAME:
                spanned = QRect(room)
                spanned.setRight(row.right() - _MARGIN)
                self._draw_spanning(painter, look, room, spanned, shown)

    def arrow_rect(self, cell: QRect, index: Index) -> QRect:
        """Return where the arrow of a row is, in its first cell."""
        left = cell.left() + self._jobs.depth(index) * INDENT
        return QRect(left, cell.top(), INDENT + 2, cell.height())

    def text_left(self, cell: QRect, index: Index) -> int:
        """Return where the text of a row begins, in its first cell."""
        return self.arrow_rect(cell, index).right() + 3

    def _draw_cell(self, painter: QPainter, look: Look, room: QRect, job: int, column: int) -> None:
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
                _draw_progress(painter, room, fraction)
            state = self._jobs.status(job).state
            picture = self._state_picture(state, look.ratio, state_colour(state).rgb())
            painter.drawPixmap(room.left(), room.center().y() - _ICON // 2 + 1, picture)
            room.setLeft(room.left() + _ICON + _MARGIN)
        if text:
            self._draw_text(painter, look, room, text, at_right=alignment == RIGHT)

    def _draw_spanning(
        self, painter: QPainter, look: Look, room: QRect, spanned: QRect, shown: object
    ) -> None:
        """Draw what runs across the columns: a group's head, or a row below a job."""
        if isinstance(shown, RowGroup):
            draw_group(painter, spanned, shown, self._jobs.group_title(shown), look.widget)
        elif isinstance(shown, Node):
            if shown.parent is None:
                painter.setPen(look.dim)
            self._draw_text(painter, look, room, shown.label)
            if shown.text:
                draw_node(painter, spanned, shown, look.widget)

    def _draw_text(
        self, painter: QPainter, look: Look, room: QRect, text: str, *, at_right: bool = False
    ) -> None:
        if room.width() <= 0:
            return
        laid_out, size = self._laid_out(text, room.width(), look.font_key, at_right)
        left = room.right() + 1 - size.width() if at_right else room.left()
        top = room.top() + (room.height() - size.height()) / 2
        painter.drawStaticText(QPointF(left, top), laid_out)

    def _draw_arrow(self, painter: QPainter, look: Look, place: QRect, index: Index) -> None:
        picture = self._arrow_picture(self._jobs.is_open(index), look.ratio, look.dim.rgb())
        corner = place.center() - QPoint(_ARROW_ROOM // 2 - 1, _ARROW_ROOM // 2 - 1)
        painter.drawPixmap(corner, picture)


def _laid_out(text: str, room: int, font: str, at_right: bool) -> tuple[QStaticText, QSizeF]:
    """Return a text cut to the room there is, and its size; what stands at the right is rounded."""
    drawn_with = QFont()
    drawn_with.fromString(font)
    metrics = QFontMetrics(drawn_with)
    mode = Qt.TextElideMode.ElideMiddle
    if at_right:
        text, mode = fitted(text, room, metrics.horizontalAdvance), Qt.TextElideMode.ElideRight
    found = QStaticText(metrics.elidedText(text, mode, room))
    found.setTextFormat(Qt.TextFormat.PlainText)
    found.prepare(QTransform(), drawn_with)
    return found, found.size()


def _state_picture(state: JobState, ratio: float, _colour: int) -> QPixmap:
    """Return the icon of a state in the colours of now."""
    return state_icon(state).pixmap(QSize(_ICON, _ICON), ratio)


def _arrow_picture(is_open: bool, ratio: float, colour: int) -> QPixmap:
    """Return the arrow of an open row, or of one that can be opened."""
    picture = QPixmap(QSize(_ARROW_ROOM, _ARROW_ROOM) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    middle = QPointF(_ARROW_ROOM / 2, _ARROW_ROOM / 2)
    half, whole = _ARROW / 2, _ARROW
    corners = [(-whole, -half), (0, half), (whole, -half)]
    if not is_open:
        corners = [(-half, -whole), (half, 0), (-half, whole)]
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgb(colour), 1.5))
    painter.drawPolyline([middle + QPointF(*corner) for corner in corners])
    painter.end()
    return picture


def _draw_progress(painter: QPainter, room: QRect, fraction: float) -> None:
    bar = QRectF(room.left(), room.bottom() - _BAR_HEIGHT, room.width(), _BAR_HEIGHT)
    painter.fillRect(bar, QColor(colours().pressed))
    bar.setWidth(bar.width() * fraction)
    painter.fillRect(bar, state_colour(JobState.RUNNING))
