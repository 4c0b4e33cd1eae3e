"""One log of a job: its end, as a terminal would show it, followed while the job runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from hopla_gui.gui.jobs.formatting import size
from hopla_gui.gui.jobs.log_file import (
    EMPTY,
    PAGE,
    Page,
    file_size,
    read_after,
    read_before,
    read_from,
    read_last,
)
from hopla_gui.gui.jobs.log_lines import NEWLINE, LogLines, Pieces
from hopla_gui.gui.jobs.plain_view import dim_label, icon_button, plain_view
from hopla_gui.gui.jobs.terminal_colours import text_format
from hopla_gui.gui.theme import SPACING, is_dark

_MOST_SHOWN = 4 * PAGE


class LogPane(QWidget):
    """Shows a page of a log file; costs nothing of what it does not show."""

    size_changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._path: Path | None = None
        self._page = EMPTY
        self._lines = LogLines()
        self._open_start = 0
        self._sticks = True  # to the last line in sight, as more come
        self._follows = True  # the log, as it is written
        self.view = plain_view(f"{title} of the job")
        bar = self.view.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.valueChanged.connect(self._on_scrolled)
        self._caption = dim_label()
        self.start_button = icon_button("to-start", "Show the beginning")
        self.start_button.clicked.connect(self.show_start)
        self.earlier_button = icon_button("chevron-up", "Show the page before")
        self.earlier_button.clicked.connect(self.show_earlier)
        self.later_button = icon_button("chevron-down", "Show the page after")
        self.later_button.clicked.connect(self.show_later)
        self.latest_button = icon_button("to-end", "Show the end and follow it")
        self.latest_button.clicked.connect(self.show_latest)
        self._lay_out()
        self._update_caption()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.TINY)
        bar.addWidget(self._caption, 1)
        for button in self._pager():
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.view)

    def _pager(self) -> tuple[QToolButton, ...]:
        return self.start_button, self.earlier_button, self.later_button, self.latest_button

    @property
    def log_size(self) -> int:
        """Size of the log in bytes, as last seen."""
        return self._page.size

    def show_log(self, path: Path | None) -> None:
        """Show the end of a log; ``None`` for no log."""
        self._path = path
        self.show_latest()

    def show_latest(self) -> None:
        """Show the end of the log, and follow it from here on."""
        self._follows = True
        self._show(read_last(self._path) if self._path else EMPTY)
        self._stick_to_end()

    def _stick_to_end(self) -> None:
        self._sticks = True
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_range_changed(self, _lowest: int, highest: int) -> None:
        if self._sticks:
            self.view.verticalScrollBar().setValue(highest)

    def _on_scrolled(self) -> None:
        bar = self.view.verticalScrollBar()
        self._sticks = bar.value() >= bar.maximum()

    def show_start(self) -> None:
        """Show the first page."""
        if self._path:
            self._show_from(read_after(self._path, 0))

    def show_earlier(self) -> None:
        """Show the page before the one that is shown."""
        if self._path and not self._page.is_first:
            self._sticks = self._follows = False
            self._show(read_before(self._path, self._page.start))
            self._stick_to_end()

    def show_later(self) -> None:
        """Show the page after the one that is shown."""
        if self._path:
            self._show_from(read_after(self._path, self._page.end))

    def _show_from(self, page: Page) -> None:
        """Show a page from its first line on, or the end where that is it."""
        if page.is_last:
            self.show_latest()
            return
        self._sticks = self._follows = False
        self._show(page)
        self.view.verticalScrollBar().setValue(0)

    def follow(self) -> None:
        """Show what has been written since; scroll along only where the end is in sight."""
        if self._path is None:
            return
        now, shown = file_size(self._path), self._page
        if now < shown.end:
            self.show_latest()  # written anew, or cut
        elif not self._follows:
            self._note_size(now)
        elif now - shown.end > PAGE or now - shown.start > _MOST_SHOWN:
            self._jump(now)
        elif now > shown.end:
            more = read_from(self._path, shown.end)
            self._page = Page(shown.start, more.end, more.size, b"")
            self._append(more.content)
            self._update_caption()

    def _jump(self, now: int) -> None:
        if self._sticks:
            self.show_latest()
        else:  # somebody is reading here: offer the end, and leave this page in place
            self._follows = False
            self._note_size(now)

    def _note_size(self, now: int) -> None:
        if now != self._page.size:
            self._page = Page(self._page.start, self._page.end, now, b"")
            self._update_caption()

    def _show(self, page: Page) -> None:
        self._page = Page(page.start, page.end, page.size, b"")
        self._lines = LogLines()
        self._open_start = 0
        self.view.clear()
        self._append(page.content)
        self._update_caption()

    def _append(self, content: bytes) -> None:
        lines = self._lines.feed(content)
        cursor = QTextCursor(self.view.document())
        cursor.beginEditBlock()
        cursor.setPosition(self._open_start)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        _insert(cursor, [[*line, NEWLINE] for line in lines.complete])
        self._open_start = cursor.position()
        _insert(cursor, [lines.open])
        cursor.endEditBlock()

    def _update_caption(self) -> None:
        page = self._page
        words = [self._title, size(page.size)]
        is_part = not (page.is_first and (page.is_last or self._follows))
        if is_part:
            words.append(f"bytes {page.start:,} to {page.end:,}")
        self._caption.setText(" · ".join(words))
        for button in self._pager():
            button.setVisible(is_part)  # none moves below the pointer
        for button in (self.start_button, self.earlier_button):
            button.setEnabled(not page.is_first)
        for button in (self.later_button, self.latest_button):
            button.setEnabled(not self._follows)
        self.size_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._path and self._page.size:
            bar, sticks = self.view.verticalScrollBar(), self._sticks
            place = bar.value()
            self._show(read_from(self._path, self._page.start, self._page.end - self._page.start))
            self._sticks = sticks
            bar.setValue(bar.maximum() if sticks else place)


def _insert(cursor: QTextCursor, lines: list[Pieces]) -> None:
    """Insert lines, neighbours of one style at once: most logs have but one."""
    run, style, dark = [], None, is_dark()
    for line in lines:
        for text, its_style in line:
            if style is not None and its_style is not style and its_style != style:
                cursor.insertText("".join(run), text_format(style, dark))
                run = []
            style = its_style
            run.append(text)
    if style is not None:
        cursor.insertText("".join(run), text_format(style, dark))
