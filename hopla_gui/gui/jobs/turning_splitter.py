"""Puts side by side what has the width for it, one below the other elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

_WIDE = 1.3  # width to height
_WIDTH = 130  # average characters that two side by side should have
_HEIGHT = 20  # lines that two one below the other need


class TurningSplitter(QSplitter):
    """Turns as its shape changes."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the room has taken the other shape, or is too narrow for two."""
        width, height = event.size().width(), event.size().height()
        metrics = self.fontMetrics()
        has_width = width >= _WIDTH * metrics.averageCharWidth()
        is_low = height < _HEIGHT * metrics.lineSpacing()
        is_wide = width >= _WIDE * height and (has_width or is_low)
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
        super().resizeEvent(event)
