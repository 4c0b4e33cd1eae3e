"""The page that says what was understood of each parameter, and what stays a plain text, why."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.params import ParserSpec
from hopla_gui.engine.inspection.report import ParameterReport, introspection_report, report_text
from hopla_gui.gui.jobs.plain_view import copy_text, text_button
from hopla_gui.gui.jobs.text import many_lines, one_line
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.table_look import make_plain
from hopla_gui.gui.theme import SPACING, dim_colour, fixed_font, icon

_TITLES = ("Parameter", "In the form", "Why a plain text")
_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_HINT = (
    "The script's own parser judges plain texts, before anything runs. What no field can say goes"
    " into the extra arguments, as it stands."
)


class ReportModel(QAbstractTableModel):
    """A row for each parameter, those of subcommands too."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[ParameterReport] = []
        self.lines: list[ParameterReport] = []

    def show(self, lines: list[ParameterReport], *, only_texts: bool) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._all = lines
        self.lines = [line for line in lines if line.why_text or not only_texts]
        self.endResetModel()

    def show_only_texts(self, only: bool) -> None:
        """Show all parameters, or those alone that stay plain texts."""
        self.show(self._all, only_texts=only)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of parameters on show."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return a cell."""
        line = self.lines[index.row()]
        if role == _ROLE.FontRole and index.column() == 0:
            return fixed_font()
        if role == _ROLE.ForegroundRole and index.column() == 2:
            return dim_colour()
        text = (_name(line), line.understood, line.why_text or "")[index.column()]
        if role == _ROLE.DisplayRole:
            return one_line(text)
        if role == _ROLE.ToolTipRole:
            return tooltip(many_lines(f"{text}\n{line.parameter.help or ''}".strip()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the titles."""
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return _TITLES[section]
        return None


class ReportPage(QWidget):
    """Shows the report of a parser.

    Signals
    -------
    field_wanted
        Subcommand words and a `ParamSpec`: its field is to be shown.
    extra_wanted
        The field of the extra arguments is to be shown.
    close_wanted
        Back to the form.
    """

    field_wanted = Signal(tuple, object)
    extra_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: ParserSpec | None = None
        self.model = ReportModel(self)
        self.table = _table(self.model)
        self.table.activated.connect(self._on_activated)
        self.summary = plain_label("", "dim")
        self.kind = CalmComboBox()
        self.kind.addItems(["All", "Only plain texts"])
        self.kind.setAccessibleName("Which parameters")
        self.kind.currentIndexChanged.connect(lambda place: self.model.show_only_texts(bool(place)))
        self.copy_button = text_button("Copy the report", "copy")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.extra_button = QPushButton(icon("terminal"), "Extra arguments…")
        self.extra_button.clicked.connect(self.extra_wanted)
        self.close_button = text_button("Close", "close", "Back to the form (Esc)")
        self.close_button.clicked.connect(self.close_wanted)
        self._arrange()

    def _arrange(self) -> None:
        title = QLabel("What was understood")
        title.setProperty("title", True)
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        head.addWidget(title)
        head.addWidget(self.summary, 1)
        for widget in (self.kind, self.copy_button, self.close_button):
            head.addWidget(widget)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.MEDIUM)
        foot.addWidget(plain_label(_HINT, "dim"), 1)
        foot.addWidget(self.extra_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.LARGE)
        column.setSpacing(SPACING.SMALL)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def show_spec(self, spec: ParserSpec) -> None:
        """Show what was understood of a parser."""
        self._spec = spec
        lines = introspection_report(spec)
        self.model.show(lines, only_texts=bool(self.kind.currentIndex()))
        self.summary.setText(summary_words(lines))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        line = self.model.lines[index.row()]
        self.field_wanted.emit(line.subcommand, line.parameter)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._spec is not None:
            copy_text(report_text(self._spec), self.copy_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        else:
            super().keyPressEvent(event)


def summary_words(lines: list[ParameterReport]) -> str:
    """Return how many parameters there are, and how many of them stay plain texts."""
    texts = sum(1 for line in lines if line.why_text)
    total = f"{len(lines):,} {'parameter' if len(lines) == 1 else 'parameters'}"
    if not texts:
        return f"{total}, each with a fit field"
    return f"{total}, {texts:,} of them {'a plain text' if texts == 1 else 'plain texts'}"


def _name(line: ParameterReport) -> str:
    flags = ", ".join(line.parameter.flags)
    return " ".join([*line.subcommand, flags or line.parameter.dest])


def _table(model: ReportModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    make_plain(table, padding=12)
    table.setAccessibleName("What was understood")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    titles = table.horizontalHeader()
    titles.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    titles.resizeSection(0, 300)
    titles.resizeSection(1, 340)
    return table
