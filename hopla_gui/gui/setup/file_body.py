"""Axes that read files: a pattern, a text file, a column of a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.fileaxes import read_table
from hopla_gui.domain.sweep import Axis
from hopla_gui.errors import UserError
from hopla_gui.gui.background import Background
from hopla_gui.gui.setup.axis_texts import axis_from_texts, beside, texts_of
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.setup.mode import Mode
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.theme import SPACING, icon

_RESTS_MS = 300  # a name that is still being typed is not looked for
_NAME = {Mode.GLOB: "pattern", Mode.LINES: "file", Mode.COLUMN: "table"}
_PLACEHOLDERS = {
    Mode.GLOB: "data/*.nii.gz   (** for any depth)",
    Mode.LINES: "subjects.txt",
    Mode.COLUMN: "participants.tsv",
}
_FILTERS = {
    Mode.LINES: ["Text (*.txt *.lst *.csv *.tsv)", "All files (*)"],
    Mode.COLUMN: ["Tables (*.tsv *.csv *.tab *.txt)", "All files (*)"],
}


class FileBody(QWidget):
    """Names a pattern or a file, relative to the base folder or absolute."""

    changed = Signal()

    def __init__(self, mode: Mode, base: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._base = base
        self._rests = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self._rests.timeout.connect(self.changed)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(_PLACEHOLDERS[mode])
        self.edit.setAccessibleName(_NAME[mode])
        self.edit.setToolTip(tooltip(f"Relative to {base}, or absolute"))
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.editingFinished.connect(self._on_editing_finished)
        self.browse_button = _button("folder", "Choose…")
        self.browse_button.clicked.connect(self.browse)
        self.refresh_button = _button("refresh", "Look again")
        self.refresh_button.clicked.connect(self.changed)
        line = QHBoxLayout()
        line.setSpacing(SPACING.TINY)
        line.addWidget(self.edit, 1)
        line.addWidget(self.browse_button)
        line.addWidget(self.refresh_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.TINY)
        self._column.addLayout(line)
        self.setFocusProxy(self.edit)

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {_NAME[self._mode]: self.edit.text()}

    def axis(self) -> Axis:
        """Return the axis, not read yet, or a draft of it."""
        return axis_from_texts(self._mode, self.texts(), self._base)

    def set_axis(self, axis: Axis) -> None:
        """Show what an axis reads."""
        self._rests.stop()
        self._base = getattr(axis, "base", self._base)
        self._show_texts(texts_of(axis))

    def _show_texts(self, texts: Mapping[str, str]) -> None:
        text = texts.get(_NAME[self._mode], "")
        if self.edit.text() != text:
            self.edit.setText(text)

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""
        return [self.edit, self.browse_button, self.refresh_button]

    @Slot()
    def browse(self) -> None:
        """Choose a file, or for a pattern the folder whose files are meant."""
        dialog = QFileDialog(self, "Choose", str(self._base))
        if self._mode is Mode.GLOB:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilters(_FILTERS[self._mode])
        open_dialog(dialog, self.take_paths)

    def take_paths(self, paths: list[str]) -> None:
        """Name what was chosen; a folder keeps the last part of the pattern."""
        name = beside(Path(paths[0]), self._base)
        if self._mode is Mode.GLOB:
            name = str(Path(name) / (Path(self.edit.text()).name or "*"))
        self.edit.setText(name)
        self._rests.stop()
        self._after_edit()
        self.changed.emit()

    def _after_edit(self) -> None:
        """Follow what is named now."""

    @Slot()
    def _on_text_edited(self) -> None:
        self._after_edit()
        self._rests.start()

    @Slot()
    def _on_editing_finished(self) -> None:
        if self._rests.isActive():
            self._rests.stop()
            self.changed.emit()


class ColumnBody(FileBody):
    """Names a table and one of its columns."""

    def __init__(self, base: Path, parent: QWidget | None = None) -> None:
        super().__init__(Mode.COLUMN, base, parent)
        self.column = CalmComboBox()
        self.column.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.column.setAccessibleName("column")
        self._name_edit = QLineEdit()
        self.column.setLineEdit(self._name_edit)
        self._name_edit.setPlaceholderText("column")
        self._name_edit.textEdited.connect(self._on_column_edited)
        self.column.activated.connect(self.changed)
        self._column.addWidget(self.column)
        self._table: Path | None = None
        self._headers = Background(self)
        self._headers.done.connect(self._on_header_read)

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return super().texts() | {"column": self.column.currentText()}

    def _show_texts(self, texts: Mapping[str, str]) -> None:
        super()._show_texts(texts)
        self.column.setCurrentText(texts.get("column", ""))
        self._after_edit()

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""
        return [*super().focusable(), self.column]

    def _after_edit(self) -> None:
        if self.edit.text():
            self._look_at(self._base / self.edit.text())

    @Slot()
    def _on_column_edited(self) -> None:
        self._rests.start()

    def _look_at(self, table: Path) -> None:
        """Read the header of a table, unless it was the last one."""
        if table != self._table:
            self._table = table
            self._headers.start(lambda _is_stale: _header(table))

    @Slot(object)
    def _on_header_read(self, found: tuple[Path, list[str]] | None) -> None:
        """Offer the columns; the first one is taken where none is named."""
        path, header = found or (None, [])
        if path != self._base / self.edit.text():
            return
        before = self.column.currentText()
        self.column.clear()
        self.column.addItems(header)
        self.column.setCurrentText(before or (header[0] if header else ""))
        if not before and header:
            self.changed.emit()


def _header(path: Path) -> tuple[Path, list[str]] | None:
    """Return a table and its header; nothing where it cannot be read."""
    try:
        header, _, _ = read_table(path)
    except UserError:  # told where its values are looked at
        return None
    return path, header


def _button(name: str, hint: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setAutoRaise(True)
    button.setToolTip(tooltip(hint))
    button.setAccessibleName(hint)
    return button
