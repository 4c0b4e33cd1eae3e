"""A window that shows all of a value, page by page: to search, to copy, to save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.engine.replacing import replacing
from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.plain_view import (
    copy_text,
    dim_label,
    plain_view,
    set_wrapped,
    text_button,
)
from hopla_gui.gui.jobs.text import cut_words, one_line
from hopla_gui.gui.preview.paged_text import MOST_MATCHES, PagedText, find_all, whole_text
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.theme import SPACING

_WIDTH, _HEIGHT = 820, 620


class ValueWindow(QDialog):
    """Shows one value; long texts are made, searched and saved off the main thread.

    Parameters
    ----------
    name
        Where the value lies: ``outputs.scores``.

    Signals
    -------
    text_shown
        The text is there.
    saved
        What a save came to, in words.
    """

    text_shown = Signal()
    saved = Signal(str)

    def __init__(self, name: str, value: object, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(one_line(name, 80))
        self.resize(_WIDTH, _HEIGHT)
        self._name = name
        self._suffix = ".txt" if isinstance(value, str) else ".json"
        self._paged = PagedText("")
        self._page = 0
        self._matches: list[int] = []
        self._match = -1
        self._making, self._searching, self._saving = (Background(self) for _ in range(3))
        self._making.done.connect(self._on_made)
        self._searching.done.connect(self._on_searched)
        self._saving.done.connect(self._on_saved)
        self._make_widgets()
        self._lay_out()
        self._make_shortcuts()
        self._making.start(lambda is_stale: whole_text(value, is_stale))

    # --- building --------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.view = plain_view("Whole value")
        set_wrapped(self.view, True)
        self.view.setPlaceholderText("Reading…")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_words_changed)
        self.search.returnPressed.connect(self.show_next)
        self.found_label, self.caption = dim_label(), dim_label()
        self.previous_button = text_button("", "up", "Previous match (Shift+F3)")
        self.previous_button.clicked.connect(self.show_previous)
        self.next_button = text_button("", "down", "Next match (F3)")
        self.next_button.clicked.connect(self.show_next)
        self.wrap_button = text_button("Wrap", tip="Break long lines at the width of the window")
        self.wrap_button.setCheckable(True)
        self.wrap_button.setChecked(True)
        self.wrap_button.toggled.connect(lambda wrapped: set_wrapped(self.view, wrapped))
        self.copy_button = text_button("Copy all", "copy", "Copy the whole value")
        self.copy_button.clicked.connect(lambda: copy_text(self._paged.text, self.copy_button))
        self.save_button = text_button("Save…", "save", "Save the whole value as a file")
        self.save_button.clicked.connect(self.ask_where_to_save)
        self.back_button = text_button("", "chevron-left", "Page before (Alt+Left)")
        self.back_button.clicked.connect(lambda: self.show_page(self._page - 1))
        self.forward_button = text_button("", "chevron-right", "Next page (Alt+Right)")
        self.forward_button.clicked.connect(lambda: self.show_page(self._page + 1))
        self.page_box = QSpinBox()
        self.page_box.setAccessibleName("Page")
        self.page_box.setKeyboardTracking(False)
        self.page_box.valueChanged.connect(lambda number: self.show_page(number - 1))

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for bar in (top, bottom):
            bar.setSpacing(SPACING.TINY)
        top.addWidget(self.search, 1)
        top.addWidget(self.found_label)
        for button in (self.previous_button, self.next_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            top.addWidget(button)
        top.addSpacing(SPACING.MEDIUM)
        for button in (self.wrap_button, self.copy_button, self.save_button):
            top.addWidget(button)
        bottom.addWidget(self.caption, 1)
        bottom.addWidget(self.back_button)
        bottom.addWidget(self.page_box)
        bottom.addWidget(self.forward_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.SMALL)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addLayout(bottom)
        for button in (self.back_button, self.forward_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._show_found()
        self._show_pages()

    def _make_shortcuts(self) -> None:
        standard = QKeySequence.StandardKey
        for keys, slot in (
            (standard.Find, self._on_find),
            (standard.FindNext, self.show_next),
            (standard.FindPrevious, self.show_previous),
            (standard.Save, self.ask_where_to_save),
            ("Alt+Left", self.back_button.click),
            ("Alt+Right", self.forward_button.click),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    # --- pages -----------------------------------------------------------------------------

    def show_page(self, number: int) -> None:
        """Show a page, from 0."""
        number = min(max(number, 0), len(self._paged) - 1)
        if number != self._page:
            self._page = number
            self._fill()

    def _fill(self) -> None:
        self.view.setPlainText(self._paged.page(self._page))
        self._show_pages()

    def _show_pages(self) -> None:
        pages = len(self._paged)
        first, last = self._paged.bounds(self._page)
        length = len(self._paged.text)
        of = f" {first:,} to {last:,} of {length:,}" if pages > 1 else f": {length:,}"
        cut = cut_words(self._paged.text)
        self.caption.setText(f"Characters{of}{cut and f' · {cut}'}")
        was_blocked = self.page_box.blockSignals(True)
        self.page_box.setRange(1, pages)
        self.page_box.setValue(self._page + 1)
        self.page_box.setSuffix(f" of {pages:,}")
        self.page_box.blockSignals(was_blocked)
        self.back_button.setEnabled(self._page > 0)
        self.forward_button.setEnabled(self._page < pages - 1)
        for widget in (self.page_box, self.back_button, self.forward_button):
            widget.setVisible(pages > 1)

    def _on_made(self, text: str) -> None:
        self._paged = PagedText(text)
        self.view.setPlaceholderText("An empty text")
        self._fill()
        self._on_words_changed()
        self.text_shown.emit()

    # --- searching -------------------------------------------------------------------------

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _on_words_changed(self) -> None:
        text, words = self._paged.text, self.search.text()
        self._matches, self._match = [], -1
        self._searching.start(lambda is_stale: find_all(text, words, is_stale))
        self._show_found()

    def _on_searched(self, places: list[int]) -> None:
        self._matches = places
        self._show_match(0)

    def show_next(self) -> None:
        """Show the next place where the words are found, from the last one on the first."""
        self._show_match(self._match + 1)

    def show_previous(self) -> None:
        """Show the place before."""
        self._show_match(self._match - 1)

    def _show_match(self, number: int) -> None:
        if self._matches:
            self._match = number % len(self._matches)
            position = self._matches[self._match]
            page, start, end = self._paged.place(position, len(self.search.text()))
            self.show_page(page)
            cursor = QTextCursor(self.view.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            self.view.setTextCursor(cursor)
            self.view.ensureCursorVisible()
        self._show_found()

    def _show_found(self) -> None:
        count = len(self._matches)
        many = f"{count:,}+" if count == MOST_MATCHES else f"{count:,}"
        words = f"{self._match + 1:,} of {many}" if count else "not found"
        self.found_label.setText(words if self.search.text() else "")
        for button in (self.previous_button, self.next_button):
            button.setEnabled(count > 0)

    # --- saving ----------------------------------------------------------------------------

    def ask_where_to_save(self) -> None:
        """Ask for a file to write the whole value to."""
        dialog = QFileDialog(self, "Save value")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(self._suffix[1:])
        dialog.selectFile(_file_name(self._name) + self._suffix)
        open_dialog(dialog, lambda paths: self.save(Path(paths[0])))

    def save(self, path: Path) -> None:
        """Write the whole value to a file."""
        text = self._paged.text
        self._saving.start(lambda _is_stale: _save(text, path))

    def _on_saved(self, words: str) -> None:
        self.caption.setText(words)
        self.saved.emit(words)


def _file_name(name: str) -> str:
    kept = "".join(char if char.isalnum() or char in "-_" else "_" for char in name)
    return kept.strip("_")[:60] or "value"


def _save(text: str, path: Path) -> str:
    try:
        with replacing(path) as file:
            file.write(text.encode("utf-8", "backslashreplace").decode())
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return f"Saved as {path}"
