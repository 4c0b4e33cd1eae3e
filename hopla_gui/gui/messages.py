"""Errors, warnings and notices in a bar inside the window: plain text, to fold, copy, dismiss."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.errors import HoplaError
from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.jobs.plain_view import icon_button
from hopla_gui.gui.palette import colours
from hopla_gui.gui.theme import SPACING, fixed_font, icon, tinted_icon

SHOWN_AT_MOST = 3
_TEXT_AT_MOST = 2_000
_DETAIL_AT_MOST = 200_000
_DETAIL_LINES = 9


class Level(StrEnum):
    """How much a message matters; the names are those of icons and of the stylesheet."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    SUCCESS = "success"


class Message(QFrame):
    """One message: what happened in a line or two, and the details below, folded."""

    dismissed = Signal()

    def __init__(
        self, level: Level, text: str, detail: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.level = level
        self.text = text[:_TEXT_AT_MOST]
        self.detail = detail[:_DETAIL_AT_MOST]
        self._times = 1
        self.setProperty("message", level.value)
        self.setAccessibleName(f"{level.value}: {self.text}")
        self._label = _plain_label(self.text)
        self._detail_view = _detail_view(self.detail)
        self._fold = self._fold_button()
        self._arrange()
        if level in _PASSING and not detail:
            QTimer.singleShot(_PASSING_MS, self, self.dismissed.emit)

    def repeat(self) -> None:
        """Say that the same has happened once more."""
        self._times += 1
        self._label.setText(f"{self.text}  ({self._times} times)")

    def _fold_button(self) -> QToolButton:
        button = icon_button("chevron-right", "Details")
        button.setText("Details")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.setVisible(bool(self.detail))
        button.toggled.connect(self._on_fold_toggled)
        return button

    def _arrange(self) -> None:
        sign = IconLabel(tinted_icon(self.level.value, _TINTS[self.level]))
        copy = icon_button("copy", "Copy the message and its details")
        copy.clicked.connect(self._on_copy_clicked)
        close = icon_button("close", "Dismiss")
        close.clicked.connect(self.dismissed)
        line = QHBoxLayout()
        line.setSpacing(SPACING.SMALL)
        line.addWidget(sign)
        line.addWidget(self._label, 1)
        for button in (self._fold, copy, close):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        layout.setSpacing(SPACING.SMALL)
        layout.addLayout(line)
        layout.addWidget(self._detail_view)

    @Slot(bool)
    def _on_fold_toggled(self, opened: bool) -> None:
        self._fold.setIcon(icon("chevron-down" if opened else "chevron-right"))
        self._detail_view.setVisible(opened)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.text}\n{self.detail}".strip())


class MessageBar(QWidget):
    """The newest messages, at most three in sight; the others wait their turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self._messages: list[Message] = []
        self._rest = QPushButton()
        self._rest.setFlat(True)
        self._rest.clicked.connect(self.clear)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        self._layout.setSpacing(SPACING.TINY)
        self._layout.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignRight)
        self._show()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What has not been dismissed: errors first, of one level the newest first."""
        return tuple(self._messages)

    def show_message(self, level: Level, text: str, detail: str = "") -> None:
        """Put a message above those that matter no more; one that is there counts up instead."""
        for known in self._messages:
            if (known.level, known.text, known.detail) == (level, text, detail):
                known.repeat()
                return
        message = Message(level, text, detail, self)
        message.dismissed.connect(lambda: self.dismiss(message))
        place = sum(_RANKS[known.level] < _RANKS[level] for known in self._messages)
        self._messages.insert(place, message)
        self._layout.insertWidget(place, message)
        self._show()

    def show_error(self, error: HoplaError) -> None:
        """Show an error that the user can do something about."""
        self.show_message(Level.ERROR, error.what, error.detail)

    def dismiss(self, message: Message) -> None:
        """Take a message away."""
        if message in self._messages:
            self._messages.remove(message)
            self._layout.removeWidget(message)
            message.hide()
            message.deleteLater()
            self._show()

    @Slot()
    def clear(self) -> None:
        """Take all messages away."""
        for message in list(self._messages):
            self.dismiss(message)

    def clear_level(self, *levels: Level) -> None:
        """Take away the messages that a new attempt has made stale."""
        for message in list(self._messages):
            if message.level in levels:
                self.dismiss(message)

    def _show(self) -> None:
        for place, message in enumerate(self._messages):
            message.setVisible(place < SHOWN_AT_MOST)
        more = len(self._messages) - SHOWN_AT_MOST
        self._rest.setText(f"{more} more: dismiss all")
        self._rest.setVisible(more > 0)
        self.setVisible(bool(self._messages))


_RANKS = {level: rank for rank, level in enumerate(Level)}
_PASSING = (Level.INFO, Level.SUCCESS)
_PASSING_MS = 12_000
_TINTS: dict[Level, Callable[[], QColor]] = {
    Level.ERROR: lambda: QColor(colours().error),
    Level.WARNING: lambda: QColor(colours().warning),
    Level.INFO: lambda: QColor(colours().info),
    Level.SUCCESS: lambda: QColor(colours().success),
}


def _plain_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    # A long path without a space must not make the window wider.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _detail_view(text: str) -> QPlainTextEdit:
    view = QPlainTextEdit(text)
    view.setReadOnly(True)
    view.setFont(fixed_font())
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFixedHeight(view.fontMetrics().lineSpacing() * _DETAIL_LINES + SPACING.LARGE)
    view.setAccessibleName("Details")
    view.hide()
    return view
