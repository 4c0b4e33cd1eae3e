"""The traceback of a job: the user's lines stand out, and what went wrong most of all."""

from __future__ import annotations

import re
from enum import IntEnum

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, plain_view, set_wrapped, text_button
from hopla_gui.gui.jobs.text import many_lines
from hopla_gui.gui.theme import SPACING, dim_colour, error_colour

_GROUP_MARGIN = re.compile(r"^(?:  )*  [|+](?:-\+-)?[-+ |0-9.]*")
_FRAME = re.compile(r'^\s+File "([^"]*)", line \d+')
_HEADER = re.compile(r"^(?:Exception Group )?Traceback \(most recent call last\):$")
_LINK = re.compile(r"^(?:During handling of|The above exception)")
_ERROR = re.compile(r"^([A-Za-z_][\w.]*)(?=:|$| \()")
_MARKS = re.compile(r"^\s*[~^]+\s*$")
_LIBRARY = re.compile(r"(?:^<frozen )|/(?:site|dist)-packages/|/lib(?:64)?/python\d|\\[Ll]ib\\")


class _In(IntEnum):
    """What a line belongs to, which says how the next one is read."""

    NOTHING = 0
    USER_FRAME = 1
    LIBRARY_FRAME = 2
    ERROR = 3


class TracebackHighlighter(QSyntaxHighlighter):
    """Colours a Python traceback; any other text stays as it is."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._make_formats()

    def _make_formats(self) -> None:
        self._dim = QTextCharFormat()
        self._dim.setForeground(dim_colour())
        self._error = QTextCharFormat()
        self._error.setForeground(error_colour())
        self._error_type = QTextCharFormat(self._error)
        self._error_type.setFontWeight(QFont.Weight.Bold)
        self._code = QTextCharFormat()
        self._code.setFontWeight(QFont.Weight.DemiBold)

    def renew(self) -> None:
        """Take up the colours of a new theme."""
        self._make_formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        margin = _GROUP_MARGIN.match(text)
        start = margin.end() if margin else 0
        line = text[start:]
        if start:
            self.setFormat(0, start, self._dim)
            line = f"  {line}" if line.startswith("File ") else line
        self.setCurrentBlockState(self._colour(line, start, len(text) - start))

    def _colour(self, line: str, start: int, length: int) -> _In:
        before = self.previousBlockState()
        if frame := _FRAME.match(line):
            self.setFormat(start, length, self._dim)
            return _In.LIBRARY_FRAME if _LIBRARY.search(frame[1]) else _In.USER_FRAME
        if _HEADER.match(line) or _LINK.match(line):
            self.setFormat(start, length, self._dim)
            return _In.NOTHING
        in_frame = before in (_In.USER_FRAME, _In.LIBRARY_FRAME)
        if in_frame and line[:1].isspace():
            self._colour_code(line, start, length, is_user=before == _In.USER_FRAME)
            return _In(before)
        if error := (_ERROR.match(line) if in_frame else None):
            self.setFormat(start, length, self._error)
            self.setFormat(start, error.end(), self._error_type)
            return _In.ERROR
        if before == _In.ERROR and line:
            self.setFormat(start, length, self._error)  # a message of several lines
            return _In.ERROR
        return _In.ERROR if before == _In.ERROR else _In.NOTHING

    def _colour_code(self, line: str, start: int, length: int, *, is_user: bool) -> None:
        if _MARKS.match(line):
            self.setFormat(start, length, self._error if is_user else self._dim)
        else:
            self.setFormat(start, length, self._code if is_user else self._dim)


class TracebackView(QWidget):
    """A traceback with its buttons; copies what the job gave, not what is shown of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._traceback = ""
        self.view = plain_view("Traceback of the job")
        self._highlighter = TracebackHighlighter(self.view.document())
        self._sticks = True
        scroll_bar = self.view.verticalScrollBar()
        scroll_bar.rangeChanged.connect(self._on_range_changed)
        scroll_bar.actionTriggered.connect(self._on_scrolled)
        self._note = dim_label()
        self.wrap_button = text_button("Wrap", tip="Break long lines at the width of the window")
        self.wrap_button.setCheckable(True)
        self.wrap_button.toggled.connect(self._on_wrap_toggled)
        self.wrap_button.setChecked(True)
        self.copy_button = text_button("Copy", "copy", "Copy the traceback")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.TINY)
        bar.addWidget(self._note, 1)
        bar.addWidget(self.wrap_button)
        bar.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.view)

    def show_traceback(self, traceback: str | None, why_none: str = "") -> None:
        """Show a traceback, or say why there is none."""
        if traceback == self._traceback:
            self.view.setPlaceholderText(why_none)
            return
        self._traceback = traceback or ""
        self._note.setText("Most recent call last" if traceback else "")
        self.view.setPlaceholderText(why_none)
        self.view.setPlainText(many_lines(self._traceback.rstrip("\n")))
        self.copy_button.setEnabled(bool(traceback))
        self._sticks = True
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_range_changed(self, _lowest: int, highest: int) -> None:
        """Keep the end in sight until somebody scrolls: what went wrong stands there."""
        if self._sticks:
            self.view.verticalScrollBar().setValue(highest)

    def _on_scrolled(self, _action: int) -> None:
        bar = self.view.verticalScrollBar()
        self._sticks = bar.sliderPosition() >= bar.maximum()

    def text(self) -> str:
        """Return what is shown."""
        return self.view.toPlainText()

    def _on_wrap_toggled(self, wrapped: bool) -> None:
        set_wrapped(self.view, wrapped)

    def _on_copy_clicked(self) -> None:
        copy_text(self._traceback)

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.renew()
