"""What lies below a job whose row is open: its facts, and the parts of its values as far as opened.

Pure; the model turns the changes into signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from hopla_gui.gui.jobs.job_facts import VALUES, Fact
from hopla_gui.gui.jobs.nodes import Node, next_page


@dataclass(frozen=True, slots=True)
class Change:
    """Rows below a job that go and that come, counted from the first row below it."""

    row: int
    removed: int = 0
    added: int = 0


class OpenJob:
    """The rows below one job, from top to bottom; its values are opened with it.

    Attributes
    ----------
    rows
        The nodes as they stand.
    """

    def __init__(self, job: int, facts: Iterable[Fact]) -> None:
        self.job = job
        self._ids = count(1)
        self._open: set[int] = set()
        self._roots = [
            Node(next(self._ids), job, None, row, fact.label, fact.text, fact.value)
            for row, fact in enumerate(facts)
        ]
        self.rows: list[Node] = list(self._roots)
        for node in self._roots:
            if node.label == VALUES:
                self.toggle(node)

    def is_open(self, node: Node) -> bool:
        """Whether the parts of a node are shown."""
        return node.id in self._open

    def toggle(self, node: Node) -> Change:
        """Show the parts of a node, or hide them."""
        row = self.rows.index(node) + 1
        if node.id in self._open:
            self._open.discard(node.id)
            removed = sum(1 for _ in self._walk(node.children))
            del self.rows[row : row + removed]
            return Change(row, removed=removed)
        if not node.has_parts:
            return Change(row)
        if not node.children:
            node.children = next_page(node, self._ids.__next__)
        self._open.add(node.id)
        return self._insert(row, node.children)

    def show_more(self, node: Node) -> Change:
        """Put the next page in the place of a row that stands for more."""
        parent = node.parent
        if not node.is_more or parent is None:
            return Change(0)
        row = self.rows.index(node)
        del self.rows[row]
        parent.children.pop()
        page = next_page(parent, self._ids.__next__)
        parent.children += page
        return Change(row, 1, self._insert(row, page).added)

    def _insert(self, row: int, nodes: Sequence[Node]) -> Change:
        added = list(self._walk(nodes))
        self.rows[row:row] = added
        return Change(row, added=len(added))

    def _walk(self, nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            yield node
            if node.id in self._open:
                yield from self._walk(node.children)


def depth(node: Node) -> int:
    """Return how far below its job a row lies; 1 for a fact."""
    found = 1
    while node.parent is not None:
        node, found = node.parent, found + 1
    return found
