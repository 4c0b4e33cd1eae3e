"""Colours the text of a traceback: the user's lines stand out, and what went wrong most of all."""

from __future__ import annotations

import re
from enum import IntEnum

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from hopla_gui.gui.theme import dim_colour, error_colour

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
