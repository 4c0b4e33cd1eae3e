"""The first rows of a table file as a Qt model."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.preview.reading import Table

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ROLE = Qt.ItemDataRole
_EMPTY = Table((), (), is_cut=False)


class TableModel(QAbstractTableModel):
    """Cells as they stand in the file; rows may be of unequal lengths."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = _EMPTY
        self._width = 0

    def load(self, table: Table | None) -> None:
        """Show a table."""
        self.beginResetModel()
        self._table = table or _EMPTY
        self._width = max(map(len, (self._table.header, *self._table.rows)))
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of rows below the header."""
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of cells of the longest row."""
        return 0 if parent.isValid() else self._width

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return a cell."""
        if not index.isValid():
            return None
        row = self._table.rows[index.row()]
        cell = row[index.column()] if index.column() < len(row) else ""
        if role == _ROLE.DisplayRole:
            return one_line(cell)
        if role == _ROLE.ToolTipRole:
            return tip(cell)
        if role == _ROLE.TextAlignmentRole and _is_number(cell):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the name of a column, the number of a row."""
        if role != _ROLE.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        header = self._table.header
        return one_line(header[section], 80) if section < len(header) else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
