"""The table of a comparison: sections that fold, and how far each number lies from the reference."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from hopla_gui.gui.compare.compare_model import CompareModel, DeltaRole
from hopla_gui.gui.theme import SPACING, dim_colour

_LEAST_WIDTH = 14  # of a column, in widths of a character
_MOST_WIDTH = 60


class CompareTree(QTreeView):
    """Shows a `CompareModel`; a click on the name of a job makes it the reference."""

    def __init__(self, model: CompareModel) -> None:
        super().__init__()
        self._jobs = model
        self.setModel(model)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("::item { padding: 2px 6px; }")
        self.setAccessibleName("Jobs side by side")
        self.setItemDelegate(_CellDelegate(self))
        header = self.header()
        header.setSectionsClickable(True)
        header.setStretchLastSection(False)
        header.sectionClicked.connect(lambda section: model.set_reference(section - 1))
        model.modelReset.connect(self._on_model_reset)

    def _on_model_reset(self) -> None:
        for section in range(self._jobs.rowCount()):
            self.setFirstColumnSpanned(section, QModelIndex(), True)
        self.expandAll()
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column the width of what it shows, and what is left to all but the first."""
        header, unit = self.header(), self.fontMetrics().averageCharWidth()
        columns = range(self._jobs.columnCount())
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        wanted = [
            min(
                max(self.sizeHintForColumn(c), header.sectionSizeHint(c), _LEAST_WIDTH * unit),
                _MOST_WIDTH * unit,
            )
            for c in columns
        ]
        left = self.viewport().width() - sum(wanted)
        extra = max(left, 0) // max(len(wanted) - 1, 1)
        for column in columns:
            header.resizeSection(column, wanted[column] + (extra if column else 0))


class _CellDelegate(QStyledItemDelegate):
    """Writes, at the right of a cell, how far its number lies from the reference."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell."""
        super().paint(painter, option, index)
        apart = index.data(DeltaRole)
        room = self._room_for_delta(option, index) if apart else None
        if room is None:
            return
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(
            option.palette.color(QPalette.ColorRole.Text) if is_selected else dim_colour()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, apart)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Make room for both."""
        found = super().sizeHint(option, index)
        apart = index.data(DeltaRole)
        if apart:
            width = option.fontMetrics.horizontalAdvance(apart) + SPACING.LARGE
            found.setWidth(found.width() + width)
        return found

    def _room_for_delta(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QRect | None:
        room = option.rect.adjusted(SPACING.SMALL, 0, -SPACING.SMALL, 0)
        value = option.fontMetrics.horizontalAdvance(str(index.data()))
        apart = option.fontMetrics.horizontalAdvance(str(index.data(DeltaRole)))
        return room if value + apart + SPACING.MEDIUM <= room.width() else None
