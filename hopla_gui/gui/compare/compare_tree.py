"""The table of a comparison: sections that fold, numbers with their distance to the reference."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from hopla_gui.gui.compare.compare_model import CompareModel, DeltaRole
from hopla_gui.gui.theme import SPACING, dim_colour, icon

_LEAST_WIDTH = 22  # of a job's column, in widths of a character
_MOST_TITLE_WIDTH = 32
_MOST_NAME_WIDTH = 36


class CompareTree(QTreeView):
    """Shows a `CompareModel`; a click on the name of a job makes it the reference.

    Signals
    -------
    copy_wanted
        Of all that is shown: by key, or from the menu.
    """

    copy_wanted = Signal()

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
        copy = QAction(icon("copy"), "Copy as TSV", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_wanted)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.header()
        header.setSectionsClickable(True)
        header.setStretchLastSection(False)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header.sectionClicked.connect(lambda section: model.set_reference(section - 1))
        model.modelReset.connect(self._on_model_reset)
        model.headerDataChanged.connect(self._fit_columns)

    def _on_model_reset(self) -> None:
        for section in range(self._jobs.rowCount()):
            self.setFirstColumnSpanned(section, QModelIndex(), True)
        self.expandAll()
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the names the width that they need, and the jobs an equal share of the rest."""
        header, unit = self.header(), self.fontMetrics().averageCharWidth()
        names = min(self.sizeHintForColumn(0) + SPACING.SMALL, _MOST_NAME_WIDTH * unit)
        header.resizeSection(0, names)
        jobs = self._jobs.columnCount() - 1
        share = (self.viewport().width() - names) // max(jobs, 1)
        for column in range(1, jobs + 1):
            title = min(header.sectionSizeHint(column), _MOST_TITLE_WIDTH * unit)
            header.resizeSection(column, max(share, title, _LEAST_WIDTH * unit))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self._fit_columns()


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

    def _room_for_delta(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QRect | None:
        room = option.rect.adjusted(SPACING.SMALL, 0, -SPACING.SMALL, 0)
        value = option.fontMetrics.horizontalAdvance(str(index.data()))
        apart = option.fontMetrics.horizontalAdvance(str(index.data(DeltaRole)))
        return room if value + apart + SPACING.MEDIUM <= room.width() else None
