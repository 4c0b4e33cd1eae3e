"""Rows made on demand below others: a value's parts, page by page, in any tree model.

A `NodeModel` knows its nodes by number, never by pointer: an index that outlives its node finds
nothing, where a pointer would crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex

from hopla_gui.domain.shown_value import shown_key
from hopla_gui.gui.jobs.formatting import value_text, value_type

PAGE = 100

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class Lines(list[str]):
    """Lines of a text, whose rows show them with no label."""


@dataclass(slots=True, eq=False)
class Node:
    """One such row; ``value`` holds what its children are made from.

    Attributes
    ----------
    job
        The job that it belongs to.
    path
        Where its value lies in the job's values: ``outputs.scores[3]``; empty elsewhere.
    is_more
        It stands for siblings that are not made yet.
    """

    id: int
    job: int
    parent: Node | None
    row: int
    label: str
    text: str
    value: object = None
    path: str = ""
    is_more: bool = False
    is_fetched: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def has_parts(self) -> bool:
        """Whether there is anything below."""
        return isinstance(self.value, Mapping | list | tuple) and bool(self.value)


def parts(value: object, start: int = 0) -> Iterator[tuple[str, str, object]]:
    """Yield (label, step of the path, part) of a container from its part ``start`` on."""
    if isinstance(value, Mapping):
        for key, part in islice(value.items(), start, None):
            yield shown_key(key, 120), f".{key}", part
    elif isinstance(value, Lines):
        yield from (("", "", line) for line in value[start:])
    elif isinstance(value, Sequence):
        for place in range(start, len(value)):
            yield f"[{place}]", f"[{place}]", value[place]


def next_page(node: Node, new_id: Callable[[], int]) -> list[Node]:
    """Return nodes for the next page of a value's parts, and one for those that are left."""
    start, value = len(node.children), node.value
    page = [
        Node(
            new_id(),
            node.job,
            node,
            row,
            label,
            value_text(part),
            part,
            (node.path + step).removeprefix("."),
        )
        for row, (label, step, part) in enumerate(islice(parts(value, start), PAGE), start)
    ]
    remaining = len(value) - start - len(page) if isinstance(value, Mapping | Sequence) else 0
    if remaining > 0:
        row, text = start + len(page), f"… {remaining:,} more"
        page.append(Node(new_id(), node.job, node, row, text, "", is_more=True))
    return page


class NodeModel(QAbstractItemModel):
    """A model whose rows below the top (or all of them) are nodes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[int, Node] = {}
        self._last_id = 0

    def node(self, index: Index) -> Node | None:
        """Return the node of a row."""
        return self._nodes.get(index.internalId()) if index.isValid() else None

    def node_index(self, node: Node) -> QModelIndex:
        """Return the index of a node's first column."""
        return self.createIndex(node.row, 0, node.id)

    def _new_node(
        self, job: int, parent: Node | None, row: int, label: str, text: str, value: object = None
    ) -> Node:
        node = Node(self._next_id(), job, parent, row, label, text, value)
        self._nodes[node.id] = node
        return node

    def _forget(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._forget(node.children)
            del self._nodes[node.id]

    def canFetchMore(self, parent: Index) -> bool:
        """Whether a row has parts that are not made yet."""
        node = self.node(parent)
        return node is not None and node.has_parts and not node.is_fetched

    def fetchMore(self, parent: Index) -> None:
        """Make the first page of a row's parts."""
        node = self.node(parent)
        if node is not None and not node.is_fetched:
            node.is_fetched = True
            self._append_page(node)

    def show_more(self, index: Index) -> bool:
        """Make the next page in the place of a "… more" row; tell whether it is one."""
        node = self.node(index)
        if node is None or not node.is_more or node.parent is None:
            return False
        parent = node.parent
        self.beginRemoveRows(self.node_index(parent), node.row, node.row)
        parent.children.pop()
        self._forget([node])
        self.endRemoveRows()
        self._append_page(parent)
        return True

    def _append_page(self, node: Node) -> None:
        start, page = len(node.children), next_page(node, self._next_id)
        self._nodes.update((part.id, part) for part in page)
        self.beginInsertRows(self.node_index(node), start, start + len(page) - 1)
        node.children += page
        self.endInsertRows()

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id


def type_text(node: Node) -> str:
    """Return the type of a node's value; nothing for a row that stands for none."""
    return "" if node.is_more else value_type(node.value)
