"""Which column of a table each parameter takes: chosen from a list, or dropped on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from hopla_gui.gui.jobs.text import many_lines, one_line
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.setup.table_sweep import Mapped, is_copied
from hopla_gui.gui.setup.table_view import COLUMN_MIME
from hopla_gui.gui.table_look import make_plain
from hopla_gui.gui.theme import dim_colour, fixed_font, icon

NOT_USED = "not from the table"
_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_CHEVRON = 14


class ColumnMapModel(QAbstractTableModel):
    """A row for each parameter; those that take a column at first stand on top.

    Signals
    -------
    changed
        Another column is taken, or none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fields: list[Field] = []
        self._mapped: dict[Field, str] = {}
        self.columns: tuple[str, ...] = ()

    def start(self, fields: Sequence[Field], columns: Sequence[str], mapped: Mapped) -> None:
        """Show other parameters or another table."""
        self.beginResetModel()
        self._mapped = {field: mapped[field] for field in fields if field in mapped}
        self._fields = [*self._mapped, *(field for field in fields if field not in self._mapped)]
        self.columns = tuple(columns)
        self.endResetModel()
        self.changed.emit()

    @property
    def mapped(self) -> dict[Field, str]:
        """The columns taken."""
        return dict(self._mapped)

    def field(self, row: int) -> Field:
        """Return the parameter of a row."""
        return self._fields[row]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of parameters."""
        return 0 if parent.isValid() else len(self._fields)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return two: the parameter, and its column of the table."""
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say that a column can be dropped anywhere on the row."""
        found = super().flags(index)
        if not index.isValid() or not self.columns:
            return found
        found |= Qt.ItemFlag.ItemIsDropEnabled
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == 1 else found

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the parameter's name, or the column that it takes."""
        field = self._fields[index.row()]
        if index.column() == 0:
            return self._name(field, role)
        column = self._mapped.get(field)
        if role == _ROLE.DisplayRole:
            return NOT_USED if column is None else one_line(column, 60)
        if role == _ROLE.EditRole:
            return column or ""
        if role == _ROLE.ForegroundRole:
            return dim_colour() if column is None else None
        if role == _ROLE.ToolTipRole and column is not None and is_copied(field):
            return tooltip("The cells are read and copied into the form")
        return None

    def _name(self, field: Field, role: int) -> object:
        if role == _ROLE.DisplayRole:
            return field.param.label + (" *" if field.param.required else "")
        if role == _ROLE.ToolTipRole:
            told = filter(None, [", ".join(field.param.flags), field.param.help])
            return tooltip(many_lines("\n".join(told)))
        if role == _ROLE.FontRole:
            font = QFont(fixed_font())
            font.setBold(field in self._mapped)
            return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the titles."""
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return ("Parameter", "Takes the column")[section]
        return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Take a column; an empty text takes none."""
        if role != _ROLE.EditRole or not self.columns:
            return False
        field = self._fields[index.row()]
        if value in self.columns:
            self._mapped[field] = str(value)
        else:
            self._mapped.pop(field, None)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), 1))
        self.changed.emit()
        return True

    # --- dragging --------------------------------------------------------------------------

    def mimeTypes(self) -> list[str]:
        """Take columns of the table."""
        return [COLUMN_MIME]

    def supportedDropActions(self) -> Qt.DropAction:
        """Copy: the column stays in the table."""
        return Qt.DropAction.CopyAction

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """Whether a column is over a parameter, and not between two."""
        return data.hasFormat(COLUMN_MIME) and parent.isValid()

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Let the parameter take the column."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        name = bytes(data.data(COLUMN_MIME).data()).decode()
        return self.setData(self.index(parent.row(), 1), name)


class ColumnMap(QTableView):
    """Shows a `ColumnMapModel`; a click, Enter or typing lists the columns, Del takes none."""

    def __init__(self, model: ColumnMapModel) -> None:
        super().__init__()
        self._map = model
        self.setModel(model)
        make_plain(self, padding=14)
        self.setAccessibleName("Parameters and their columns")
        self.setItemDelegate(_ColumnDelegate(model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setDragDropOverwriteMode(True)
        self.setDropIndicatorShown(True)
        titles = self.horizontalHeader()
        titles.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        titles.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == 1:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list with Enter, and take no column with Del."""
        index = self._map.index(self.currentIndex().row(), 1)
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setCurrentIndex(index)
            self.edit(index)
        elif index.isValid() and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._map.setData(index, "")
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Wide enough for a name and a column."""
        return QSize(380, 300)


class _ColumnDelegate(QStyledItemDelegate):
    """Draws a chevron, and lists the columns."""

    def __init__(self, model: ColumnMapModel, view: QTableView) -> None:
        super().__init__(view)
        self._map = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell; that of a column can be opened."""
        super().paint(painter, option, index)
        if index.column() == 1 and self._map.columns:
            place = QStyle.alignedRect(
                Qt.LayoutDirection.LeftToRight,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                QSize(_CHEVRON, _CHEVRON),
                option.rect.adjusted(0, 0, -6, 0),
            )
            icon("chevron-down").paint(painter, place)

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QComboBox:
        """Return the list of columns."""
        combo = QComboBox(parent)
        combo.addItem(NOT_USED, "")
        for column in self._map.columns:
            combo.addItem(one_line(column, 60), column)
        combo.activated.connect(lambda _place: self._on_activated(combo))
        QTimer.singleShot(0, combo, combo.showPopup)
        return combo

    def _on_activated(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Point at the column that is taken."""
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(index.data(_ROLE.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the column that is chosen."""
        if isinstance(editor, QComboBox):
            model.setData(self._map.index(index.row(), 1), editor.currentData())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the popup its own focus."""
        return (
            False if event.type() == QEvent.Type.FocusOut else super().eventFilter(watched, event)
        )
