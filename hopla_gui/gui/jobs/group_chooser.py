"""Chooses what the groups of the tree have in common, among all columns there are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from hopla_gui.gui.jobs.column_list import ColumnList


class GroupChooser(ColumnList):
    """Takes one column, and closes.

    Signals
    -------
    column_chosen
        A `JobColumn`.
    """

    column_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Group by", parent)
        self.list.itemClicked.connect(self._on_item_activated)

    def _on_item_activated(self, item: QListWidgetItem) -> None:
        column = self._column_of(item)
        if column is not None:
            self.hide()
            self.column_chosen.emit(column)
