"""The values that a job handed over, as a tree with types."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node, NodeModel, type_text
from hopla_gui.gui.jobs.plain_view import copy_text
from hopla_gui.gui.jobs.row_copy import value_as_text
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import SPACING, dim_colour, fixed_font

_ROLE = Qt.ItemDataRole
_TITLES = ("Name", "Value", "Type")
_OPENED_AT_ONCE = 12


class ValuesModel(NodeModel):
    """Names, values and types; the parts of a value are made as they are opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = self._new_node(-1, None, 0, "", "")

    def load(self, values: Mapping[str, object]) -> None:
        """Show a job's values."""
        self.beginResetModel()
        self._nodes.clear()
        self._root = self._new_node(-1, None, 0, "", "", values)
        self.endResetModel()
        self.fetchMore(NO_INDEX)

    def fetchMore(self, parent: Index) -> None:
        """Make the first page of a row's parts; of all values for the root."""
        if parent.isValid():
            super().fetchMore(parent)
        elif self._root.has_parts and not self._root.is_fetched:
            self._root.is_fetched = True
            self._append_page(self._root)

    def node_index(self, node: Node) -> QModelIndex:
        """Return the index of a node's first column; none for the root."""
        return NO_INDEX if node is self._root else super().node_index(node)

    def _below(self, parent: Index) -> list[Node]:
        if not parent.isValid():
            return self._root.children
        node = self.node(parent)
        return node.children if node and parent.column() == 0 else []

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        """Return the index of a cell."""
        rows = self._below(parent)
        inside = 0 <= row < len(rows) and 0 <= column < len(_TITLES)
        return self.createIndex(row, column, rows[row].id) if inside else NO_INDEX

    def parent(  # type: ignore[override]
        self, index: Index | None = None
    ) -> QModelIndex | QObject | None:
        """Return the row that a row lies below; with no index, the model's owner."""
        if index is None:
            return super().parent()
        node = self.node(index)
        return self.node_index(node.parent) if node and node.parent else NO_INDEX

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of parts that are made."""
        return len(self._below(parent))

    def hasChildren(self, parent: Index = NO_INDEX) -> bool:
        """Whether a value has parts."""
        node = self.node(parent) if parent.isValid() else self._root
        return node is not None and node.has_parts and parent.column() <= 0

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return 3: name, value, type."""
        return len(_TITLES)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows in a role."""
        node = self.node(index)
        if node is None:
            return None
        column = index.column()
        if role == _ROLE.DisplayRole:
            return (node.label, node.text, type_text(node))[column]
        if role == _ROLE.ToolTipRole:
            return tip((node.path, node.text, "")[column])
        if role == _ROLE.FontRole and column == 1:
            return fixed_font()
        return dim_colour() if role == _ROLE.ForegroundRole and column == 2 else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        shown = orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _TITLES[section] if shown and 0 <= section < len(_TITLES) else None


class ValuesView(QWidget):
    """Shows a job's values; copies one of them, or the path to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ValuesModel(self)
        self.tree = _ValuesTree()
        self.tree.setModel(self.model)
        header, unit = self.tree.header(), self.fontMetrics().averageCharWidth()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 28 * unit)
        header.resizeSection(2, 18 * unit)
        self.tree.clicked.connect(self.model.show_more)
        self.tree.activated.connect(self.model.show_more)
        self.copy_value_action = QAction("Copy value", self.tree)
        self.copy_value_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_value_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_value_action.triggered.connect(self.copy_value)
        self.copy_path_action = QAction("Copy path", self.tree)
        self.copy_path_action.triggered.connect(self.copy_path)
        self.tree.addActions([self.copy_value_action, self.copy_path_action])
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.addWidget(self.tree)

    def show_values(self, values: Mapping[str, object], why_none: str = "") -> None:
        """Show a job's values, or say why there are none."""
        self.tree.why_none = why_none
        self.model.load(values)
        for row in range(min(self.model.rowCount(), _OPENED_AT_ONCE)):
            index = self.model.index(row, 0)
            node = self.model.node(index)
            if node and isinstance(node.value, Mapping) and len(node.value) <= _OPENED_AT_ONCE:
                self.model.fetchMore(index)
                self.tree.expand(index)

    def _current(self) -> Node | None:
        return self.model.node(self.tree.currentIndex())

    def copy_value(self) -> None:
        """Copy the value of the current row: text as it is, the rest as JSON."""
        node = self._current()
        if node is not None and not node.is_more:
            copy_text(value_as_text(node.value))

    def copy_path(self) -> None:
        """Copy where the current row's value lies: ``outputs.scores[3]``."""
        node = self._current()
        if node is not None and node.path:
            copy_text(node.path)

    def _on_menu_requested(self, place: QPoint) -> None:
        if self._current() is not None:
            menu = QMenu(self.tree)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions([self.copy_value_action, self.copy_path_action])
            menu.popup(self.tree.viewport().mapToGlobal(place))


class _ValuesTree(QTreeView):
    def __init__(self) -> None:
        super().__init__()
        self.why_none = ""
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("::item { padding: 2px 6px; }")
        self.setAccessibleName("Values of the job")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; say why there are none."""
        super().paintEvent(event)
        if self.model().rowCount() == 0 and self.why_none:
            paint_empty_state(self.viewport(), "tree", "No values", self.why_none)
