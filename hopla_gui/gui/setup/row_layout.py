"""How a parameter's row is laid out: in columns where there is room, stacked where not."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from hopla_gui.gui.item_layout import ItemLayout
from hopla_gui.gui.theme import SPACING

STACKED_BELOW = 420
_LABEL_SHARE = 0.36
_LABEL_AT_MOST = 220


class RowLayout(ItemLayout):
    """Label, editor and tools in a line; messages and help under the editor.

    One layout a row in place of a grid: the columns of all rows stand aligned without asking
    each other, and 300 rows are laid out in some milliseconds.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._label: QWidget | None = None
        self._tools: QWidget | None = None
        self._below: list[QWidget] = []
        self._heights: dict[int, int] = {}  # asked for some 25 times while a form is laid out
        self.label_width = _LABEL_AT_MOST
        self.setContentsMargins(0, 0, 0, 0)

    def set_label(self, label: QWidget) -> None:
        """Put the label first."""
        self._label = label
        self.addWidget(label)

    def set_tools(self, tools: QWidget) -> None:
        """Put the buttons last in line."""
        self._tools = tools
        self.addWidget(tools)

    def add_below(self, widget: QWidget, place: int | None = None) -> None:
        """Put a widget under the first line, in the editor's column; the editor is the first."""
        self._below.insert(len(self._below) if place is None else place, widget)
        self.addWidget(widget)

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 (Qt's name)
        """Give an item up, also one from below the editor."""
        item = super().takeAt(index)
        if item is not None:
            self._below = [widget for widget in self._below if widget is not item.widget()]
        return item

    def heightForWidth(self, width: int) -> int:
        """Return the height at that width."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), apply=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget the heights: a widget has changed."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 (Qt's name)
        """Place all widgets."""
        super().setGeometry(rect)
        self._place(rect, apply=True)

    def sizeHint(self) -> QSize:
        """Return the size in columns."""
        return QSize(480, 24)

    def minimumSize(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the least width; the height follows."""
        return QSize(200, 24)

    def _place(self, rect: QRect, *, apply: bool) -> int:
        shown = [widget for widget in self._below if not widget.isHidden()]
        if self._label is None or self._tools is None or not shown:
            return 0
        tools, editor = self._tools.sizeHint(), shown[0]
        if rect.width() < STACKED_BELOW:
            left, top = rect.left(), rect.top() + tools.height() + 2
            width = rect.width()
            line, label_width = tools.height(), width - tools.width() - SPACING.SMALL
        else:
            label_width = min(self.label_width, int(rect.width() * _LABEL_SHARE))
            left, top = rect.left() + label_width + SPACING.MEDIUM, rect.top()
            width = rect.right() + 1 - left - tools.width() - SPACING.SMALL
            line = max(tools.height(), min(_height(editor, width), tools.height() + 4))
        if apply:
            self._label.setGeometry(rect.left(), rect.top(), label_width, line)
            x = rect.right() + 1 - tools.width()
            y = rect.top() + (line - tools.height()) // 2
            self._tools.setGeometry(x, y, tools.width(), tools.height())
        y, below = top, rect.right() + 1 - left  # texts go on below the tools
        for widget in shown:
            width = width if widget is editor else below
            height = _height(widget, width)
            if apply:
                centred = (line - height) // 2 if widget is editor and height < line else 0
                widget.setGeometry(left, y + max(0, centred), width, height)
            y += (max(height, line) if widget is editor else height) + 2
        return y - 2 - rect.top()


def _height(widget: QWidget, width: int) -> int:
    if widget.sizePolicy().hasHeightForWidth() or _layout_has(widget):
        return max(widget.heightForWidth(width), widget.minimumSizeHint().height())
    return widget.sizeHint().height()


def _layout_has(widget: QWidget) -> bool:
    layout = widget.layout()
    return layout is not None and layout.hasHeightForWidth()
