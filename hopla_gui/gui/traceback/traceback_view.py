"""The traceback of a job: frames that fold where the job could tell them, else its text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from hopla_gui.domain.raised import Raised
from hopla_gui.gui.jobs.plain_view import (
    WholeLabel,
    copy_text,
    is_wrapped,
    plain_view,
    set_wrapped,
    text_button,
)
from hopla_gui.gui.jobs.text import many_lines
from hopla_gui.gui.outside.editor_button import EditorButton
from hopla_gui.gui.theme import SPACING
from hopla_gui.gui.traceback.frames_view import FramesView
from hopla_gui.gui.traceback.search_bar import SearchBar
from hopla_gui.gui.traceback.text_highlighter import TracebackHighlighter


class TracebackView(QWidget):
    """A traceback with its buttons; copies what the job gave, not what is shown of it.

    Signals
    -------
    place_wanted
        File and line, for the editor.
    """

    place_wanted = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._traceback = ""
        self._raised: Raised | None = None
        self.frames = FramesView()
        self.frames.place_wanted.connect(self.place_wanted)
        self.view = plain_view("Traceback of the job")
        self._highlighter = TracebackHighlighter(self.view.document())
        self._sticks = True
        scroll_bar = self.view.verticalScrollBar()
        scroll_bar.rangeChanged.connect(self._on_range_changed)
        scroll_bar.actionTriggered.connect(self._on_scrolled)
        self.search = SearchBar()
        self.search.search_wanted.connect(self._on_search_wanted)
        self.search.closed.connect(self._on_search_closed)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.frames)
        self._make_buttons()
        self._arrange()
        self._show_page()

    def _make_buttons(self) -> None:
        self._note = WholeLabel()
        self.open_all_button = text_button("Open all", "chevron-down", "Open every frame")
        self.open_all_button.setCheckable(True)
        self.open_all_button.toggled.connect(self.frames.set_all_open)
        self.text_button = text_button("As text", "script", "The traceback as Python shows it")
        self.text_button.setCheckable(True)
        self.text_button.toggled.connect(self._show_page)
        self.editor_button = EditorButton()
        self.editor_button.clicked.connect(self.frames.ask_for_place)
        self.find_button = text_button("Find", "search", "Find in the traceback (Ctrl+F)")
        self.find_button.clicked.connect(lambda _: self.open_search())
        self.wrap_button = text_button("Wrap", tip="Break long lines at the width of the window")
        self.wrap_button.setCheckable(True)
        self.wrap_button.toggled.connect(self._on_wrap_toggled)
        set_wrapped(self.view, True)
        self.copy_button = text_button("Copy", "copy", "Copy the traceback as text")
        self.copy_button.clicked.connect(self._on_copy_clicked)

    def _arrange(self) -> None:
        self.bar = QHBoxLayout()
        self.bar.setSpacing(SPACING.TINY)
        self.bar.addWidget(self._note, 1)
        for button in (
            self.editor_button,
            self.open_all_button,
            self.text_button,
            self.find_button,
            self.wrap_button,
            self.copy_button,
        ):
            self.bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(self.bar)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.search)

    def show_traceback(
        self, traceback: str | None, why_none: str = "", raised: Raised | None = None
    ) -> None:
        """Show a traceback, or say why there is none.

        Parameters
        ----------
        raised
            The same as data, where the job could tell.
        """
        self.view.setPlaceholderText(why_none)
        if traceback == self._traceback and raised == self._raised:
            return
        self._traceback, self._raised = traceback or "", raised
        self.open_all_button.setChecked(False)
        self.frames.show_raised(raised)
        self.view.setPlainText(many_lines(self._traceback.rstrip("\n")))
        for button in (self.copy_button, self.find_button):
            button.setEnabled(bool(traceback))
        self.search.hide()
        self._sticks = True
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._show_page()

    @property
    def has_frames(self) -> bool:
        """Whether the frames are on show, and not the text."""
        return self._raised is not None and not self.text_button.isChecked()

    def _show_page(self) -> None:
        self._pages.setCurrentWidget(self.frames if self.has_frames else self.view)
        self.text_button.setVisible(self._raised is not None)
        for button in (self.open_all_button, self.editor_button):
            button.setVisible(self.has_frames)
        self.wrap_button.setChecked(is_wrapped(self.frames if self.has_frames else self.view))
        self._note.setText("Most recent call last" if self._traceback else "")

    def _on_range_changed(self, _lowest: int, highest: int) -> None:
        """Keep the end in sight until somebody scrolls: what went wrong stands there."""
        if self._sticks:
            self.view.verticalScrollBar().setValue(highest)

    def _on_scrolled(self, _action: int) -> None:
        bar = self.view.verticalScrollBar()
        self._sticks = bar.sliderPosition() >= bar.maximum()

    def text(self) -> str:
        """Return the text of the traceback as it is shown."""
        return self.view.toPlainText()

    def save_state(self) -> str:
        """Return how tracebacks are shown, as a text for the settings."""
        words = ["text" if self.text_button.isChecked() else "frames"]
        words += [word for word, view in self._wrappable() if is_wrapped(view)]
        return " ".join(words)

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned; nothing is an empty text."""
        words = state.split()
        if not words:
            return
        for word, view in self._wrappable():
            set_wrapped(view, word in words)
        self.text_button.setChecked("text" in words)
        self._show_page()

    def _wrappable(self) -> Sequence[tuple[str, QPlainTextEdit]]:
        return ("frames-wrapped", self.frames), ("text-wrapped", self.view)

    # --- finding -----------------------------------------------------------------------------

    def open_search(self) -> None:
        """Begin to search, for what is selected where something is."""
        shown = self.frames if self.has_frames else self.view
        self.search.open_search(shown.textCursor().selectedText().partition("\u2029")[0])

    def _on_search_wanted(self, text: str, backward: bool, again: bool) -> None:
        if not text:
            self.search.tell(None)
        elif self.has_frames:
            self.frames.find_text(text, backward=backward, again=again)
            self.search.tell(self.frames.count_text(text))
        else:
            self._find_in_text(text, backward=backward, again=again)

    def _find_in_text(self, text: str, *, backward: bool, again: bool) -> None:
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        document, cursor = self.view.document(), self.view.textCursor()
        if not again:
            cursor.setPosition(cursor.selectionStart())
        found = document.find(text, cursor, flags)
        if found.isNull():  # from the other end
            end = document.characterCount() - 1
            found = document.find(text, end if backward else 0, flags)
        if not found.isNull():
            self.view.setTextCursor(found)
        lines = self.view.toPlainText().casefold().split("\n")
        self.search.tell(sum(text.casefold() in line for line in lines))

    def _on_search_closed(self) -> None:
        (self.frames if self.has_frames else self.view).setFocus()

    def _on_wrap_toggled(self, wrapped: bool) -> None:
        set_wrapped(self.frames if self.has_frames else self.view, wrapped)

    def _on_copy_clicked(self) -> None:
        copy_text(self._traceback, self.copy_button)

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.renew()
