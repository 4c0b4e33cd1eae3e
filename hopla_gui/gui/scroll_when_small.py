"""Room for what needs more of it than a small screen has: it scrolls where it does not fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollWhenSmall(QScrollArea):
    """Shows a widget as it is where there is room for it, and with scroll bars where there is not.

    A screen at 200 % has a quarter of the room: the window must never be larger than the screen.

    Parameters
    ----------
    least
        The smallest size that it asks for.
    """

    def __init__(self, content: QWidget, least: QSize) -> None:
        super().__init__()
        self._least = least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the widget, but no more than the smallest there should be."""
        content = self.widget()
        return self._least if content is None else _least_of(content).boundedTo(self._least)

    def sizeHint(self) -> QSize:
        """Return the size that the widget wants."""
        content = self.widget()
        return super().sizeHint() if content is None else content.sizeHint()


def _least_of(widget: QWidget) -> QSize:
    return widget.minimumSizeHint().expandedTo(widget.minimumSize())
