"""The list of failure groups: one is chosen at a time, and let go by another click or Escape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView


class GroupView(QListView):
    """Rows of groups.

    Signals
    -------
    clicked_again
        The row that is chosen already was clicked.
    escaped
        Escape was pressed.
    """

    clicked_again = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pressed_again = QPersistentModelIndex()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("Why jobs failed")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take note whether the row is chosen already."""
        at = self.indexAt(event.position().toPoint())
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_chosen = is_left and at.isValid() and self.selectionModel().isSelected(at)
        self._pressed_again = QPersistentModelIndex(at if is_chosen else QModelIndex())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the row that was chosen already: only now, for Qt selects it once more here."""
        super().mouseReleaseEvent(event)
        again, self._pressed_again = self._pressed_again, QPersistentModelIndex()
        if again.isValid() and again == self.indexAt(event.position().toPoint()):
            self.clicked_again.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let go with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
