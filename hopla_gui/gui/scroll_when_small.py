"""Room for what needs more of it than a small screen has: it scrolls where it does not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from hopla_gui.turns import main_thread_works


class ScrollWhenSmall(QScrollArea):
    """Shows a widget as it is where there is room for it, and with scroll bars where there is not.

    A screen at 200 % has a quarter of the room: the window must never be larger than the screen.

    Parameters
    ----------
    least
        The smallest size that it asks for.

    Signals
    -------
    height_changed
        So many pixels of the widget are in sight at a time.
    """

    height_changed = Signal(int)

    def __init__(self, content: QWidget, least: QSize) -> None:
        super().__init__()
        self._least = least
        self._room = _Room(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(self._room)

    def set_least(self, least: QSize) -> None:
        """Ask for another size at the least."""
        if least != self._least:
            self._least = least
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of another height."""
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self.height_changed.emit(event.size().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for more, or less, when the widget does."""
        if event.type() == QEvent.Type.LayoutRequest:
            main_thread_works()  # all of the window may be laid out anew
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the widget, but no more than the smallest there should be."""
        return self._room.least_at(self.width()).boundedTo(self._least)

    def sizeHint(self) -> QSize:
        """Return the size that the widget wants."""
        return self._room.content.sizeHint()


class _Room(QWidget):
    """Has the widget fill it; needs the least height of the widget, and not the one it would like.

    A scroll area gives a widget whose height follows from its width the height that it would like.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.content = content
        content.setParent(self)

    def least_at(self, width: int) -> QSize:
        """Return the least size at a width."""
        least = self.content.minimumSizeHint().expandedTo(self.content.minimumSize())
        # A stack's own layout tells what all its pages would like, not what one needs.
        page: QWidget | None = self.content
        if isinstance(self.content, QStackedWidget):
            page = self.content.currentWidget()
        layout = page.layout() if page is not None else None
        if layout is not None and layout.hasHeightForWidth():
            least.setHeight(layout.minimumHeightForWidth(max(width, least.width())))
        return least

    def minimumSizeHint(self) -> QSize:
        """Return the least size at the width there is."""
        return self.least_at(self.width())

    def sizeHint(self) -> QSize:
        """Return the size that the widget wants."""
        return self.content.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the widget fill it."""
        super().resizeEvent(event)
        self.content.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Pass on that the widget needs more room, or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


def go_to(widget: QWidget) -> None:
    """Give a widget the focus, and bring it into sight: Qt does the latter for Tab alone."""
    widget.setFocus()
    QTimer.singleShot(0, widget, lambda: _bring_into_sight(widget))  # it may just be laid out


def _bring_into_sight(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, ScrollWhenSmall):
            around.ensureWidgetVisible(widget, 0, 0)
            if widget.height() > around.viewport().height():  # at its top begins what is read
                bar = around.verticalScrollBar()
                bar.setValue(bar.value() + widget.mapTo(around.viewport(), QPoint()).y())
        around = around.parentWidget()
