"""The values of a swept parameter: lines of text, choices to check, or an axis read from a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.setup.checks_editor import ChecksEdit
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.list_editors import LinesEdit
from hopla_gui.gui.setup.path_dialog import choose_path, read_lines_of
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.setup.values import axis_values, lines_text, parse_lines, text_of
from hopla_gui.gui.theme import SPACING, icon

_FILE_AT_MOST = 20_000_000
_HINTS = {
    0: "one value a line; paste a column of a spreadsheet",
    1: "one list a line, its values apart by spaces",
    2: 'one a line, as ["a", "b"] or [[1, 2], [3]]',
}


class AxisEditor(QWidget):
    """Edits the list of values of a swept field.

    An axis that makes its values (a range, a column of a table) is shown as what it is and kept
    until it is turned into a list.
    """

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._axis: Axis = Values(())
        self._shown: ChecksEdit | LinesEdit | QLabel = plain_label()
        self._note: str | None = None
        self._before: QWidget | None = None
        self._count = plain_label("", "dim", wrap=False)
        self.as_list_button = _button(
            "As list", "List the values one by one, in any order, doubles too"
        )
        self.as_list_button.clicked.connect(self._on_as_list_clicked)
        self._read = _button("From file…", "Read the values from a text file, one a line")
        self._read.clicked.connect(self._on_read_clicked)
        self._arrange()
        self.set_value(self._axis)

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.TINY)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.TINY)
        foot.addWidget(self._count, 1)
        foot.addWidget(self.as_list_button)
        if self._field.kind is Kind.PATH and self._field.depth == 0:
            add = _button("Add…", "Choose paths to add")
            add.setIcon(icon("folder"))
            add.clicked.connect(self._on_add_clicked)
            foot.addWidget(add)
        foot.addWidget(self._read)
        self._column.addLayout(foot)

    def value(self) -> Axis:
        """Return the axis."""
        return self._axis

    def set_value(self, axis: Axis) -> None:
        """Show an axis in the way that fits its values."""
        self._axis = axis
        if not isinstance(axis, Values):
            self._show(plain_label(_axis_text(axis)))
        elif self._may_check(axis.items):
            self._show(ChecksEdit(self._field))
        else:
            self._show(self._lines())
        if isinstance(axis, Values) and not isinstance(self._shown, QLabel):
            self._shown.set_items(axis.items)
        self._tell()

    def _may_check(self, items: Sequence[object]) -> bool:
        field = self._field
        return field.depth == 0 and ChecksEdit.suits(field) and ChecksEdit.can_show(field, items)

    def _lines(self) -> LinesEdit:
        lines = LinesEdit(self._field, self._field.depth)
        lines.set_lines_at_least(3)
        lines.setPlaceholderText(_HINTS[self._field.depth])
        return lines

    def error(self) -> str | None:
        """Return the first line that does not fit, or that there is no value."""
        if isinstance(self._shown, LinesEdit) and self._shown.line_error():
            return self._shown.line_error()
        found, problem = axis_values(self._axis)
        return problem or (None if found else "give at least one value to sweep")

    def follow(self, before: QWidget) -> None:
        """Come after a widget in the order of the Tab key: this one was made later than all."""
        self._before = before
        for widget in (*self._focusable(), self.as_list_button, self._read):
            QWidget.setTabOrder(before, widget)
            before = widget

    def _focusable(self) -> list[QWidget]:
        boxes = self._shown.findChildren(QCheckBox)
        return list(boxes) or ([self._shown] if isinstance(self._shown, LinesEdit) else [])

    def _show(self, widget: ChecksEdit | LinesEdit | QLabel) -> None:
        old, self._shown = self._shown, widget
        self._column.removeWidget(old)
        self._column.insertWidget(0, widget)
        if old is not widget:
            old.setParent(None)
            old.deleteLater()
        if not isinstance(widget, QLabel):
            widget.changed.connect(self._on_changed)
            self.setFocusProxy(widget)

    def _tell(self) -> None:
        count = len(axis_values(self._axis)[0])
        told = f"{count:,} value{'' if count == 1 else 's'}"
        self._count.setText(self._note or told)
        self.as_list_button.setVisible(not isinstance(self._shown, LinesEdit))
        self._read.setVisible(isinstance(self._shown, LinesEdit))

    @Slot()
    def _on_changed(self) -> None:
        if isinstance(self._shown, QLabel):
            return
        self._note = None
        self._axis = Values(tuple(self._shown.items()))
        self._tell()
        self.changed.emit()

    @Slot()
    def _on_as_list_clicked(self) -> None:
        items = tuple(axis_values(self._axis)[0])
        lines = self._lines()
        lines.set_items(items)
        self._show(lines)
        self._axis = Values(items)
        self._tell()
        if self._before is not None:
            self.follow(self._before)
        lines.setFocus()
        self.changed.emit()

    @Slot()
    def _on_add_clicked(self) -> None:
        choose_path(self, self._field.param, "", self._add_paths, many=True)

    def _add_paths(self, paths: list[str]) -> None:
        if isinstance(self._shown, LinesEdit):
            self._shown.append_items(paths)

    @Slot()
    def _on_read_clicked(self) -> None:
        read_lines_of(self, self.read_file)

    def read_file(self, path: Path) -> None:
        """Add the lines of a text file to the values."""
        if not isinstance(self._shown, LinesEdit):
            return
        try:
            text = _text_of_file(path)
        except (OSError, ValueError) as error:
            self._note = f"{path.name}: {error}"
            self._tell()
            return
        depth = self._field.depth
        items = [item for _, item in parse_lines(self._field, text, depth)]
        if not lines_text(self._shown.items(), depth):
            self._shown.set_items(items)
            self._on_changed()
        else:
            self._shown.append_items(items)


def _text_of_file(path: Path) -> str:
    if path.stat().st_size > _FILE_AT_MOST:
        raise ValueError(f"larger than {_FILE_AT_MOST // 1_000_000} MB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not a text file in UTF-8") from None


def _axis_text(axis: Axis) -> str:
    """Return an axis as a sweep file has it, and its first values."""
    written = axis.to_toml(Path.cwd())
    told = (
        ", ".join(f"{key} {text_of(value)}" for key, value in written.items())
        if isinstance(written, dict)
        else text_of(written)
    )
    found, _ = axis_values(axis)
    first = ", ".join(map(text_of, found[:5])) + (", …" if len(found) > 5 else "")
    return f"{told}\n{first}" if found else told


def _button(text: str, hint: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setToolTip(tooltip(hint))
    return button
