"""Read-only text from jobs: never rich text, in the font of code."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QToolButton, QToolTip, QWidget

from hopla_gui.gui.theme import fixed_font, icon

_SAID_MS = 1_500


def plain_view(name: str) -> QPlainTextEdit:
    """Return an empty view; ``name`` is what a screen reader calls it."""
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setUndoRedoEnabled(False)
    view.setFont(fixed_font())
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    view.setAccessibleName(name)
    return view


def set_wrapped(view: QPlainTextEdit, wrapped: bool) -> None:
    """Break long lines at the width of the view, or not."""
    mode = QPlainTextEdit.LineWrapMode
    view.setLineWrapMode(mode.WidgetWidth if wrapped else mode.NoWrap)


def is_wrapped(view: QPlainTextEdit) -> bool:
    """Whether long lines are broken."""
    return view.lineWrapMode() is QPlainTextEdit.LineWrapMode.WidgetWidth


def dim_label() -> QLabel:
    """Return a label of secondary text, in which nothing is markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("dim", True)
    return label


class WholeLabel(QLabel):
    """Secondary text that gives way: shown whole, or not at all where there is no room for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("dim", True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw nothing rather than a part."""
        if self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)


def text_button(text: str, icon_name: str | None = None, tip: str = "") -> QToolButton:
    """Return a small button with a word on it."""
    button = QToolButton()
    button.setText(text)
    if icon_name:
        button.setIcon(icon(icon_name))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setAutoRaise(True)
    button.setToolTip(tip or text)
    return button


def icon_button(icon_name: str, name: str) -> QToolButton:
    """Return a small button with a picture on it; ``name`` is its tip, and what a reader says."""
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setAutoRaise(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button


def copy_text(text: str, button: QWidget | None = None) -> None:
    """Put a text on the clipboard, and say so below the button that stands for it."""
    QGuiApplication.clipboard().setText(text)
    if button is not None and button.isVisible():
        place = button.mapToGlobal(button.rect().bottomLeft())
        QToolTip.showText(place, "Copied", button, QRect(), _SAID_MS)
