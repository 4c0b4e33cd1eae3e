"""Chooses the columns of the tree: a list of all there are, to be searched and ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidgetItem, QPushButton, QWidget

from hopla_gui.domain.columns import JobColumn, Source
from hopla_gui.gui.jobs.column_list import ColumnList


class ColumnChooser(ColumnList):
    """Shows which columns are shown; each tick counts at once.

    Signals
    -------
    column_chosen
        A `JobColumn`, and whether it is to be shown.
    reset_requested
        The columns are to be as at first.
    """

    column_chosen = Signal(object, bool)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Columns", parent)
        self._is_shown: Callable[[JobColumn], bool] = lambda column: False
        self.list.itemChanged.connect(self._on_item_changed)
        self._hint = QLabel("Values appear here once a job has handed them over.")
        self._hint.setProperty("dim", True)
        self._hint.setWordWrap(True)
        self._reset = QPushButton("Reset")
        self._reset.clicked.connect(self._on_reset_clicked)
        self._column.addWidget(self._hint)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._reset)
        self._column.addLayout(row)

    def set_columns(
        self, columns: Sequence[JobColumn], is_shown: Callable[[JobColumn], bool]
    ) -> None:
        """Offer these columns."""
        self._columns, self._is_shown = columns, is_shown
        self.offer(columns)
        self._hint.setVisible(all(column.source is not Source.VALUE for column in columns))

    def _add(self, column: JobColumn) -> QListWidgetItem:
        item = super()._add(column)
        item.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
        )
        shown = self._is_shown(column)
        item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        return item

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        column = self._column_of(item)
        if column is not None:
            self.column_chosen.emit(column, item.checkState() is Qt.CheckState.Checked)

    def _on_item_activated(self, item: QListWidgetItem) -> None:
        """Tick what is not, and the other way round."""
        checked = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def _on_reset_clicked(self) -> None:
        self.reset_requested.emit()
        self.set_columns(self._columns, self._is_shown)
