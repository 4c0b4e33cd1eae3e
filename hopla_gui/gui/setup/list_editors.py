"""Editors of a list of values: one a line, or a few fields side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QTextEdit,
    QWidget,
)

from hopla_gui.gui.setup.editor import default_text, set_look
from hopla_gui.gui.setup.field import UNSET, Field
from hopla_gui.gui.setup.values import (
    lines_text,
    list_error_of,
    parse,
    parse_line,
    text_of,
    value_error,
)
from hopla_gui.gui.theme import SPACING, error_colour

_LINES_AT_MOST = 8
_MARKED_AT_MOST = 100
_LOADED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line of text says."""

    items: tuple[object, ...]
    error: str | None


_NO_LINE = _Line((), None)


class LinesEdit(QPlainTextEdit):
    """Items of one field, one a line; lines that do not fit are underlined and named.

    Only lines that change are read. Thousands of them come in between events, and cannot be
    edited before all are there.

    Parameters
    ----------
    depth
        What one item is: 0 a value, 1 a list written as words, 2 a list of lists as JSON.
    """

    changed = Signal()

    def __init__(self, field: Field, depth: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._depth = depth
        self._lines: list[_Line] = [_NO_LINE]
        self._items: tuple[object, ...] = ()
        self._to_come: Iterator[str] = iter(())
        self._tells_when_loaded = False
        self._load_soon = QTimer(self, interval=0)
        self._load_soon.timeout.connect(self._on_load_soon)
        self._wrong: list[tuple[int, str]] = []
        self._lines_at_least = 1
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(4)
        self.setViewportMargins(3, 0, 0, 0)  # texts begin where those of line fields do
        self.document().contentsChange.connect(self._on_contents_change)
        self.textChanged.connect(self._on_text_changed)
        self.blockCountChanged.connect(self.updateGeometry)

    def items(self) -> tuple[object, ...]:
        """Return the values, in order."""
        return self._items

    def set_items(self, items: Sequence[object]) -> None:
        """Show values."""
        self._load((lines_text([item], self._depth) for item in items), len(items))
        self._items = tuple(items)  # as they came: a native value in a text field stays native
        self._show_wrong()
        self.updateGeometry()

    def _load(self, lines: Iterator[str], count: int, *, tell: bool = False) -> None:
        """Show lines in place of all, the first thousand at once; `tell` once all are read."""
        self._tells_when_loaded = tell
        self._to_come = lines
        self.blockSignals(True)
        self.setPlainText("\n".join(islice(lines, _LOADED_AT_ONCE)))
        self.blockSignals(False)
        self._set_loading(count > _LOADED_AT_ONCE)

    def _set_loading(self, loading: bool) -> None:
        self.setReadOnly(loading)
        self.setUndoRedoEnabled(not loading)
        if loading:
            self._load_soon.start()
        else:
            self._load_soon.stop()

    @property
    def is_loading(self) -> bool:
        """Whether lines are still to come."""
        return self._load_soon.isActive()

    @Slot()
    def _on_load_soon(self) -> None:
        """Show some of the lines that are to come."""
        coming = list(islice(self._to_come, _LOADED_AT_ONCE))
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.blockSignals(True)
        cursor.insertText("".join(f"\n{line}" for line in coming))
        self.blockSignals(False)
        if len(coming) == _LOADED_AT_ONCE:
            return
        self._set_loading(False)
        if self._tells_when_loaded:
            self._read()
            self.changed.emit()
        self._show_wrong()

    def line_error(self) -> str | None:
        """Return the first bad line, by number, and what is wrong with it."""
        if not self._wrong:
            return None
        number, told = self._wrong[0]
        more = f" (and {len(self._wrong) - 1} more)" if len(self._wrong) > 1 else ""
        return f"line {number}: {told}{more}"

    def set_lines_at_least(self, lines: int) -> None:
        """Stand so many lines high when there are fewer."""
        self._lines_at_least = lines

    def append_items(self, items: Sequence[object]) -> None:
        """Add values below those that are there; can be undone like typing."""
        if len(items) > _LOADED_AT_ONCE:
            self._append_many([lines_text([item], self._depth) for item in items])
            return
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        before = "" if not self._text() or self._text().endswith("\n") else "\n"
        cursor.insertText(before + lines_text(items, self._depth))
        self.setTextCursor(cursor)

    def _append_many(self, lines: Sequence[str]) -> None:
        """Add lines that are too many for one step below those that are there."""
        there = self._text().rstrip("\n").split("\n") if self._text().strip() else []
        self._load(iter([*there, *lines]), len(there) + len(lines), tell=True)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 (Qt's name)
        """Take cells of a spreadsheet, or files, as one value each."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files and self._depth == 0:
            self.append_items(files)
            return
        text = source.text().replace("\r\n", "\n").replace("\r", "\n")
        if self._depth == 0:
            text = text.replace("\t", "\n")
        cells = [line.strip() for line in text.split("\n")]
        if len(cells) > _LOADED_AT_ONCE:
            self._append_many([cell for cell in cells if cell])
            return
        self.textCursor().insertText("\n".join(cells).strip("\n"))
        self.ensureCursorVisible()

    def _text(self) -> str:
        # toPlainText() turns no-break spaces into plain ones.
        return self.document().toRawText().replace("\u2029", "\n")

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        """Read the lines that have changed."""
        document = self.document()
        first = document.findBlock(position)
        last = document.findBlock(position + added)
        start = max(first.blockNumber(), 0)
        end = last.blockNumber() if last.isValid() else document.blockCount() - 1
        replaced = end - start + 1 - (document.blockCount() - len(self._lines))
        self._lines[start : start + replaced] = map(self._parse, self._texts(start, end))

    def _texts(self, start: int, end: int) -> list[str]:
        """Return the texts of some lines, in one call: a thread at work slows each call."""
        last = self.document().findBlockByNumber(end)
        cursor = QTextCursor(self.document().findBlockByNumber(start))
        keep = QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(last.position() + last.length() - 1, keep)
        return cursor.selectedText().split("\u2029")

    def _read(self) -> None:
        """Take the items, and what is wrong, from the lines."""
        self._items = tuple(chain.from_iterable(line.items for line in self._lines))
        self._find_wrong()

    def _find_wrong(self) -> None:
        found = ((number, line.error) for number, line in enumerate(self._lines, 1))
        self._wrong = [(number, error) for number, error in found if error]

    def _parse(self, line: str) -> _Line:
        if not line:
            return _NO_LINE
        items = parse_line(self._field, line, self._depth)
        errors = (value_error(self._field, item, self._depth) for item in items)
        return _Line(items, next(filter(None, errors), None))

    def _show_wrong(self) -> None:
        self._find_wrong()
        set_look(self, "error", bool(self._wrong))
        self.setExtraSelections([self._mark(line) for line, _ in self._wrong[:_MARKED_AT_MOST]])

    def _mark(self, line: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        mark.cursor.select(QTextCursor.SelectionType.LineUnderCursor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(error_colour())
        mark.format = look
        return mark

    @Slot()
    def _on_text_changed(self) -> None:
        self._read()
        self._show_wrong()
        self.changed.emit()

    def sizeHint(self) -> QSize:
        """As high as its lines, within bounds."""
        lines = max(self._lines_at_least, min(self.blockCount(), _LINES_AT_MOST))
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth()
        return QSize(120, lines * self.fontMetrics().lineSpacing() + margins + 2)

    def minimumSizeHint(self) -> QSize:
        """As high as its lines, and as narrow as need be."""
        return QSize(40, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll unless the field has the focus and lines to scroll to."""
        scrolls = self.hasFocus() and self.verticalScrollBar().maximum() > 0
        super().wheelEvent(event) if scrolls else event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Ctrl+Return to the window."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)


class LinesEditor(LinesEdit):
    """The value of a field that is a list: one item a line. No line at all is not set."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, field.depth - 1, parent)
        self._value: object = UNSET
        told = default_text(field.param, field.kind)
        self.setPlaceholderText(f"{told} (one a line)")
        self.changed.connect(self._on_changed)

    def value(self) -> object:
        """Return the list, `UNSET` where there is no line."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a list."""
        self.set_items(
            value if isinstance(value, (list, tuple)) else [] if value is UNSET else [value]
        )
        self._value = value

    def error(self) -> str | None:
        """Name the first line that does not fit, or a wrong number of values."""
        if self._value is UNSET:
            return None
        return self.line_error() or value_error(self._field, self._value)

    @Slot()
    def _on_changed(self) -> None:
        self._value = list(self.items()) or UNSET


class TupleEditor(QWidget):
    """A fixed, small number of values, side by side."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.TINY)
        self._fields = [QLineEdit() for _ in range(int(field.param.nargs or 0))]
        for place, edit in enumerate(self._fields):
            edit.setPlaceholderText(_place_text(field, place))
            edit.setMinimumWidth(24)
            edit.textEdited.connect(self._on_text_edited)
            row.addWidget(edit)
        self.setFocusProxy(self._fields[0])

    def value(self) -> object:
        """Return the list, `UNSET` where all fields are empty."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a list."""
        self._value = value
        texts = list(map(text_of, value)) if isinstance(value, (list, tuple)) else []
        for place, edit in enumerate(self._fields):
            edit.setText(texts[place] if place < len(texts) else "")
        self._show()

    def error(self) -> str | None:
        """Name the value that does not fit, or the number that are missing."""
        if self._value is UNSET:
            return None
        if not isinstance(self._value, (list, tuple)):
            return value_error(self._field, self._value)
        return list_error_of(self._field, self._value)

    def _show(self) -> None:
        wrong = self.error() is not None
        for edit in self._fields:
            set_look(edit, "error", wrong)

    @Slot()
    def _on_text_edited(self) -> None:
        texts = [edit.text() for edit in self._fields]
        while texts and not texts[-1]:
            texts.pop()
        self._value = [parse(self._field, text) for text in texts] if texts else UNSET
        self._show()
        self.changed.emit()


def _place_text(field: Field, place: int) -> str:
    default, metavar = field.param.default, field.param.metavar
    if isinstance(default, (list, tuple)) and place < len(default):
        return text_of(default[place])
    if isinstance(metavar, tuple) and place < len(metavar):
        return metavar[place]
    return f"{metavar or 'value'} {place + 1}"
