"""Chooses the columns of the tree: a list of all there are, to be searched and ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.columns import JobColumn, Source
from hopla_gui.gui.jobs.job_cells import title_of
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import SPACING, icon

_ROLE = Qt.ItemDataRole.UserRole
_HEADINGS = {
    Source.FACT: "Facts of the job",
    Source.PARAMETER: "Parameters",
    Source.VALUE: "Values handed over",
}
_WIDTH, _HEIGHT = 320, 380


class ColumnChooser(QFrame):
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
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName("Columns")
        self._is_shown: Callable[[JobColumn], bool] = lambda column: False
        self.search_box = QLineEdit()
        self.search_box.setPlaceholderText("Find a column")
        self.search_box.setAccessibleName("Find a column")
        self.search_box.setClearButtonEnabled(True)
        self.search_box.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search_box.textChanged.connect(self._find)
        self.search_box.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("All columns")
        self.list.setUniformItemSizes(True)
        self.list.setStyleSheet("::item { padding: 4px 2px; }")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemChanged.connect(self._on_item_changed)
        self.list.itemActivated.connect(self._on_item_activated)
        self._hint = QLabel("Values appear here once a job has handed them over.")
        self._hint.setProperty("dim", True)
        self._hint.setWordWrap(True)
        self._reset = QPushButton("Reset")
        self._reset.clicked.connect(self._on_reset_clicked)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACING.SMALL,) * 4)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(self.search_box)
        column.addWidget(self.list, 1)
        column.addWidget(self._hint)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._reset)
        column.addLayout(row)
        self.resize(_WIDTH, _HEIGHT)

    def set_columns(
        self, columns: Sequence[JobColumn], is_shown: Callable[[JobColumn], bool]
    ) -> None:
        """Offer these columns."""
        self._columns, self._is_shown = columns, is_shown
        self.list.blockSignals(True)
        self.list.clear()
        for source, heading in _HEADINGS.items():
            found = [column for column in columns if column.source is source]
            if found:
                self._add_heading(heading)
            for column in found:
                self._add(column)
        self.list.blockSignals(False)
        self._hint.setVisible(all(column.source is not Source.VALUE for column in columns))
        self._find(self.search_box.text())

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)

    def _add(self, column: JobColumn) -> None:
        item = QListWidgetItem(title_of(column), self.list)
        item.setData(_ROLE, column)
        item.setToolTip(tip(column.name))
        item.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
        )
        shown = self._is_shown(column)
        item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _find(self, text: str) -> None:
        wanted = text.casefold().split()
        first = None
        for item in self._items():
            column = item.data(_ROLE)
            name = f"{item.text()} {column.name}".casefold() if column else ""
            hidden = bool(wanted) and not (column and all(word in name for word in wanted))
            item.setHidden(hidden)
            if first is None and column and not hidden:
                first = item
        if first is not None:
            self.list.setCurrentItem(first)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        column = item.data(_ROLE)
        if column is not None:
            self.column_chosen.emit(column, item.checkState() is Qt.CheckState.Checked)

    def _on_item_activated(self, item: QListWidgetItem) -> None:
        checked = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def _on_reset_clicked(self) -> None:
        self.reset_requested.emit()
        self.set_columns(self._columns, self._is_shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go down into the list, and tick what was found with Enter, from the search box."""
        if watched is self.search_box and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                return True
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.type() == QEvent.Type.KeyPress and is_enter and self.list.currentItem():
                self._on_item_activated(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def show_below(self, widget: QWidget) -> None:
        """Open right below a widget, within its screen."""
        area = widget.screen().availableGeometry()
        place = widget.mapToGlobal(widget.rect().bottomRight())
        place.setX(max(place.x() - self.width(), area.left()))
        place.setY(min(place.y(), area.bottom() - self.height()))
        self.move(place)
        self.search_box.clear()
        self.show()
        self.search_box.setFocus()
