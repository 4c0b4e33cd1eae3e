"""Keys that a widget has a use for, though they start something in the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def is_control_enter(event: QEvent) -> bool:
    """Whether a key event is that of Ctrl+Enter."""
    return (
        isinstance(event, QKeyEvent)
        and event.key() in ENTER
        and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        == Qt.KeyboardModifier.ControlModifier
    )


def claims_control_enter(event: QEvent) -> bool:
    """Have Ctrl+Enter come as a key press, and start no run; for `QObject.event`."""
    is_claimed = event.type() == QEvent.Type.ShortcutOverride and is_control_enter(event)
    if is_claimed:
        event.accept()
    return is_claimed
