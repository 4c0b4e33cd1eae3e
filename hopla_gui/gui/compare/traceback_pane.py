"""How the tracebacks of two jobs differ, line by line; takes no room where they do not."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hopla_gui.domain.comparison import Comparison, traceback_difference
from hopla_gui.gui.jobs.plain_view import dim_label, plain_view
from hopla_gui.gui.jobs.text import many_lines, one_line
from hopla_gui.gui.theme import SPACING, dim_colour, error_colour, success_colour

_LEAST_LINES = 4


class TracebackPane(QWidget):
    """Shows the lines of two tracebacks, marked by ``-`` and ``+`` where only one has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = dim_label()
        self.view = plain_view("Difference of the tracebacks")
        self._highlighter = _DifferenceHighlighter(self.view.document())
        line = self.view.fontMetrics().lineSpacing()
        self.view.setMinimumHeight(_LEAST_LINES * line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self._caption)
        layout.addWidget(self.view)
        self.hide()

    def show_difference(self, comparison: Comparison | None, job: int, reference: int) -> None:
        """Show how the traceback of a job differs from that of the reference."""
        found = comparison.tracebacks if comparison else ()
        differs = comparison is not None and found[job] != found[reference]
        self.setVisible(differs)
        if not comparison or not differs:
            self.view.clear()
            return
        old, new = (one_line(comparison.names[place], 80) for place in (reference, job))
        self._caption.setText(f"Traceback: - {old}, + {new}")
        lines = traceback_difference(found[reference], found[job])
        self.view.setPlainText(many_lines("\n".join(lines)))

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.rehighlight()


class _DifferenceHighlighter(QSyntaxHighlighter):
    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        colour = {"- ": error_colour, "+ ": success_colour}.get(text[:2], dim_colour)
        style = QTextCharFormat()
        style.setForeground(colour())
        self.setFormat(0, len(text), style)
