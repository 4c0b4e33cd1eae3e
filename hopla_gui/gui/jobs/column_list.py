"""All columns that there are, in a list to be searched, that opens below a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

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


class ColumnList(QFrame):
    """Shows columns by where they come from; who makes something of it says what a choice does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName(name)
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
        self.list.itemActivated.connect(self._on_item_activated)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACING.SMALL,) * 4)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(self.search_box)
        column.addWidget(self.list, 1)
        self.resize(_WIDTH, _HEIGHT)

    def offer(self, columns: Sequence[JobColumn]) -> None:
        """List these columns."""
        self.list.blockSignals(True)
        self.list.clear()
        for source, heading in _HEADINGS.items():
            found = [column for column in columns if column.source is source]
            if found:
                self._add_heading(heading)
            for column in found:
                self._add(column)
        self.list.blockSignals(False)
        self._find(self.search_box.text())

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)

    def _add(self, column: JobColumn) -> QListWidgetItem:
        item = QListWidgetItem(title_of(column), self.list)
        item.setData(_ROLE, column)
        item.setToolTip(tip(column.name))
        return item

    def _column_of(self, item: QListWidgetItem) -> JobColumn | None:
        """Return the column that an item stands for, ``None`` for a heading."""
        found: JobColumn | None = item.data(_ROLE)
        return found

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _find(self, text: str) -> None:
        wanted = text.casefold().split()
        first = -1
        for row, item in enumerate(self._items()):
            column = self._column_of(item)
            name = f"{item.text()} {column.name}".casefold() if column else ""
            hidden = bool(wanted) and not (column and all(word in name for word in wanted))
            item.setHidden(hidden)
            if first < 0 and column and not hidden:
                first = row
        self.list.setCurrentRow(first)

    def _on_item_activated(self, item: QListWidgetItem) -> None:
        """Do what a choice does."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go down into the list, and choose what was found with Enter, from the search box."""
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
