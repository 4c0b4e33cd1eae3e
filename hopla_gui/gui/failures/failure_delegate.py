"""Draws a failure group: how many and why, and where there is room what its jobs share."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hopla_gui.domain.causes import CauseKind
from hopla_gui.domain.failure_words import TIMES, GroupWords
from hopla_gui.domain.job import JobState
from hopla_gui.gui.failures.failure_model import GroupRole, WordsRole
from hopla_gui.gui.theme import SPACING, dim_colour, state_colour, state_icon

_ICON = 16
_STATES = {CauseKind.TIMEOUT: JobState.TIMEOUT, CauseKind.LOST: JobState.LOST}


class FailureDelegate(QStyledItemDelegate):
    """Two lines a row, or the first of them alone.

    Attributes
    ----------
    lines
        1 or 2.
    """

    lines = 2

    def row_height(self, metrics: QFontMetrics, lines: int | None = None) -> int:
        """Return the height of every row, with as many lines as it has or with others."""
        return (lines or self.lines) * metrics.height() + SPACING.SMALL + 2

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows have."""
        return QSize(120, self.row_height(option.fontMetrics))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        words, group = index.data(WordsRole), index.data(GroupRole)
        state = _STATES.get(group.cause.kind, JobState.FAILED)
        option = QStyleOptionViewItem(option)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        rect = option.rect.adjusted(SPACING.SMALL, SPACING.TINY, -SPACING.SMALL, -SPACING.TINY)
        line = rect.height() // self.lines
        top = QRect(rect.left(), rect.top(), rect.width(), line)
        below = QRect(rect.left(), rect.top() + line, rect.width(), line)
        icon = QRect(top.left(), top.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        painter.save()
        state_icon(state).paint(painter, icon)
        margin = _ICON + SPACING.SMALL
        self._draw_first(painter, option, top.adjusted(margin, 0, 0, 0), words, state)
        if self.lines > 1:
            colour = option.palette.color(QPalette.ColorRole.Text)
            painter.setFont(option.font)
            painter.setPen(colour if words.shared else dim_colour())
            _draw(painter, below.adjusted(margin, 0, 0, 0), words.shared or words.note, 0)
        painter.restore()

    def _draw_first(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        words: GroupWords,
        state: JobState,
    ) -> None:
        bold = QFont(option.font)
        bold.setBold(True)
        text = option.palette.color(QPalette.ColorRole.Text)
        left = 0
        for font, colour, said in (
            (bold, state_colour(state), f"{words.count} {TIMES} "),
            (bold, text, words.title),
            (option.font, dim_colour(), words.where),
            (option.font, text, f"   {words.message}" if words.message else ""),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            left += _draw(painter, rect, said, left)


def _draw(painter: QPainter, rect: QRect, text: str, left: int) -> int:
    """Draw a text behind ``left`` pixels, cut to the room there is; return its width."""
    room = rect.adjusted(left, 0, 0, 0)
    if not text or room.width() <= 0:
        return 0
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)
