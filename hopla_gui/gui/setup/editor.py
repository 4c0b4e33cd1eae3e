"""What all editors of a value have in common."""

from __future__ import annotations

import re
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from hopla_gui.domain.params import ParamSpec
from hopla_gui.gui.setup.field import Kind
from hopla_gui.gui.setup.values import lines_text, text_of, words_text

_STREAM = re.compile(r"<_io\.TextIOWrapper name='<(std(?:in|out|err))>'")  # default=sys.stdin


class Editor(Protocol):
    """A widget that edits the value of one field.

    ``changed`` is emitted for what a person does, not for ``set_value``.
    """

    changed: Any

    def value(self) -> object:
        """Return the value, `UNSET` where none is given."""

    def set_value(self, value: object) -> None:
        """Show a value."""

    def error(self) -> str | None:
        """Return what is wrong with the value, in plain words."""


class CalmComboBox(QComboBox):
    """A combo box that the wheel leaves alone unless it has the focus, and that may be narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class CalmSpinBox(QSpinBox):
    """A spin box that the wheel leaves alone unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(5, 0, 0, 0)  # the stylesheet's padding does not reach it

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


def set_look(widget: QWidget, name: str, on: bool) -> None:
    """Switch a look of the stylesheet (``error``, ``unset``) on or off for a widget."""
    if bool(widget.property(name)) != on:
        widget.setProperty(name, on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def default_text(param: ParamSpec, kind: Kind) -> str:
    """Return what stands in a field where nothing is given."""
    if param.required:
        return "required"
    default = param.default
    if default is None or default == []:
        return "not set"
    if default == "":
        return 'default: ""'
    if kind is Kind.WORDS:
        return f"default: {words_text(default)}"
    return f"default: {_one_line(default)}"


def _one_line(default: object) -> str:
    if isinstance(default, (list, tuple)):
        return lines_text([default], 1).replace("\n", " ")[:80]
    stream = _STREAM.match(str(default))
    return stream[1] if stream else text_of(default).replace("\n", " ")[:80]
