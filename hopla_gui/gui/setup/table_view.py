"""The rows of a table as they were read; a column is dragged by its title or any of its cells."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
)
from PySide6.QtGui import QDrag, QFont, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from hopla_gui.engine.sweepfiles.table import Table
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.setup.plain_text import tooltip

COLUMN_MIME = "application/x-hopla-gui-table-column"
_MOST_ROWS = 1_000_000  # shown; all of them become jobs
_WIDTH = 120
_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class TableModel(QAbstractTableModel):
    """Shows a `Table`, and above each column where it goes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self._goals: Mapping[str, str] = {}

    def set_table(self, table: Table | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table, self._goals = table, {}
        self.endResetModel()

    def set_goals(self, goals: Mapping[str, str]) -> None:
        """Say which parameter each column goes to, in words."""
        self._goals = goals
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of rows on show."""
        if parent.isValid() or self.table is None:
            return 0
        return min(len(self.table.rows), _MOST_ROWS)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return a cell."""
        if self.table is None or role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return None
        cell = self.table.rows[index.row()][index.column()]
        return one_line(cell) if role == _ROLE.DisplayRole else tip(cell)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return a column's title, with its goal below, or a row's number."""
        if self.table is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == _ROLE.DisplayRole else None
        name = self.table.columns[section]
        if role == _ROLE.DisplayRole:
            return f"{one_line(name, 40)}\n{self._goals.get(name, '')}"
        if role == _ROLE.ToolTipRole:
            return tooltip(f"{one_line(name)}\nDrag it onto a parameter")
        if role == _ROLE.FontRole:
            font = QFont()
            font.setBold(name in self._goals)
            return font
        return None


class TableView(QTableView):
    """Shows a `TableModel`; its columns can be dragged away."""

    def __init__(self, model: TableModel) -> None:
        super().__init__()
        self._table = model
        self._pressed_at: QPoint | None = None
        self.setModel(model)
        self.setAccessibleName("The table")
        self.setStyleSheet("::item { padding: 1px 6px; }")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        titles = self.horizontalHeader()
        titles.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        titles.setDefaultSectionSize(_WIDTH)
        titles.setSectionsClickable(True)
        titles.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: object) -> bool:
        """Have a title dragged, but for its edge, by which the column is made wider."""
        if watched is self.horizontalHeader().viewport() and isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            if event.type() == QMouseEvent.Type.MouseButtonPress:
                on_edge = self.horizontalHeader().cursor().shape() == Qt.CursorShape.SplitHCursor
                self._pressed_at = None if on_edge else at
            elif event.type() == QMouseEvent.Type.MouseMove and self._is_drag(event):
                section = self.horizontalHeader().logicalIndexAt(self._pressed_at or at)
                self._drag(section)
                return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the column, and wait whether it is dragged."""
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the column."""
        if self._is_drag(event) and self._pressed_at is not None:
            self._drag(self.columnAt(self._pressed_at.x()))

    def _is_drag(self, event: QMouseEvent) -> bool:
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        return moved >= QApplication.startDragDistance()

    def _drag(self, column: int) -> None:
        self._pressed_at = None
        if self._table.table is None or column < 0:
            return
        self.selectColumn(column)
        drag = QDrag(self)
        mime = QMimeData()
        mime.setData(COLUMN_MIME, QByteArray(self._table.table.columns[column].encode()))
        drag.setMimeData(mime)
        header = self.horizontalHeader()
        left, width = header.sectionViewportPosition(column), header.sectionSize(column)
        drag.setPixmap(header.viewport().grab().copy(*_scaled(self, left, width, header.height())))
        drag.exec(Qt.DropAction.CopyAction)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what to do while there is no table."""
        super().paintEvent(event)
        if self._table.table is None:
            hint = "Choose a CSV or TSV file, paste cells of a spreadsheet, or drop a file here."
            paint_empty_state(self.viewport(), "table", "No table yet", hint)


def _scaled(view: QTableView, left: int, width: int, height: int) -> tuple[int, int, int, int]:
    ratio = view.devicePixelRatioF()
    return round(left * ratio), 0, round(width * ratio), round(height * ratio)
