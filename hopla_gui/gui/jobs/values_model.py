"""Values as a tree model, with their types."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QObject, Qt

from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node, NodeModel, type_text
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import dim_colour, fixed_font

_ROLE = Qt.ItemDataRole
_TITLES = ("Name", "Type", "Value")  # values last: whatever room they have, others stay in place


class ValuesModel(NodeModel):
    """Names, types and values; the parts of a value are made as they are opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = self._new_node(-1, None, 0, "", "")

    def load(self, values: Mapping[str, object]) -> None:
        """Show values by name."""
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

    def find(self, path: str) -> Node | None:
        """Return the row of a value by where it lies, among the first of each value's parts."""
        node = self._root
        while node.path != path:
            self.fetchMore(self.node_index(node))
            above = (part for part in node.children if _lies_in(path, part.path))
            found = next(above, None)
            if found is None:
                return None
            node = found
        return node if path else None

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
        """Return 3: name, type, value."""
        return len(_TITLES)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows in a role."""
        node = self.node(index)
        if node is None:
            return None
        column = index.column()
        if role == _ROLE.DisplayRole:
            return (node.label, type_text(node), node.text)[column]
        if role == _ROLE.ToolTipRole:
            return tip((node.path, "", node.text)[column])
        if role == _ROLE.FontRole and column == 2:
            return fixed_font()
        return dim_colour() if role == _ROLE.ForegroundRole and column == 1 else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        shown = orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _TITLES[section] if shown and 0 <= section < len(_TITLES) else None


def _lies_in(path: str, above: str) -> bool:
    return bool(above) and (path == above or path.startswith((f"{above}.", f"{above}[")))
