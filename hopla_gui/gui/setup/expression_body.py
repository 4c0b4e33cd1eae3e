"""A value that is made of other parameters' values: a text with names in braces."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from hopla_gui.gui.setup.plain_text import tooltip


class ExpressionBody(QWidget):
    """A text with the names of other parameters in braces."""

    changed = Signal()

    def __init__(self, names: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("{subject}_{session}.nii.gz")
        self.edit.setAccessibleName("expression")
        self.edit.setToolTip(
            tooltip("Names in braces stand for values: {name}, or {name:03d}, {name:.2f}")
        )
        self._completer = QCompleter(QStringListModel(names, self), self)
        self._completer.setWidget(self.edit)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.activated.connect(self.complete)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.cursorPositionChanged.connect(self._on_cursor_moved)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        """Return the expression."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Show an expression."""
        if self.edit.text() != text:
            self.edit.setText(text)

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at."""
        return [self.edit]

    def _begun(self) -> str | None:
        """Return the name that is being typed, if the cursor stands in one."""
        before = self.edit.text()[: self.edit.cursorPosition()]
        start = before.rfind("{")
        name = before[start + 1 :]
        opens = start >= 0 and before[: start + 1].replace("{{", "").endswith("{")
        return name if opens and not set(name) & set("}:") else None

    @Slot(str)
    def complete(self, name: str) -> None:
        """Put the whole name in place of the one begun."""
        begun = self._begun()
        if begun is None:
            return
        text, at = self.edit.text(), self.edit.cursorPosition()
        behind = text[at:] if text[at : at + 1] == "}" else "}" + text[at:]
        start = at - len(begun)
        self.edit.setText(text[:start] + name + behind)
        self.edit.setCursorPosition(start + len(name) + 1)
        self.changed.emit()

    @Slot()
    def _on_text_edited(self) -> None:
        begun = self._begun()
        if begun is None:
            self._hide_names()
        elif self.edit.hasFocus():
            self._completer.setCompletionPrefix(begun)
            self._completer.complete()
        self.changed.emit()

    def _hide_names(self) -> None:
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()

    @Slot()
    def _on_cursor_moved(self) -> None:
        if self._begun() is None:
            self._hide_names()
