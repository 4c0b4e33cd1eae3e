"""Widgets one below the other, each as high as it wants to be, whatever room there is.

A QVBoxLayout whose widget has not grown yet squeezes all that is in it: while the rows of a large
parser are added some at a time, it would place each row some 80 times over.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from hopla_gui.gui.item_layout import ItemLayout


class ColumnLayout(ItemLayout):
    """A column that scrolls: too little height cuts off its end, and squeezes nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heights: dict[int, list[int]] = {}  # of all items, by width
        self._sizes: tuple[QSize, QSize] | None = None  # wanted, least

    def heightForWidth(self, width: int) -> int:
        """Return the height at that width."""
        margins = self.contentsMargins()
        heights = self._heights_at(width - margins.left() - margins.right())
        filled = sum(height + self.spacing() for height in heights if height)
        return max(filled - self.spacing(), 0) + margins.top() + margins.bottom()

    def invalidate(self) -> None:
        """Forget what was asked for: an item has changed."""
        self._heights.clear()
        self._sizes = None
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 (Qt's name)
        """Place all items."""
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        left, y, width = inner.left(), inner.top(), inner.width()
        for item, height in zip(self._items, self._heights_at(width), strict=True):
            if height:
                item.setGeometry(QRect(left, y, width, height))
                y += height + self.spacing()

    def sizeHint(self) -> QSize:
        """Return the width of the widest item; the height follows."""
        return self._widest()[0]

    def minimumSize(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the least width that all items can have."""
        return self._widest()[1]

    def _widest(self) -> tuple[QSize, QSize]:
        if self._sizes is None:
            shown = [item for item in self._items if not item.isEmpty()]
            wanted = max((item.sizeHint().width() for item in shown), default=0)
            least = max((item.minimumSize().width() for item in shown), default=0)
            margins = self.contentsMargins()
            across, down = margins.left() + margins.right(), margins.top() + margins.bottom()
            self._sizes = QSize(wanted + across, down), QSize(least + across, down)
        return self._sizes

    def _heights_at(self, width: int) -> list[int]:
        """Return the height of each item, 0 for a hidden one."""
        if width not in self._heights:
            self._heights[width] = [_height(item, width) for item in self._items]
        return self._heights[width]


def _height(item: QLayoutItem, width: int) -> int:
    if item.isEmpty():
        return 0
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
