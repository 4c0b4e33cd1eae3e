"""An icon by itself, at a place in a layout."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class IconLabel(QWidget):
    """Shows an icon; unlike a label's pixmap it follows the theme and the screen's scale."""

    def __init__(self, icon: QIcon, size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFixedSize(QSize(size, size))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: QIcon) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon over the whole of the widget."""
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()
