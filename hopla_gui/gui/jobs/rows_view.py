"""The rows of the job tree on the screen: keyboard, mouse, selection, and what spans the columns.

A table view, for a tree view asks for every row of the model when it lays itself out. What makes
it a tree is drawn and answered here; the model knows what is open.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QElapsedTimer,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.row_painter import Cell, Look, RowPainter
from hopla_gui.gui.jobs.row_plan import Row, stretches
from hopla_gui.gui.theme import colours
from hopla_gui.turns import main_thread_works

_PADDING = 8  # pixels, above and below the text of a row together
_KEPT_SELECTED = 5_000  # rows whose selection outlives that rows are arranged anew
_KEPT_STRETCHES = 400
_NAME_SEARCH = 200_000  # rows that are looked through for a name that is typed

Key = Qt.Key


class RowsView(QTableView):
    """Shows the rows of a `JobModel`.

    Signals
    -------
    menu_requested
        A place in the viewport, by mouse or by the Menu key.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, model: JobModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = model
        self._kept: tuple[Row | None, list[Row], int | None] = (None, [], None)
        self._typing = QElapsedTimer()
        self._search = ""
        self._painter = RowPainter(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setModel(model)
        self._keep_headers_light()
        self.setSortingEnabled(True)
        model.about_to_rearrange.connect(self._on_about_to_rearrange)
        model.rearranged.connect(self._on_rearranged)

    def _keep_headers_light(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self.fontMetrics().height() + _PADDING)
        # Headers that show what is selected ask for each cell: give them nothing to see.
        nothing = QItemSelectionModel(self._jobs, self)
        rows.setSelectionModel(nothing)
        self.horizontalHeader().setSelectionModel(nothing)
        self.horizontalHeader().setHighlightSections(False)

    @property
    def model_of_jobs(self) -> JobModel:
        """The model that is shown."""
        return self._jobs

    def set_header(self, header: QHeaderView) -> None:
        """Show a header of one's own over the columns."""
        self.setHorizontalHeader(header)
        self._keep_headers_light()
        self.setSortingEnabled(True)

    def header(self) -> QHeaderView:
        """Return the header of the columns."""
        return self.horizontalHeader()

    def row_height(self) -> int:
        """Return the height of a row."""
        return self.verticalHeader().defaultSectionSize()

    # Rows

    def isExpanded(self, index: QModelIndex) -> bool:  # noqa: N802 - as a tree view has it
        """Whether what lies below a row is shown."""
        return index.isValid() and self._jobs.is_open(index)

    def setExpanded(self, index: QModelIndex, expanded: bool) -> None:  # noqa: N802
        """Open or close a row."""
        if index.isValid() and self._jobs.can_open(index) and self.isExpanded(index) != expanded:
            self._jobs.toggle(index)

    def expand(self, index: QModelIndex) -> None:
        """Open a row."""
        self.setExpanded(index, True)

    def rows_in_sight(self) -> Iterator[QModelIndex]:
        """Yield the rows that can be seen, from top to bottom."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first >= 0:
            for row in range(first, (last if last >= 0 else self._jobs.rowCount() - 1) + 1):
                yield self._jobs.index(row, 0)

    # Selection

    def selected_rows(self) -> Iterator[QModelIndex]:
        """Yield the selected rows, from top to bottom."""
        # Not selectedRows(): it asks the model for each cell.
        chosen = self.selectionModel().selection()
        ranges = [(one.top(), one.bottom()) for one in map(chosen.at, range(chosen.count()))]
        after = 0
        for top, bottom in sorted(ranges):
            for row in range(max(top, after), bottom + 1):
                yield self._jobs.index(row, 0)
            after = max(after, bottom + 1)

    def selectionChanged(  # noqa: N802
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        """Draw the rows anew from edge to edge: Qt takes care of their cells alone."""
        super().selectionChanged(selected, deselected)
        left = self.header().length() - self.header().offset()
        self.viewport().update(left, 0, self.viewport().width() - left, self.viewport().height())

    def currentChanged(  # noqa: N802
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the rows anew where the keyboard was and is: Qt takes care of their cells alone."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                top, height = self.rowViewportPosition(index.row()), self.row_height()
                self.viewport().update(0, top, self.viewport().width(), height)

    def select_row(self, index: QModelIndex) -> None:
        """Make a row the current one and the only one that is selected; bring it into sight."""
        if index.isValid():
            flag = QItemSelectionModel.SelectionFlag  # whatever keys are held down just now
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.scrollTo(index)

    def _on_about_to_rearrange(self) -> None:
        """Take note of what is selected: Qt would follow each of its cells, which takes seconds."""
        current = self.currentIndex()
        selected: list[Row] = []
        for index in self.selected_rows():
            if len(selected) >= _KEPT_SELECTED:
                selected = []
                break
            selected.append(self._jobs.row(index))  # type: ignore[arg-type]
        place = self.visualRect(current.siblingAtColumn(0)).top() if current.isValid() else -1
        in_sight = 0 <= place < self.viewport().height()
        self._kept = (self._jobs.row(current), selected, place if in_sight else None)
        self.selectionModel().reset()

    def _on_rearranged(self) -> None:
        current, selected, place = self._kept
        self._kept = (None, [], None)
        index = self._jobs.index_of(current)
        flag = QItemSelectionModel.SelectionFlag
        rows = (self._jobs.index_of(shown).row() for shown in selected)
        found = list(stretches(row if row >= 0 else None for row in rows))
        if index.isValid():
            selects = flag.NoUpdate if selected else flag.Select | flag.Rows
            self.selectionModel().setCurrentIndex(index, selects)
            if place is not None:
                self.scrollTo(index)
                moved = self.visualRect(index).top() - place
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + round(moved / self.row_height()))
        else:
            self._on_current_lost()
        if len(found) <= _KEPT_STRETCHES:
            last = self._jobs.columnCount() - 1
            chosen = QItemSelection()
            for top, bottom in found:
                chosen.select(self._jobs.index(top, 0), self._jobs.index(bottom, last))
            self.selectionModel().select(chosen, flag.Select | flag.Rows)
        self.viewport().update()

    def _on_current_lost(self) -> None:
        """Take note that the current row is not shown any more."""

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open and close rows, and go to the first and the last one."""
        index = self.currentIndex().siblingAtColumn(0)
        key = event.key()
        if key in (Key.Key_Return, Key.Key_Enter) and index.isValid():
            if not self._jobs.show_more(index):
                self.setExpanded(index, not self.isExpanded(index))
        elif key in (Key.Key_Plus, Key.Key_Minus) and index.isValid():
            self.setExpanded(index, key == Key.Key_Plus)
        elif key == Key.Key_Right and index.isValid():
            self._go_in(index, event)
        elif key == Key.Key_Left and index.isValid():
            self._go_out(index, event)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go to the first and the last row with Home and End, not to the ends of a row."""
        moves = QAbstractItemView.CursorAction
        rows, column = self._jobs.rowCount(), max(self.currentIndex().column(), 0)
        if rows and action in (moves.MoveHome, moves.MoveEnd):
            return self._jobs.index(0 if action == moves.MoveHome else rows - 1, column)
        return super().moveCursor(action, modifiers)

    def _go_in(self, index: QModelIndex, event: QKeyEvent) -> None:
        if not self._jobs.can_open(index):
            self._scroll_sideways(+1)
        elif self.isExpanded(index):
            self._go_to(index.row() + 1, event)
        else:
            self.expand(index)

    def _go_out(self, index: QModelIndex, event: QKeyEvent) -> None:
        above = self._jobs.parent_row(index)
        if self.isExpanded(index):
            self.setExpanded(index, False)
        elif above.isValid():
            self._go_to(above.row(), event)
        else:
            self._scroll_sideways(-1)

    def _scroll_sideways(self, steps: int) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + steps * 3 * bar.singleStep())

    def _go_to(self, row: int, event: QKeyEvent) -> None:
        index = self._jobs.index(row, 0)
        self.selectionModel().setCurrentIndex(index, self.selectionCommand(index, event))
        self.scrollTo(index)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Go to the next job whose name, or the number in it, begins with what is typed."""
        wanted = (self._typed(search)).casefold()
        rows = self._jobs.rowCount()
        if not wanted or not rows:
            return
        start = max(self.currentIndex().row(), 0) + (len(wanted) == 1)
        for step in range(min(rows, _NAME_SEARCH)):
            row = (start + step) % rows
            job = self._jobs.row(self._jobs.index(row, 0))
            if isinstance(job, int) and self._is_called(job, wanted):
                self.select_row(self._jobs.index(row, 0))
                return

    def _typed(self, search: str) -> str:
        """Return all that has been typed without a pause."""
        pause = QApplication.keyboardInputInterval()
        goes_on = self._typing.isValid() and self._typing.elapsed() < pause
        self._typing.start()
        self._search = (self._search if goes_on else "") + search
        return self._search

    def _is_called(self, job: int, wanted: str) -> bool:
        name = self._jobs.name(job).casefold()
        return name.startswith(wanted) or name.rpartition("_")[2].startswith(wanted)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open and close a row where its arrow is clicked."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_arrow(event, index):
            self.setExpanded(index, not self.isExpanded(index))
            event.accept()
        else:
            super().mousePressEvent(event)

    def _is_on_arrow(self, event: QMouseEvent, index: QModelIndex) -> bool:
        if not index.isValid() or index.column() != 0 or not self._jobs.can_open(index):
            return False
        arrow = self._painter.arrow_rect(self.visualRect(index), index)
        return arrow.contains(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open and close a row wherever it is double-clicked."""
        index = self.indexAt(event.position().toPoint()).siblingAtColumn(0)
        if index.isValid():
            self.setExpanded(index, not self.isExpanded(index))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: at the current row where the Menu key was pressed."""
        place = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex().siblingAtColumn(0)).center()
        self.menu_requested.emit(place)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with Shift."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.angleDelta().y():
            self._scroll_sideways(-1 if event.angleDelta().y() > 0 else 1)
            event.accept()
        else:
            super().wheelEvent(event)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows from edge to edge, and where the keyboard is."""
        main_thread_works()
        self.executeDelayedItemsLayout()
        painter = QPainter(self.viewport())
        look, cells = Look.of(self), self._cells_in_sight()
        width, height = self.viewport().width(), self.row_height()
        for index in self.rows_in_sight():
            row = QRect(0, self.rowViewportPosition(index.row()), width, height)
            if row.intersects(event.rect()):
                selected = self.selectionModel().isSelected(index)
                self._painter.draw(painter, look, row, index, cells, selected=selected)
        self._draw_current(painter)
        painter.end()

    def _cells_in_sight(self) -> list[Cell]:
        """Return where the columns are that can be seen; the first one always, for long texts."""
        header, width = self.header(), self.viewport().width()
        found = []
        for column in range(header.count()):
            cell = Cell(column, header.sectionViewportPosition(column), header.sectionSize(column))
            in_sight = cell.left < width and cell.left + cell.width > 0
            if not header.isSectionHidden(column) and (in_sight or column == 0):
                found.append(cell)
        return found

    def _draw_current(self, painter: QPainter) -> None:
        """Show which row the keyboard is at, where it is not selected."""
        index = self.currentIndex()
        if not index.isValid() or not self.hasFocus():
            return
        if not self.selectionModel().isSelected(index):
            row = self.visualRect(index.siblingAtColumn(0))
            row.setLeft(0)
            row.setRight(self.viewport().width() - 1)
            painter.setPen(QPen(colours().accent))
            painter.drawRect(row.adjusted(0, 0, 0, -1))
