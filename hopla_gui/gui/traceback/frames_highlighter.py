"""Colours the lines of a traceback, each by its kind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from hopla_gui.gui.theme import colours, dim_colour, error_colour
from hopla_gui.gui.traceback.frame_lines import Kind, Line


class FramesHighlighter(QSyntaxHighlighter):
    """Asks for the line of a row, which says what it is.

    Parameters
    ----------
    line_of
        Returns the line that a row of the document shows.
    """

    def __init__(self, document: QTextDocument, line_of: Callable[[int], Line | None]) -> None:
        super().__init__(document)
        self._line_of = line_of
        self._make_formats()

    def _make_formats(self) -> None:
        accent = QColor(colours().accent)
        self._dim = _format(dim_colour())
        self._link = _format(accent)
        self._user_link = _format(accent, bold=True)
        self._error = _format(error_colour())
        self._error_type = _format(error_colour(), bold=True)
        self._failing = QTextCharFormat()
        self._failing.setFontWeight(QFont.Weight.DemiBold)
        self._name = _format(QColor(colours().success))

    def renew(self) -> None:
        """Take up the colours of a new theme."""
        self._make_formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        line = self._line_of(self.currentBlock().blockNumber())
        if line is None:
            return
        start = line.indent
        if line.kind in (Kind.ERROR, Kind.MESSAGE):
            self.setFormat(start, len(text), self._error)
            self.setFormat(start, line.name, self._error_type)
        elif line.kind is Kind.USER_FRAME:
            self.setFormat(0, len(text), self._dim)
            self.setFormat(start, line.link, self._user_link)
            self._show_function(text, line)
        elif line.kind is Kind.LIBRARY_FRAME:
            self.setFormat(0, len(text), self._dim)
            self.setFormat(start, line.link, self._link)
        elif line.kind is Kind.VARIABLE:
            self.setFormat(start, line.name, self._name)
            self.setFormat(start + line.name, 3, self._dim)
        elif line.kind is Kind.FAILING:
            self.setFormat(start, len(text), self._failing)
        elif line.kind is not Kind.MEMBER:
            self.setFormat(0, len(text), self._dim)

    def _show_function(self, text: str, line: Line) -> None:
        """Leave the function of a user's frame in the colour of text, its folder dim."""
        start = line.indent + line.link
        end = text.find("    ", start)
        self.setFormat(start, (end if end >= 0 else len(text)) - start, QTextCharFormat())


def _format(colour: QColor, *, bold: bool = False) -> QTextCharFormat:
    found = QTextCharFormat()
    found.setForeground(colour)
    if bold:
        found.setFontWeight(QFont.Weight.Bold)
    return found
