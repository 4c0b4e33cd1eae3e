"""The pictures of a list of paths, small and side by side; made one by one off the main thread."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from hopla_gui.gui.background import Background, IsStale
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.preview.pictures import Picture
from hopla_gui.gui.preview.reading import read_thumbnail
from hopla_gui.gui.theme import icon

MOST = 200
SIDE = 80


class Thumbnails(QListWidget):
    """Shows pictures to choose from.

    Signals
    -------
    chosen
        The path of the picture that is current.
    """

    chosen = Signal(Path)
    _made = Signal(object, int, QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: tuple[Path, ...] = ()
        self._background = Background(self)
        self._made.connect(self._on_made)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(SIDE, SIDE))
        line = self.fontMetrics().height()
        self.setGridSize(QSize(SIDE + 24, SIDE + line + 16))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setMaximumHeight(SIDE + line + bar + 22)
        self.setMinimumHeight(SIDE // 2)  # where there is little room, they are scrolled
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Pictures")
        self.currentRowChanged.connect(self._on_current_row_changed)

    def show_pictures(self, paths: Sequence[Path]) -> None:
        """Show the first pictures of a list."""
        shown = tuple(paths[:MOST])
        if shown == self._paths:
            return
        self._paths = shown
        was_blocked = self.blockSignals(True)
        self.clear()
        for path in shown:
            item = QListWidgetItem(icon("file"), one_line(path.name, 60), self)
            item.setToolTip(tip(str(path)))
        self.blockSignals(was_blocked)
        side = round(SIDE * self.devicePixelRatioF())
        self._background.start(lambda is_stale: self._make(shown, side, is_stale))
        self.setCurrentRow(0)

    def forget(self) -> None:
        """Show nothing."""
        self._background.forget()
        self._paths = ()
        self.clear()

    def _make(self, paths: tuple[Path, ...], side: int, is_stale: IsStale) -> None:
        """Read the pictures; on a thread of its own."""
        for place, path in enumerate(paths):
            if is_stale():
                return
            found = read_thumbnail(path, side)
            if isinstance(found, Picture):
                with contextlib.suppress(RuntimeError):  # the window has gone
                    self._made.emit(paths, place, found.image)

    @Slot(object, int, QImage)
    def _on_made(self, paths: tuple[Path, ...], place: int, image: QImage) -> None:
        if paths is self._paths:
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self.item(place).setIcon(QIcon(pixmap))

    def _on_current_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._paths):
            self.chosen.emit(self._paths[row])
