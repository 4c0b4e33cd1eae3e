"""A question inside the window: it dims what is below and is answered by a key or a click."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.own_keys import is_control_enter
from hopla_gui.gui.palette import warning_colour
from hopla_gui.gui.theme import SPACING, icon, tinted_icon

_WIDTH = 440


class Question(QWidget):
    """Covers its parent and asks one thing.

    Escape and the last button leave things as they are; Enter presses the button in focus: the
    first, or where something could be lost, the last.

    Parameters
    ----------
    remember
        Words of a check box below the text; none where they are empty.
    is_warning
        Whether something could be lost.
    home
        Takes the focus afterwards where the widget that had it before is not in sight any more.

    Signals
    -------
    answered
        The place of the button pressed, from 0; the last one is the way out.
    """

    answered = Signal(int)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        *buttons: str,
        remember: str = "",
        is_warning: bool = True,
        home: Callable[[], QWidget] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.remember_box = QCheckBox(remember)
        self.remember_box.setVisible(bool(remember))
        self._parent = parent
        self._way_out = len(buttons) - 1
        self._before = parent.window().focusWidget()
        self._home = home
        self._default = self._way_out if is_warning else 0
        self.buttons = [self._button(place, label) for place, label in enumerate(buttons)]
        self._is_warning = is_warning
        boxes = [self.remember_box] if remember else []
        self._stops: list[QWidget] = [*boxes, *reversed(self.buttons)]  # as they are seen
        card = self._card(title, text)
        layout = QVBoxLayout(self)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        for watched in (parent, *self.buttons):
            watched.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.raise_()
        self.show()
        self.buttons[self._default].setFocus()
        window = parent.window().windowHandle()
        if window is not None:
            window.focusObjectChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the parent, and let no shortcut reach it.

        Qt asks from the widget in focus outwards whether anybody has a use for a key before it
        looks for a shortcut. The parent says yes to each, so that all come as key presses.
        """
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if is_control_enter(event):  # a button would take it for Enter, and answer
            return True
        if event.type() == QEvent.Type.Resize and watched is self._parent:
            self.setGeometry(self._parent.rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer Escape, keep every other key from what is below."""
        if event.key() == Qt.Key.Key_Escape:
            self._answer(self._way_out)
        event.accept()

    @Slot()
    def leave(self) -> None:
        """Go, and leave things as they are."""
        if self.isVisible():
            self._answer(self._way_out)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Let Tab go round among the buttons alone."""
        focused = self.focusWidget()
        place = self._stops.index(focused) if focused in self._stops else 0
        step = 1 if forward else -1
        self._stops[(place + step) % len(self._stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 110))
        painter.end()

    def _card(self, title: str, text: str) -> QFrame:
        card = QFrame(self)
        card.setProperty("card", True)
        card.setFixedWidth(_WIDTH)
        card.setAccessibleName(title)
        heading, body = QLabel(title), QLabel(text)
        heading.setProperty("heading", True)
        for label in (heading, body):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(SPACING.SMALL)
        sign = tinted_icon("warning", warning_colour) if self._is_warning else icon("help")
        top.addWidget(IconLabel(sign, 20))
        top.addWidget(heading, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in reversed(self.buttons):
            row.addWidget(button)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(*(SPACING.LARGE,) * 4)
        layout.setSpacing(SPACING.MEDIUM)
        layout.addLayout(top)
        layout.addWidget(body)
        layout.addWidget(self.remember_box)
        layout.addLayout(row)
        return card

    def _button(self, place: int, label: str) -> QPushButton:
        button = QPushButton(label, self)
        button.setProperty("primary", place == self._default)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self._answer(place))
        return button

    @Slot(QObject)
    def _on_focus_changed(self, taker: QObject | None) -> None:
        """Keep the focus: a form that opens below may have it afterwards."""
        if not isinstance(taker, QWidget) or self.isAncestorOf(taker) or not self.isVisible():
            return
        if taker.window() is self.window():
            self._before = taker
            default = self.buttons[self._default]
            QTimer.singleShot(0, default, default.setFocus)

    def _give_focus_back(self) -> None:
        before = self._before
        if before is not None and shiboken6.isValid(before) and _can_take_focus(before):
            before.setFocus()
        elif self._home is not None:
            self._home().setFocus()

    @Slot(int)
    def _answer(self, place: int) -> None:
        self._parent.removeEventFilter(self)
        self.hide()
        self._give_focus_back()
        self.deleteLater()
        self.answered.emit(place)


def _can_take_focus(widget: QWidget) -> bool:
    takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return takes and widget.isVisible() and widget.isEnabled()
