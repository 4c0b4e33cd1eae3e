"""The log of a run: what concerns no single job, with the time at which it happened."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hopla_gui.domain.events import Event, RunNote
from hopla_gui.gui.jobs.formatting import clock_time
from hopla_gui.gui.jobs.plain_view import copy_text, plain_view, set_wrapped, text_button
from hopla_gui.gui.jobs.text import many_lines
from hopla_gui.gui.theme import SPACING, dim_colour, warning_colour

_LINES = 4
_MOST = 1000

Note = tuple[float, str, str]
"""Seconds since the epoch, level, text."""


class RunNotes(QWidget):
    """Shows the notes of a run, the newest at the end."""

    count_changed = Signal(int, int)  # all notes, warnings
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: list[Note] = []
        self.view = plain_view("Log of the run")
        self.view.setMaximumBlockCount(_MOST)
        self.view.setPlaceholderText("Nothing to report.")
        set_wrapped(self.view, True)
        height = self.view.fontMetrics().lineSpacing() * _LINES + SPACING.MEDIUM
        self.view.setFixedHeight(height)
        title = QLabel("Log of the run")
        title.setProperty("heading", True)
        self.copy_button = text_button("Copy", "copy", "Copy the log of the run")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        close = text_button("Close", "close", "Hide the log of the run")
        close.clicked.connect(self.close_wanted)
        bar = QHBoxLayout()
        bar.addWidget(title, 1)
        bar.addWidget(self.copy_button)
        bar.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.view)

    def load(self, notes: Sequence[Note]) -> None:
        """Show the notes that a run has so far."""
        self._notes = list(notes)[-_MOST:]
        self._show()

    def apply(self, events: Iterable[Event]) -> None:
        """Add the notes among what has happened."""
        notes = [(time.time(), e.level, e.text) for e in events if isinstance(e, RunNote)]
        for note in notes:
            self._notes.append(note)
            self._append(note)
        if notes:
            self._announce()

    def text(self) -> str:
        """Return what is shown."""
        return self.view.toPlainText()

    def _show(self) -> None:
        self.view.clear()
        for note in self._notes:
            self._append(note)
        self._announce()

    def _announce(self) -> None:
        warnings = sum(level != "info" for _, level, _ in self._notes)
        self.count_changed.emit(len(self._notes), warnings)

    def _append(self, note: Note) -> None:
        at, level, text = note
        dim, look = QTextCharFormat(), QTextCharFormat()
        dim.setForeground(dim_colour())
        if level != "info":
            look.setForeground(warning_colour())
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.view.document().isEmpty():
            cursor.insertText("\n")
        cursor.insertText(f"{clock_time(at)}  ", dim)
        cursor.insertText(many_lines(text, 5_000), look)
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_copy_clicked(self) -> None:
        copy_text(self.text(), self.copy_button)

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show()
