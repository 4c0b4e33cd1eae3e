"""The stored runs as a Qt table, the newest first; title and note can be edited in place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from hopla_gui.gui.history.run_summary import RunSummary
from hopla_gui.gui.jobs.formatting import clock_time, when
from hopla_gui.gui.jobs.run_progress import counts_words
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.theme import dim_colour, icon, tinted_icon, warning_colour

_ROLE = Qt.ItemDataRole
SummaryRole = _ROLE.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_MOST_TEXT = 2_000


class Column(IntEnum):
    """The columns, from left to right."""

    RUN = 0
    STARTED = 1
    JOBS = 2
    WORKERS = 3
    NOTE = 4


_TITLES = ("Run", "Started", "Jobs", "Workers", "Note")


class HistoryModel(QAbstractTableModel):
    """Shows summaries, of those that match the words looked for.

    Signals
    -------
    described
        A run's folder, ``title`` or ``note``, and the text that a person gave.
    """

    described = Signal(object, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[Path, RunSummary] = {}
        self._shown: list[Path] = []
        self._words: list[str] = []

    def set_runs(self, runs: Iterable[RunSummary]) -> None:
        """Show these runs, in the order given."""
        self.beginResetModel()
        self._runs = {run.run_dir: run for run in runs}
        self._shown = self._found()
        self.endResetModel()

    def update_run(self, run: RunSummary) -> None:
        """Show what a run that is listed has become."""
        self._runs[run.run_dir] = run
        if run.run_dir in self._shown:
            row = self._shown.index(run.run_dir)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(_TITLES) - 1))

    def set_filter(self, text: str) -> None:
        """Show the runs in which all words are found."""
        self.beginResetModel()
        self._words = text.casefold().split()
        self._shown = self._found()
        self.endResetModel()

    def _found(self) -> list[Path]:
        return [where for where, run in self._runs.items() if run.matches(self._words)]

    def summary(self, index: Index) -> RunSummary | None:
        """Return the run in a row."""
        return self._runs[self._shown[index.row()]] if index.isValid() else None

    def row_of(self, run_dir: Path) -> int | None:
        """Return the row of a run, ``None`` where it is not shown."""
        return self._shown.index(run_dir) if run_dir in self._shown else None

    @property
    def total(self) -> int:
        """Number of runs, shown or not."""
        return len(self._runs)

    # What Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of runs that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        across = orientation == Qt.Orientation.Horizontal
        return _TITLES[section] if across and role == _ROLE.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let title and note be edited."""
        editable = index.column() in (Column.RUN, Column.NOTE)
        return super().flags(index) | (
            Qt.ItemFlag.ItemIsEditable if editable else Qt.ItemFlag.NoItemFlags
        )

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows."""
        run = self.summary(index)
        if run is None:
            return None
        match role:
            case _ROLE.DisplayRole:
                return cell_text(run, index.column())
            case _ROLE.EditRole:
                return run.name if index.column() == Column.RUN else run.note
            case _ROLE.ToolTipRole:
                return tip(cell_tip(run, index.column()))
            case _ROLE.DecorationRole if index.column() == Column.RUN:
                return tinted_icon("lost", warning_colour) if run.is_crashed else icon("script")
            case _ROLE.ForegroundRole if index.column() in (Column.STARTED, Column.WORKERS):
                return dim_colour()
            case _ if role == SummaryRole:
                return run
        return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Tell what a person wrote; the row changes once it is stored."""
        run, text = self.summary(index), str(value).strip()[:_MOST_TEXT]
        if run is None or role != _ROLE.EditRole or text == self.data(index, role):
            return False
        what = "title" if index.column() == Column.RUN else "note"
        self.described.emit(run.run_dir, what, text)
        return True


def cell_text(run: RunSummary, column: int) -> str:
    """Return what a cell says."""
    match column:
        case Column.RUN:
            return one_line(run.name, 200)
        case Column.STARTED:
            return when(run.started, datetime.now().astimezone())
        case Column.JOBS:
            return f"{run.counts.total:,}"
        case Column.WORKERS:
            return f"{run.workers:,}"
    return one_line(run.note, 300)


def cell_tip(run: RunSummary, column: int) -> str:
    """Return what a cell says at more length."""
    match column:
        case Column.RUN:
            return f"{run.script} · {run.run_dir.name}"
        case Column.STARTED:
            return clock_time(run.started)
        case Column.JOBS:
            return counts_words(run.counts)
    return run.note if column == Column.NOTE else ""
