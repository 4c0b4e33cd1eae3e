"""The page that makes a table the sweep: its rows become jobs, its columns go to parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.engine.sweepfiles.table import ColumnMatch, Table, open_table, paste_table
from hopla_gui.errors import UserError
from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.plain_view import text_button
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.setup.column_map import ColumnMap, ColumnMapModel
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.setup.table_sweep import Mapped, axes, matched, recognised, table_in
from hopla_gui.gui.setup.table_view import TableModel, TableView
from hopla_gui.gui.theme import SPACING, icon

_HINT = "Drag a column onto a parameter, or choose it there. Each row becomes a job."
_LISTED = 4


class TablePage(QWidget):
    """Reads a table, has its columns mapped, and makes it the sweep of the form.

    Signals
    -------
    close_wanted
        Back to the form, the table taken or not.
    """

    close_wanted = Signal()

    def __init__(self, form: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._of_spec: object = None
        self._matches: list[ColumnMatch] = []
        self._is_of_form = False  # the table that is read is the one that the form has
        self._given: dict[Field, Axis] = {}  # what the form has of the table
        self.table_model = TableModel(self)
        self.map_model = ColumnMapModel(self)
        self.table = TableView(self.table_model)
        self.map = ColumnMap(self.map_model)
        self.map_model.changed.connect(self._on_mapping_changed)
        self._reading = Background(self)
        self._reading.done.connect(self._on_read)
        self._make_widgets()
        self._arrange()
        self._show_table(None)

    def _make_widgets(self) -> None:
        self.source = plain_label("", "heading", wrap=False)
        self.source.hide()
        self.problem = plain_label("", "error")
        self.summary = plain_label("", wrap=True)
        self.choose_button = _button("open", "Choose a file…", self.choose)
        self.paste_button = _button("copy", "Paste", self.paste)
        self.paste_button.setToolTip("Cells copied from a spreadsheet, titles first (Ctrl+V)")
        self.match_button = _button("link", "Match by name", self._on_match_clicked)
        self.close_button = text_button("Close", "close", "Back to the form (Esc)")
        self.close_button.clicked.connect(self.close_wanted)
        self.use_button = QPushButton("Use as the sweep")
        self.use_button.setProperty("primary", True)
        self.use_button.setAutoDefault(True)
        self.use_button.clicked.connect(self.use)

    def _arrange(self) -> None:
        title = QLabel("A table as the sweep")
        title.setProperty("title", True)
        head = _row(title)
        head.addStretch(1)
        for button in (self.choose_button, self.paste_button, self.close_button):
            head.addWidget(button)
        hint = _row(self.source)
        hint.addWidget(plain_label(_HINT, "dim"), 1)
        hint.addWidget(self.match_button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.map)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        foot = _row()
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.use_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.LARGE)
        column.setSpacing(SPACING.SMALL)
        column.addLayout(head)
        column.addLayout(hint)
        column.addWidget(self.problem)
        column.addWidget(split, 1)
        column.addLayout(foot)

    # --- the table -------------------------------------------------------------------------

    def start(self) -> None:
        """Show the table that the form has, else the one that was mapped last here."""
        path = table_in(self._form)
        if path is not None:
            self._is_of_form = True
            self._read(path)
        elif self._of_spec is not self._form.spec:
            self._show_table(None)
        self.choose_button.setFocus()

    def open(self, path: Path) -> None:
        """Read a CSV or TSV file."""
        self._is_of_form = False
        self._read(path)

    def _read(self, path: Path) -> None:
        self._tell(f"Reading {path.name}…")
        self._reading.start(lambda _is_stale: _table(lambda: open_table(path)))

    @Slot()
    def choose(self) -> None:
        """Ask for a file."""
        table = self.table_model.table
        folder = table.path.parent if table and table.path else self._form.base
        dialog = QFileDialog(self, "Open a table", str(folder))
        dialog.setNameFilters(["Tables (*.tsv *.csv *.tab *.txt)", "All files (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_dialog(dialog, lambda paths: self.open(Path(paths[0])))

    @Slot()
    def paste(self) -> None:
        """Read the table that is on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._show_problem("There is no text on the clipboard.")
            return
        self._is_of_form = False
        self._tell("Reading what was copied…")
        self._reading.start(lambda _is_stale: _table(lambda: paste_table(text)))

    @Slot(object)
    def _on_read(self, found: Table | UserError) -> None:
        if isinstance(found, UserError):
            self._show_problem(found.what)
            self._tell_source()
        else:
            self._show_table(found)
            (self.use_button if self.use_button.isEnabled() else self.map).setFocus()

    def _show_table(self, table: Table | None) -> None:
        self._of_spec = self._form.spec
        self._show_problem("")
        self.table_model.set_table(table)
        self._tell_source()
        by_name: Mapped = {}
        self._matches = []
        if table is not None:
            by_name, self._matches = matched(table, self._form.fields())
        before = recognised(self._form, table) if table is not None and self._is_of_form else {}
        self._given = {field: self._axis(field) for field in before}
        self._show_mapping(before or by_name)

    def _axis(self, field: Field) -> Axis:
        return self._form.state(field).axis or Values(())

    def _show_mapping(self, mapped: Mapped) -> None:
        table = self.table_model.table
        columns = table.columns if table else ()
        self.map_model.start(self._form.fields(), columns, mapped)

    def _tell_source(self) -> None:
        table = self.table_model.table
        if table is None:
            self._tell("")
            return
        name = table.path.name if table.path else "pasted"
        self._tell(f"{one_line(name, 60)} · {_count(len(table.rows), 'row')}")

    def _tell(self, text: str) -> None:
        self.source.setText(text)
        self.source.setVisible(bool(text))  # else its gap would stand before the hint

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # --- the mapping -----------------------------------------------------------------------

    @Slot()
    def _on_match_clicked(self) -> None:
        table = self.table_model.table
        if table is not None:
            self._show_mapping(matched(table, self._form.fields())[0])

    @Slot()
    def _on_mapping_changed(self) -> None:
        mapped = self.map_model.mapped
        goals: dict[str, str] = {}
        for field, column in mapped.items():
            before = f"{goals[column]}, " if column in goals else "→ "
            goals[column] = before + field.param.label
        self.table_model.set_goals(goals)
        table = self.table_model.table
        rows = len(table.rows) if table else 0
        self.use_button.setEnabled(bool(mapped) and rows > 0)
        self.match_button.setEnabled(table is not None)
        self.summary.setText(self._words(mapped, rows) if table else "")

    def _words(self, mapped: Mapped, rows: int) -> str:
        if not rows:
            return "The table has no rows below its titles."
        if not mapped:
            return "No column goes to a parameter yet."
        told = f"{_count(rows, 'row')}, {_count(len(mapped), 'parameter')}"
        joined = {*mapped, *self._given, *self._linked()}
        others = [f for block in self._form.blocks() for f in block if f not in joined]
        if others:
            told += f", crossed with {', '.join(field.param.label for field in others)}"
        unused = [match for match in self._matches if match.column not in mapped.values()]
        return told + _unused_words(unused)

    def _still_given(self) -> list[Field]:
        """Return the fields that the form has from here, and that nobody has changed since."""
        return [f for f, axis in self._given.items() if self._form.state(f).axis == axis]

    def _linked(self) -> list[Field]:
        """Return the fields that advance together with those and are not from the table."""
        given = set(self._still_given())
        blocks = [block for block in self._form.blocks() if not given.isdisjoint(block)]
        return [field for block in blocks for field in block if field not in given]

    @Slot()
    def use(self) -> None:
        """Make the table the sweep."""
        table, mapped = self.table_model.table, self.map_model.mapped
        if table is None or not mapped:
            return
        try:
            found = axes(table, mapped, self._form.base)
        except UserError as error:
            self._show_problem(error.what)
            return
        linked = {f: self._axis(f) for f in self._linked() if f not in found}
        self._form.sweep_together(found | linked, but=self._still_given())
        self._given = found
        self.close_wanted.emit()

    def stop(self) -> None:
        """Read no more."""
        self._reading.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape, paste on Ctrl+V."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)


def _table(read: Callable[[], Table]) -> Table | UserError:
    try:
        return read()
    except UserError as error:
        return error


def _unused_words(unused: list[ColumnMatch]) -> str:
    """Return which columns go nowhere, and where they might."""
    if not unused:
        return ""
    told = [
        one_line(match.column, 30)
        + (f" ({match.suggestions[0]}?)" if match.suggestions and not match.parameter else "")
        for match in unused[:_LISTED]
    ]
    more = f" and {len(unused) - _LISTED} more" if len(unused) > _LISTED else ""
    return f". Not used: {', '.join(told)}{more}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _button(name: str, text: str, clicked: Callable[[], None]) -> QPushButton:
    button = QPushButton(icon(name), text)
    button.setAutoDefault(False)
    button.clicked.connect(clicked)
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACING.SMALL)
    for widget in widgets:
        row.addWidget(widget)
    return row
