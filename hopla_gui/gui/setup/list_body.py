"""A list of values: lines of text, or choices to check; also one to pick from at random."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.setup.checks_editor import ChecksEdit
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.list_editors import LinesEdit
from hopla_gui.gui.setup.path_dialog import choose_path, read_lines_of
from hopla_gui.gui.setup.plain_text import plain_label, text_button
from hopla_gui.gui.setup.survey import count_words
from hopla_gui.gui.setup.values import lines_text, parse_lines
from hopla_gui.gui.theme import SPACING, icon

_FILE_AT_MOST = 20_000_000
_HINTS = {
    0: "one value a line; paste a column of a spreadsheet",
    1: "one list a line, its values apart by spaces",
    2: 'one a line, as ["a", "b"] or [[1, 2], [3]]',
}


class ListBody(QWidget):
    """Edits values one by one."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._shown: ChecksEdit | LinesEdit | None = None
        self._items: tuple[object, ...] = ()
        self._note: str | None = None
        self._slip: str | None = None
        self._count = plain_label("", "dim")
        self.as_list_button = text_button(
            "As list", "List the values one by one, in any order, doubles too"
        )
        self.as_list_button.clicked.connect(self._on_as_list_clicked)
        self._read = text_button("From file…", "Copy the values from a text file, one a line")
        self._read.clicked.connect(self._on_read_clicked)
        self._arrange()

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.TINY)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.TINY)
        foot.addWidget(self._count, 1)
        foot.addWidget(self.as_list_button)
        if self._field.kind is Kind.PATH and self._field.depth == 0:
            add = text_button("Add…", "Choose paths to add")
            add.setIcon(icon("folder"))
            add.clicked.connect(self._on_add_clicked)
            foot.addWidget(add)
        foot.addWidget(self._read)
        self._column.addLayout(foot)

    def axis(self) -> Axis:
        """Return the values as an axis."""
        return Values(self._items)

    def set_axis(self, axis: Axis) -> None:
        """Show the values of a list."""
        if isinstance(axis, Values):
            self.set_items(axis.items)

    def items(self) -> tuple[object, ...]:
        """Return the values."""
        return self._items

    def set_items(self, items: Sequence[object]) -> None:
        """Show values in the way that fits them."""
        if not (isinstance(self._shown, LinesEdit) and not self._may_check(items)):
            self._show(ChecksEdit(self._field) if self._may_check(items) else self._lines())
        if self._shown is not None:
            self._shown.set_items(items)
        self._items = tuple(items)
        self._tell()

    def _may_check(self, items: Sequence[object]) -> bool:
        field = self._field
        return field.depth == 0 and ChecksEdit.suits(field) and ChecksEdit.can_show(field, items)

    def _lines(self) -> LinesEdit:
        lines = LinesEdit(self._field, self._field.depth)
        lines.set_lines_at_least(3)
        lines.setPlaceholderText(_HINTS[self._field.depth])
        return lines

    def line_error(self) -> str | None:
        """Return the first line that does not fit."""
        return self._shown.line_error() if isinstance(self._shown, LinesEdit) else None

    def show_slip(self, note: str | None) -> None:
        """Tell what may be a slip: values that come twice."""
        self._slip = note
        self._tell()

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""
        shown: list[QWidget] = [self._shown] if self._shown is not None else []
        if isinstance(self._shown, ChecksEdit):
            shown = list(self._shown.findChildren(QCheckBox))
        return [*shown, self.as_list_button, self._read]

    def _show(self, widget: ChecksEdit | LinesEdit) -> None:
        if self._shown is not None:
            self._column.removeWidget(self._shown)
            self._shown.hide()
            self._shown.setParent(None)
            self._shown.deleteLater()
        self._shown = widget
        self._column.insertWidget(0, widget)
        widget.changed.connect(self._on_changed)
        self.setFocusProxy(widget)

    def _tell(self) -> None:
        told = count_words(len(self._items))
        self._count.setText(self._note or (f"{told} · {self._slip}" if self._slip else told))
        self.as_list_button.setVisible(isinstance(self._shown, ChecksEdit))
        self._read.setVisible(isinstance(self._shown, LinesEdit))

    @Slot()
    def _on_changed(self) -> None:
        if self._shown is None:
            return
        self._note = None
        self._items = tuple(self._shown.items())
        self._tell()
        self.changed.emit()

    @Slot()
    def _on_as_list_clicked(self) -> None:
        lines = self._lines()
        lines.set_items(self._items)
        before: QWidget = self.as_list_button
        self._show(lines)
        QWidget.setTabOrder(lines, before)
        self._tell()
        lines.setFocus()

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
