"""A layout that sets widgets side by side and goes on in the next line where they end."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayoutItem, QSizePolicy, QWidget

from hopla_gui.gui.item_layout import ItemLayout


class FlowLayout(ItemLayout):
    """Widgets from left to right, then down, as words on a page."""

    def __init__(self, parent: QWidget | None, across: int, down: int) -> None:
        super().__init__(parent)
        self._across = across
        self._down = down
        self.setContentsMargins(0, 0, 0, 0)

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 (Qt's name)
        """Want no more room than asked for."""
        return Qt.Orientation(0)

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at that width."""
        return self._place(QRect(0, 0, width, 0), apply=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 (Qt's name)
        """Place all items."""
        super().setGeometry(rect)
        self._place(rect, apply=True)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        hints = [item.sizeHint() for item in self._items]
        margins = self.contentsMargins()
        width = sum(hint.width() + self._across for hint in hints) - self._across
        return QSize(
            max(width, 0) + margins.left() + margins.right(),
            max((h.height() for h in hints), default=0) + margins.top() + margins.bottom(),
        )

    def minimumSize(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the width of the widest item, and the height at the width there is now."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        parent = self.parentWidget()
        width = parent.width() if parent is not None else 0
        return QSize(size.width(), max(size.height(), self.heightForWidth(width)))

    def _place(self, rect: QRect, *, apply: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        y = inner.y()
        for line in self._lines(inner.width()):
            height = max(hint.height() for _, hint in line)
            x = inner.x()
            for item, hint in line:
                if apply:
                    item.setGeometry(QRect(QPoint(x, y + (height - hint.height()) // 2), hint))
                x += hint.width() + self._across
            y += height + self._down
        return max(0, y - self._down - rect.y()) + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Return the items with their sizes, line by line."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._items:
            hint = item.sizeHint()
            hint.setWidth(min(hint.width(), max(width, 1)))
            if item.hasHeightForWidth():
                hint.setHeight(item.heightForWidth(hint.width()))
            if not lines or x + hint.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, hint))
            x += hint.width() + self._across
        return lines


class FlowRow(QWidget):
    """A widget that is as high as what flows in it needs at the width there is."""

    def __init__(self, across: int, down: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = FlowLayout(self, across, down)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that is needed at the new width."""
        super().resizeEvent(event)
        if self.flow.heightForWidth(self.width()) != self.height():
            self.flow.invalidate()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as the lines at the width there is."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As high as the lines at the width there is."""
        return QSize(60, self.flow.heightForWidth(self.width()))
