"""A line to search a text with: as one types, on with Enter, back with Shift+Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from hopla_gui.gui.jobs.plain_view import dim_label, text_button
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.theme import SPACING, icon


class SearchBar(QWidget):
    """Asks for what is typed; hidden until somebody searches.

    Signals
    -------
    search_wanted
        The text, whether backward, and whether behind what was found last.
    closed
        Nothing is searched any more.
    """

    search_wanted = Signal(str, bool, bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QLineEdit()
        self.box.setPlaceholderText("Find in the traceback…")
        self.box.setAccessibleName("Find in the traceback")
        self.box.setClearButtonEnabled(True)
        self.box.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.box.textEdited.connect(lambda text: self.search_wanted.emit(text, False, False))
        self._told = dim_label()
        previous = text_button("", "chevron-up", "Previous (Shift+Enter)")
        previous.clicked.connect(lambda: self._go_on(backward=True))
        following = text_button("", "chevron-down", "Next (Enter)")
        following.clicked.connect(lambda: self._go_on(backward=False))
        close = text_button("", "close", "Close (Escape)")
        close.clicked.connect(self.close_search)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.TINY)
        row.addWidget(self.box, 1)
        for widget in (self._told, previous, following, close):
            row.addWidget(widget)
        self.hide()

    def open_search(self, text: str = "") -> None:
        """Begin to search, for a text that is selected where there is one."""
        self.show()
        if text:
            self.box.setText(text)
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def close_search(self) -> None:
        """Search no more."""
        self.hide()
        self.tell(None)
        self.closed.emit()

    def tell(self, lines: int | None) -> None:
        """Say in how many lines the text was found."""
        words = "" if lines is None else "not found" if not lines else f"in {lines:,} lines"
        self._told.setText("in 1 line" if lines == 1 else words)
        set_look(self.box, "error", lines == 0)

    def _go_on(self, *, backward: bool) -> None:
        self.search_wanted.emit(self.box.text(), backward, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter, back with Shift+Enter, close with Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on(backward=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.close_search()
        else:
            super().keyPressEvent(event)
