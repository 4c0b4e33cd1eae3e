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
        self._chosen: int | None = None  # height of the upper part
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_splitter_moved)

    def fit(self, needed: int) -> None:
        """Give the upper part so many pixels, as far as they are not more than half."""
        self._needed = needed
        self._fit()

    def _fit(self) -> None:
        room = self.height() - self.handleWidth()
        if self._needed and room > 0:
            fitting = min(self._needed, room // 2)
            upper = min(fitting if self._chosen is None else self._chosen, room)
            self.setSizes([upper, room - upper])

    def _on_splitter_moved(self) -> None:
        self._chosen = self.sizes()[0]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new room."""
        super().resizeEvent(event)
        self._fit()

    def saveState(self) -> QByteArray:  # noqa: N802
        """Return where the handle was put; nothing where it was never moved."""
        # Not Qt's own state: that is lost on a part that is hidden, as the details are at first.
        return QByteArray(b"" if self._chosen is None else str(self._chosen).encode())

    def restoreState(self, state: QByteArray) -> bool:  # type: ignore[override]  # noqa: N802
        """Put the handle where it was."""
        text = bytes(state.data())
        self._chosen = int(text) if text.isdigit() else None
        self._fit()
        return self._chosen is not None
