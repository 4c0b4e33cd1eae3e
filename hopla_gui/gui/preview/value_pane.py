"""What is shown beside a value: a file that it names, pictures or numbers of a list, long text."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hopla_gui.gui.jobs.plain_view import dim_label, plain_view, set_wrapped, text_button
from hopla_gui.gui.jobs.text import cut_words, many_lines
from hopla_gui.gui.preview.file_preview import FilePreview
from hopla_gui.gui.preview.local_file import KNOWN, is_picture, named_path
from hopla_gui.gui.preview.numbers_view import Numbers, NumbersView, numbers_of
from hopla_gui.gui.preview.reading import Preview
from hopla_gui.gui.preview.thumbnails import MOST as MOST_PICTURES
from hopla_gui.gui.preview.thumbnails import Thumbnails
from hopla_gui.gui.theme import SPACING

LONG_TEXT = 80  # characters from which a text is shown beside its row
_SHOWN_TEXT = 50_000


def file_of(value: object, folder: str) -> Path | None:
    """Return the file that a value may name."""
    return named_path(value, folder)


def pictures_of(value: object, folder: str) -> list[Path]:
    """Return the pictures among the files that a list names; none where not all may be files."""
    if not isinstance(value, list | tuple):
        return []
    found = [named_path(item, folder) for item in islice(value, MOST_PICTURES)]
    paths = [path for path in found if path is not None]
    return list(filter(is_picture, paths)) if len(paths) == len(found) else []


class ValuePane(QStackedWidget):
    """Takes no room where there is nothing to show.

    Signals
    -------
    whole_wanted
        The whole of a text that is shown in part.
    """

    whole_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file_preview = FilePreview()
        self.file_preview.was_read.connect(self._on_file_read)
        self.thumbnails = Thumbnails()
        self.thumbnails.chosen.connect(self.file_preview.show_file)
        files = QWidget()
        column = QVBoxLayout(files)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addWidget(self.thumbnails)
        column.addWidget(self.file_preview, 1)
        self.text_view = plain_view("Text of the value")
        set_wrapped(self.text_view, True)
        self._caption = dim_label()
        self.whole_button = text_button("Open", "open", "Show all of it, page by page")
        self.whole_button.clicked.connect(self.whole_wanted)
        self.numbers_view = NumbersView()
        self.addWidget(files)
        self.addWidget(self._text_page())
        self.addWidget(self.numbers_view)
        self.hide()

    def _text_page(self) -> QWidget:
        bar = QHBoxLayout()
        bar.addWidget(self._caption, 1)
        bar.addWidget(self.whole_button)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.text_view, 1)
        return page

    def show_value(self, value: object, folder: str) -> None:
        """Show what there is to a value; ``folder`` is where relative paths start."""
        path, pictures = file_of(value, folder), pictures_of(value, folder)
        self.thumbnails.setVisible(bool(pictures))
        if pictures:
            self.setCurrentIndex(0)
            self.thumbnails.show_pictures(pictures)
            self.show()
        elif path is not None:
            self.thumbnails.forget()
            self.setCurrentIndex(0)
            self.setVisible(path.suffix.lower() in KNOWN)  # others only where there is one
            self.file_preview.show_file(path)
        elif numbers := numbers_of(value):
            self._show_numbers(numbers)
        elif isinstance(value, str) and (len(value) > LONG_TEXT or "\n" in value):
            self._show_text(value)
        else:
            self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.hide()
        self.thumbnails.forget()
        self.file_preview.clear()
        self.text_view.clear()

    def _show_numbers(self, numbers: Numbers) -> None:
        self.thumbnails.forget()
        self.file_preview.clear()
        self.numbers_view.show_numbers(numbers)
        self.setCurrentWidget(self.numbers_view)
        self.show()

    def _show_text(self, text: str) -> None:
        self.thumbnails.forget()
        self.file_preview.clear()
        self.setCurrentIndex(1)
        shown = text[:_SHOWN_TEXT]
        words = cut_words(text) or f"{len(text):,} characters"
        self._caption.setText(words if shown == text else f"{words}, the beginning")
        self.text_view.setPlainText(many_lines(shown, line_limit=2_000))
        self.show()

    def _on_file_read(self, found: Preview) -> None:
        if found.facts is not None or found.path.suffix.lower() in KNOWN:
            self.show()
