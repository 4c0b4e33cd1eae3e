"""Draws the jobs of a run as a bar in the colours of their states, with the words that matter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from hopla_gui.gui.history.history_model import SummaryRole
from hopla_gui.gui.history.run_summary import RunSummary
from hopla_gui.gui.jobs.run_progress import paint_segments
from hopla_gui.gui.theme import dim_colour, error_colour

_BAR = 96
_GAP = 8


class JobsDelegate(QStyledItemDelegate):
    """One bar a run; the number of jobs and of those that went wrong beside it.

    The words end where the table does: its columns may be wider than a small window.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell."""
        run = index.data(SummaryRole)
        super().paint(painter, option, index)
        rect = option.rect.adjusted(_GAP, 0, -_GAP, 0)
        bar = QRectF(rect.left(), rect.center().y() - 3.5, min(_BAR, rect.width()), 8)
        painter.save()
        paint_segments(painter, bar, run.counts)
        words = rect.adjusted(_BAR + _GAP, 0, 0, 0)
        words.setRight(min(words.right(), self._table.viewport().width() - _GAP))
        painter.setFont(option.font)
        painter.setPen(error_colour() if run.failed or run.counts.lost else dim_colour())
        metrics = option.fontMetrics
        text = metrics.elidedText(jobs_text(run), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave the words to `paint`."""
        super().initStyleOption(option, index)
        option.text = ""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room for the bar and some words."""
        return super().sizeHint(option, index).expandedTo(QSize(_BAR + 140, 30))


def jobs_text(run: RunSummary) -> str:
    """Return ``12 jobs``, ``12 jobs · 2 failed``, ``12 jobs · running``, ``12 jobs · 3 left``."""
    counts = run.counts
    words = [f"{counts.total:,} {'job' if counts.total == 1 else 'jobs'}"]
    if run.failed:
        words.append(f"{run.failed:,} failed")
    if run.is_crashed:
        words.append(f"{counts.running:,} lost")
    elif counts.lost:
        words.append(f"{counts.lost:,} lost")
    elif run.holder or run.goes_on:
        words.append("running")
    elif run.left:
        words.append(f"{run.left:,} left")
    return " · ".join(words)
