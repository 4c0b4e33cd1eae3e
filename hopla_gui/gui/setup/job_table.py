"""The table of all jobs: cells are selected, copied, pasted and edited as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from hopla_gui.gui.background import Background, IsStale
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.setup.job_table_model import JobTableModel, Known
from hopla_gui.gui.setup.table_text import tsv_rows, tsv_text, without_titles
from hopla_gui.gui.table_look import make_plain
from hopla_gui.gui.theme import icon

_COPIED_AT_ONCE = 2_000  # cells; more are put together off the window's thread
_WIDTH = 130
_NUMBER_WIDTH = 110
_NOTES_WIDTH = 320


class JobTable(QTableView):
    """Shows a `JobTableModel`; Space switches rows on and off, Delete takes edits back."""

    def __init__(self, model: JobTableModel) -> None:
        super().__init__()
        self.jobs = model
        self._copying = Background(self)
        self._copying.done.connect(self._on_copied)
        self.setModel(model)
        make_plain(self, padding=8)
        self.setAccessibleName("All jobs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self._set_titles()
        self._make_actions()
        model.modelReset.connect(self._on_reset)

    def _set_titles(self) -> None:
        titles = self.horizontalHeader()
        titles.setDefaultSectionSize(_WIDTH)
        titles.setSortIndicator(Known.NUMBER, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def _make_actions(self) -> None:
        self.switch_action = self._action("Switch on or off", "run", self.switch, "Space")
        self.copy_action = self._action("Copy", "copy", self.copy, "Ctrl+C")
        self.copy_titles_action = self._action(
            "Copy with titles", "table", self.copy_with_titles, "Ctrl+Shift+C"
        )
        self.paste_action = self._action("Paste", "file", self.paste, "Ctrl+V")
        self.back_action = self._action("Take edits back", "reset", self.take_back, "Del")

    def _action(self, text: str, icon_name: str, slot: Callable[[], None], keys: str) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(f"{text} ({keys})")
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    @Slot()
    def _on_reset(self) -> None:
        last = self.jobs.columnCount() - 1
        for column in range(last):
            self.setColumnWidth(column, _NUMBER_WIDTH if column == Known.NUMBER else _WIDTH)
        if self.jobs.rowCount():
            self.setCurrentIndex(self.jobs.index(0, min(1, last)))

    def stop(self) -> None:
        """Copy no more."""
        self._copying.stop()

    # --- what is selected ------------------------------------------------------------------

    def selected_rows(self) -> range:
        """Return the rows in which something is selected."""
        found = self.selectionModel().selection()
        area = QItemSelectionRange() if found.isEmpty() else found.first()
        return range(area.top(), area.bottom() + 1) if area.isValid() else range(0)

    def selected_columns(self) -> range:
        """Return the columns in which something is selected."""
        found = self.selectionModel().selection()
        area = QItemSelectionRange() if found.isEmpty() else found.first()
        return range(area.left(), area.right() + 1) if area.isValid() else range(0)

    def go_to(self, row: int, column: int = 1) -> None:
        """Show a row and select one of its cells."""
        index = self.jobs.index(row, min(column, self.jobs.columnCount() - 1))
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    # --- what a person does ----------------------------------------------------------------

    @Slot()
    def switch(self) -> None:
        """Switch the selected jobs off, or on where all are off."""
        rows = self.selected_rows()
        if rows:
            self.jobs.switch(rows, not self.jobs.are_on(rows[:20_000]))

    @Slot()
    def take_back(self) -> None:
        """Give the selected cells the sweep's own values again."""
        columns = self.selected_columns()
        rows = self.selected_rows()
        if len(rows) * len(columns) > 200_000:
            self.jobs.refused.emit("These are too many cells to take back at once.")
            return
        self.jobs.take_back([(row, column) for row in rows for column in columns])

    @Slot()
    def copy(self) -> None:
        """Copy the selected cells for a spreadsheet; all of a table with its titles."""
        is_all = len(self.selected_columns()) == self.jobs.columnCount()
        self._copy(titles=is_all and len(self.selected_rows()) > 1)

    @Slot()
    def copy_with_titles(self) -> None:
        """Copy the selected cells below the titles of their columns."""
        self._copy(titles=True)

    def _copy(self, *, titles: bool) -> None:
        rows, columns = self.selected_rows(), self.selected_columns()
        across = Qt.Orientation.Horizontal
        head = [[str(self.jobs.headerData(c, across)) for c in columns]] if titles else []

        def work(is_stale: IsStale) -> str:
            return tsv_text([*head, *self._texts(rows, columns, is_stale)])

        if len(rows) * len(columns) <= _COPIED_AT_ONCE:
            self._on_copied(work(lambda: False))
        else:
            self._copying.start(work)

    def _texts(self, rows: range, columns: range, is_stale: IsStale) -> Iterator[list[str]]:
        for row in rows:
            if is_stale():
                return
            yield self.jobs.texts(row, columns)

    @Slot(object)
    def _on_copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def paste(self) -> None:
        """Give cells the values of a spreadsheet, from the current cell on or by their titles."""
        across = Qt.Orientation.Horizontal
        titles = [str(self.jobs.headerData(c, across)) for c in range(self.jobs.columnCount())]
        cells = tsv_rows(QGuiApplication.clipboard().text())
        named, rows = without_titles(cells, titles)
        selected, columns = self.selected_rows(), self.selected_columns()
        if not rows or not selected:
            return
        if named is None and len(rows) == 1 and len(rows[0]) == 1:
            self.jobs.give({(r, c): rows[0][0] for r in selected[:20_001] for c in columns})
            return
        self._paste(rows, selected[0], named or range(columns[0], self.jobs.columnCount()))

    def _paste(self, rows: Sequence[Sequence[str]], top: int, columns: Sequence[int]) -> None:
        room = self.jobs.rowCount() - top
        cells = {
            (top + row, column): text
            for row, texts in enumerate(rows[:room])
            for column, text in zip(columns, texts, strict=False)
            if text or len(texts) > 1
        }
        if len(rows) > room:
            self.jobs.refused.emit(f"{len(rows) - room:,} rows did not fit below the last job.")
        self.jobs.give({cell: text for cell, text in cells.items() if text})
        select = QItemSelectionModel.SelectionFlag.ClearAndSelect
        wide = [column for _, column in cells] or [0]
        end = self.jobs.index(top + min(len(rows), room) - 1, max(wide))
        found = QItemSelection(self.jobs.index(top, min(wide)), end)
        self.selectionModel().select(found, select)

    def menu(self) -> QMenu:
        """Return the menu for the selected cells."""
        menu = QMenu(self)
        menu.addAction(self.switch_action)
        menu.addSeparator()
        menu.addActions([self.copy_action, self.copy_titles_action, self.paste_action])
        menu.addSeparator()
        menu.addAction(self.back_action)
        return menu

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        if self.selected_rows():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit on Return, as on F2; the Return that ends an edit comes by here too."""
        index = self.currentIndex()
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_free = self.state() != QAbstractItemView.State.EditingState
        if is_return and is_free and not event.modifiers() and self._is_editable(index):
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def _is_editable(self, index: QModelIndex) -> bool:
        return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; say what there is where there are none."""
        super().paintEvent(event)
        if not self.jobs.rowCount():
            paint_empty_state(self.viewport(), "table", "No jobs yet", "The form makes none.")
