"""Divides the room between the jobs and the details of one of them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class JobsSplitter(QSplitter):
    """Gives the jobs the height that they need, up to half, until somebody moves the handle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._needed = 0
        self._is_moved = False
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_splitter_moved)

    def fit(self, needed: int) -> None:
        """Give the upper part so many pixels, as far as they are not more than half."""
        self._needed = needed
        self._fit()

    def _fit(self) -> None:
        room = self.height() - self.handleWidth()
        if self._needed and not self._is_moved and room > 0:
            upper = min(self._needed, room // 2)
            self.setSizes([upper, room - upper])

    def _on_splitter_moved(self) -> None:
        self._is_moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new room."""
        super().resizeEvent(event)
        self._fit()

    def saveState(self) -> QByteArray:  # noqa: N802
        """Return where the handle was put; nothing where it was never moved."""
        return super().saveState() if self._is_moved else QByteArray()

    def restoreState(self, state: QByteArray) -> bool:  # type: ignore[override]  # noqa: N802
        """Put the handle where it was."""
        self._is_moved = super().restoreState(state)
        return self._is_moved
