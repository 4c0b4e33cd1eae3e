"""Shows the lines of an exception: folds them, finds text in them, leads to the editor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from hopla_gui.domain.raised import Raised
from hopla_gui.gui.jobs.plain_view import set_wrapped
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.own_keys import claims_control_enter, is_control_enter
from hopla_gui.gui.theme import colours, fixed_font
from hopla_gui.gui.traceback.frame_lines import (
    Kind,
    Line,
    above,
    closed_at_first,
    closed_for_room,
    traceback_lines,
    visible,
)
from hopla_gui.gui.traceback.frames_highlighter import FramesHighlighter

_KEYS_TOGGLE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class FramesView(QPlainTextEdit):
    """Lines that fold at a click or with Enter; a click on ``file.py:12`` asks for the editor.

    Signals
    -------
    place_wanted
        File and line.
    """

    place_wanted = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._closed: set[int] = set()
        self._shown: list[int] = []
        self._pressed_at = -1
        self._is_as_first = True  # nobody has folded anything
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFont(fixed_font())
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Traceback of the job, with source and variables")
        self.viewport().setMouseTracking(True)
        self._highlighter = FramesHighlighter(self.document(), self._line_of)
        set_wrapped(self, False)
        self._sticks = True
        scroll_bar = self.verticalScrollBar()
        scroll_bar.rangeChanged.connect(self._on_range_changed)
        scroll_bar.actionTriggered.connect(self._on_scrolled)

    def show_raised(self, raised: Raised | None) -> None:
        """Show an exception from its end: what went wrong stands there."""
        self._lines = traceback_lines(raised) if raised is not None else []
        self._is_as_first = True
        self._closed = closed_for_room(self._lines, self._rows())
        self._show_end()

    def _rows(self) -> int:
        """Return how many rows there are beside a scroll bar below, be it there or not.

        It comes and goes with the lines that are open: those are not to depend on it.
        """
        bar = self.horizontalScrollBar().sizeHint().height()
        return max(self.maximumViewportSize().height() - bar, 0) // self.fontMetrics().lineSpacing()

    def _show_end(self) -> None:
        self._lay_out()
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.moveCursor(QTextCursor.MoveOperation.StartOfBlock)
        self._sticks = True
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show variables where there is room for them now, until somebody folds a line."""
        super().resizeEvent(event)
        if not (self._lines and self._is_as_first and self._sticks):
            return
        closed = closed_for_room(self._lines, self._rows())
        if closed != self._closed:
            self._closed = closed
            self._show_end()

    def _on_range_changed(self, _lowest: int, highest: int) -> None:
        """Keep the end in sight, however the room changes, until somebody looks elsewhere."""
        if self._sticks:
            self.verticalScrollBar().setValue(highest)

    def _on_scrolled(self, _action: int) -> None:
        bar = self.verticalScrollBar()
        self._sticks = bar.sliderPosition() >= bar.maximum()

    def lines(self) -> Sequence[Line]:
        """Return all lines, those out of sight too."""
        return self._lines

    # --- folding ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._shown = visible(self._lines, self._closed)
        self.setPlainText(
            "\n".join(self._lines[n].shown(n not in self._closed) for n in self._shown)
        )
        self._mark_failing()

    def toggle(self, place: int) -> None:
        """Open or close a line that folds; what is in sight stays where it is."""
        self._is_as_first = False
        top, cursor_at = self._place_at_top(), self._place_at_cursor()
        self._closed ^= {place}
        self._lay_out()
        self._put_cursor(cursor_at)
        self._scroll_to(top)

    def set_all_open(self, is_open: bool) -> None:
        """Open everything, or close all but what stands open at first."""
        self._is_as_first = False
        top, cursor_at = self._place_at_top(), self._place_at_cursor()
        self._closed = set() if is_open else closed_at_first(self._lines)
        self._lay_out()
        self._put_cursor(cursor_at)
        self._scroll_to(top)

    def _place_at_top(self) -> int:
        return self._shown_at(self.firstVisibleBlock().blockNumber())

    def _place_at_cursor(self) -> int:
        return self._shown_at(self.textCursor().blockNumber())

    def _shown_at(self, row: int) -> int:
        return self._shown[row] if 0 <= row < len(self._shown) else 0

    def _row_of(self, place: int) -> int:
        """Return the row of a line, or of the one in sight above it."""
        rows = [row for row, shown in enumerate(self._shown) if shown <= place]
        return rows[-1] if rows else 0

    def _block_of(self, place: int) -> QTextBlock:
        return self.document().findBlockByNumber(self._row_of(place))

    def _put_cursor(self, place: int) -> None:
        self.setTextCursor(QTextCursor(self._block_of(place)))

    def _scroll_to(self, place: int) -> None:
        self._sticks = False
        self.verticalScrollBar().setValue(self._block_of(place).firstLineNumber())

    # --- finding ---------------------------------------------------------------------------

    def find_text(self, text: str, *, backward: bool = False, again: bool = True) -> bool:
        """Select the next line part that has a text, opening what hides it; wrap around.

        Parameters
        ----------
        again
            Look behind what is selected; otherwise it may be found once more, as it is typed on.
        """
        wanted = text.casefold()
        if not wanted or not self._lines:
            return False
        start = self._place_at_cursor()
        cursor = self.textCursor()
        column = cursor.selectionEnd() if again else cursor.selectionStart()
        column -= cursor.block().position()
        for place in self._search_order(start, backward):
            shown = self._lines[place].shown(place not in self._closed).casefold()
            found = shown.rfind(wanted) if backward else shown.find(wanted)
            if place == start:
                found = (
                    shown.rfind(wanted, 0, max(column - len(wanted), 0))
                    if backward
                    else shown.find(wanted, column)
                )
            if found >= 0:
                self._select(place, found, len(text))
                return True
        found = self._lines[start].shown(start not in self._closed).casefold().find(wanted)
        if found >= 0:  # the only one
            self._select(start, found, len(text))
        return found >= 0

    def _search_order(self, start: int, backward: bool) -> list[int]:
        count = len(self._lines)
        step = -1 if backward else 1
        return [(start + step * offset) % count for offset in range(count)]

    def count_text(self, text: str) -> int:
        """Return how many lines have a text."""
        wanted = text.casefold()
        return sum(wanted in line.text.casefold() for line in self._lines) if wanted else 0

    def _select(self, place: int, column: int, length: int) -> None:
        hiding = self._closed.intersection(above(self._lines, place))
        if hiding:
            self._closed -= hiding
            self._lay_out()
        block = self._block_of(place)
        cursor = QTextCursor(block)
        # Qt counts in units of UTF-16
        start, length = _units(block.text()[:column]), _units(block.text()[column:][:length])
        cursor.setPosition(block.position() + start)
        end = min(block.position() + start + length, block.position() + block.length() - 1)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._is_as_first = self._sticks = False
        self.setTextCursor(cursor)
        self.centerCursor()

    # --- keyboard and mouse ------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter from the window, which would start a run."""
        return claims_control_enter(event) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold with Enter, Left and Right; Ctrl+Enter leads to the editor."""
        place = self._place_at_cursor()
        line = self._lines[place] if self._lines else None
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_control_enter(event):
            self.ask_for_place()
        elif line is not None and line.folds and self._is_toggle(event, place) and not control:
            self.toggle(place)
        else:
            super().keyPressEvent(event)

    def _is_toggle(self, event: QKeyEvent, place: int) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        closing = event.key() == Qt.Key.Key_Left and place not in self._closed
        opening = event.key() == Qt.Key.Key_Right and place in self._closed
        return event.key() in _KEYS_TOGGLE or closing or opening

    def ask_for_place(self) -> None:
        """Ask for the editor at the frame that the cursor is in, else at the last of the user's."""
        place = self._place_at_cursor()
        found = next(
            (line.place for line in reversed(self._lines[: place + 1]) if line.place), None
        )
        if found is None:
            places = [line.place for line in self._lines if line.kind is Kind.USER_FRAME]
            found = places[-1] if places else None
        if found is not None:
            self.place_wanted.emit(*found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take note of where a click begins."""
        super().mousePressEvent(event)
        self._pressed_at = self._row_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fold, or ask for the editor, where nothing was selected by dragging."""
        super().mouseReleaseEvent(event)
        row = self._row_at(event)
        is_click = event.button() == Qt.MouseButton.LeftButton and row == self._pressed_at
        if not is_click or row < 0 or self.textCursor().hasSelection():
            return
        place = self._shown_at(row)
        line = self._lines[place]
        if line.place is not None and self._is_on_link(event, line):
            self.place_wanted.emit(*line.place)
        elif line.folds:
            self.toggle(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be clicked."""
        super().mouseMoveEvent(event)
        row = self._row_at(event)
        line = self._lines[self._shown_at(row)] if row >= 0 else None
        is_link = line is not None and self._is_on_link(event, line)
        clickable = line is not None and (line.folds or is_link)
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        text = ""
        if line is not None and line.place is not None and is_link:
            text = tip(f"Open {line.place[0]} at line {line.place[1]} in the editor")
        QToolTip.showText(event.globalPosition().toPoint(), text, self.viewport())

    def _row_at(self, event: QMouseEvent) -> int:
        """Return the row under the mouse, -1 below the last one."""
        point = event.position().toPoint()
        block = self.cursorForPosition(point).block()
        if not self._lines:
            return -1
        bottom = self.blockBoundingGeometry(block).translated(self.contentOffset()).bottom()
        return block.blockNumber() if point.y() <= bottom else -1

    def _is_on_link(self, event: QMouseEvent, line: Line) -> bool:
        if not line.link:
            return False
        column = self.cursorForPosition(event.position().toPoint()).positionInBlock()
        return line.indent <= column <= line.indent + line.link

    # --- looks -------------------------------------------------------------------------------

    def _line_of(self, row: int) -> Line | None:
        return self._lines[self._shown[row]] if 0 <= row < len(self._shown) else None

    def _mark_failing(self) -> None:
        """Lay a ground under the lines that failed, across the whole width."""
        marks: list[QTextEdit.ExtraSelection] = []
        ground = QColor(colours().error_ground)
        for row, place in enumerate(self._shown):
            if self._lines[place].kind is Kind.FAILING:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(self.document().findBlockByNumber(row))
                mark.format.setBackground(ground)
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marks.append(mark)
        self.setExtraSelections(marks)

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.renew()
            self._mark_failing()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
