"""All jobs that the form makes as a Qt table: made row by row as they are looked at.

A row is a point of the sweep that no rule leaves out. The model changes nothing itself: it tells
the edits that a person wants, and shows the jobs that come of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.commands.expand import JobList
from hopla_gui.errors import UserError
from hopla_gui.gui.background import Background, IsStale
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.setup.job_edits import Edits, switched, with_values, without_values
from hopla_gui.gui.setup.sweep_order import ordered_rows
from hopla_gui.gui.theme import dim_colour, error_colour, tinted_icon, warning_colour

_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
MOST_ROWS = 5_000_000  # Qt keeps some bytes for each row of a table
MOST_BY_HAND = 20_000
_KEPT = 2_000


class Known(IntEnum):
    """The columns beside those of the swept parameters: the first, and how many follow them."""

    NUMBER = 0
    NOTES = 1


class JobTableModel(QAbstractTableModel):
    """Shows a `JobList`.

    Parameters
    ----------
    as_text, as_value
        (parameter, value) → text of a cell, and back.

    Signals
    -------
    edits_wanted
        What is done by hand to single jobs, all of it.
    refused
        Why something cannot be done, in words.
    """

    edits_wanted = Signal(tuple)
    refused = Signal(str)

    def __init__(
        self,
        as_text: Callable[[str, object], str],
        as_value: Callable[[str, str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._as_text = as_text
        self._as_value = as_value
        self._jobs: JobList | None = None
        self._edits: Edits = ()
        self._refusals: Mapping[int, str] = {}
        self._made: dict[int, JobSpec | UserError] = {}
        self._order: array[int] | None = None
        self._sorted_by: tuple[str, bool] | None = None
        self._sorting = Background(self)
        self._sorting.done.connect(self._on_sorted)

    def stop(self) -> None:
        """Sort no more."""
        self._sorting.stop()

    # --- what is shown ---------------------------------------------------------------------

    @property
    def jobs(self) -> JobList | None:
        """The jobs that are shown."""
        return self._jobs

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the columns."""
        return self._jobs.swept if self._jobs else ()

    def set_jobs(self, jobs: JobList | None, edits: Sequence[JobEdit] = ()) -> None:
        """Show other jobs; what was selected stays so where the rows are the same."""
        old = self._jobs
        is_like = jobs and old and (jobs.swept, jobs.rows) == (old.swept, old.rows)
        if not is_like:
            self.beginResetModel()
            self._order = None
        self._jobs, self._edits = jobs, tuple(edits)
        self._made.clear()
        self._refusals = {}
        if is_like:
            self._all_changed()
        else:
            self.endResetModel()
        self._sort_anew()

    def set_refusals(self, refusals: Mapping[int, str]) -> None:
        """Show what the script's parser says of jobs, by index."""
        self._refusals = refusals
        self._all_changed()

    def point(self, row: int) -> int:
        """Return the point of the sweep in a row."""
        assert self._jobs is not None
        return self._jobs.point_in_row(self._order[row] if self._order is not None else row)

    def row_of_job(self, index: int) -> int:
        """Return the row of a job."""
        assert self._jobs is not None
        row = self._jobs.row_of(index)
        return self._order.index(row) if self._order is not None else row

    def job(self, row: int) -> JobSpec | UserError:
        """Return the job in a row, or why it cannot be made."""
        assert self._jobs is not None
        if row not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            try:
                self._made[row] = self._jobs.at(self.point(row))
            except UserError as error:
                self._made[row] = error
        return self._made[row]

    def text(self, row: int, column: int) -> str:
        """Return a cell in full."""
        job = self.job(row)
        if column > len(self.names):
            return self._notes(row)
        return "" if isinstance(job, UserError) else self._cell(job, column)

    def texts(self, row: int, columns: Sequence[int]) -> list[str]:
        """Return cells of a row in full, but for its notes; may be called on any thread."""
        assert self._jobs is not None
        try:
            job = self._jobs.at(self.point(row))
        except UserError:
            return [""] * len(columns)
        return [self._cell(job, column) for column in columns]

    def _cell(self, job: JobSpec, column: int) -> str:
        if column == Known.NUMBER:
            return job.name
        name = self.names[column - 1] if column <= len(self.names) else ""
        return self._as_text(name, job.parameters[name]) if name in job.parameters else ""

    def _notes(self, row: int) -> str:
        job = self.job(row)
        if isinstance(job, UserError):
            return job.what
        if job.index < 0:
            return "switched off"
        refusal = self._refusals.get(job.index)
        if refusal:
            return refusal
        assert self._jobs is not None
        return "edited by hand" if self._jobs.is_edited(self.point(row)) else ""

    def is_refused(self, row: int) -> bool:
        """Whether the script's parser refuses the job in a row."""
        job = self.job(row)
        return isinstance(job, UserError) or job.index in self._refusals

    def _all_changed(self) -> None:
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # --- what a person does ----------------------------------------------------------------

    def switch(self, rows: Sequence[int], on: bool) -> None:
        """Switch jobs on or off."""
        if self._jobs is not None and self._may_edit(len(rows)):
            points = [self.point(row) for row in rows]
            self.edits_wanted.emit(switched(self._jobs, self._edits, points, on))

    def are_on(self, rows: Sequence[int]) -> bool:
        """Whether any of the jobs runs."""
        return any(not isinstance(j, UserError) and j.index >= 0 for j in map(self.job, rows))

    def give(self, texts: Mapping[tuple[int, int], str]) -> None:
        """Give jobs other values, by row and column."""
        values: dict[int, dict[str, object]] = {}
        for (row, column), text in texts.items():
            if 0 < column <= len(self.names):
                name = self.names[column - 1]
                values.setdefault(self.point(row), {})[name] = self._as_value(name, text)
        if self._jobs is not None and values and self._may_edit(len(values)):
            self.edits_wanted.emit(with_values(self._jobs, self._edits, values))

    def take_back(self, cells: Sequence[tuple[int, int]]) -> None:
        """Give cells the sweep's own values again."""
        names: dict[int, list[str]] = {}
        for row, column in cells:
            if 0 < column <= len(self.names):
                names.setdefault(self.point(row), []).append(self.names[column - 1])
        if self._jobs is not None and names and self._may_edit(len(names)):
            self.edits_wanted.emit(without_values(self._jobs, self._edits, names))

    def _may_edit(self, rows: int) -> bool:
        if rows <= MOST_BY_HAND:
            return True
        self.refused.emit(f"{rows:,} jobs are too many to change by hand: use an exclusion rule.")
        return False

    # --- order -----------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a parameter; by number and by notes, the jobs stay as they are expanded."""
        descending = order == Qt.SortOrder.DescendingOrder
        is_value = 0 < column <= len(self.names)
        self._sorted_by = (self.names[column - 1], descending) if is_value else None
        if not is_value and descending and column == Known.NUMBER:
            self._sorted_by = ("", True)
        self._sort_anew()

    def _sort_anew(self) -> None:
        jobs, wanted = self._jobs, self._sorted_by
        if wanted is None or jobs is None or (wanted[0] and wanted[0] not in jobs.swept):
            self._on_sorted(None)
            return
        name, descending = wanted

        def work(is_stale: IsStale) -> array[int]:
            if not name:
                return array("q", range(jobs.rows - 1, -1, -1))
            return ordered_rows(jobs, name, descending, is_stale)

        self._sorting.start(work)

    @Slot(object)
    def _on_sorted(self, order: array[int] | None) -> None:
        if order is None:
            self._sorting.forget()
        if order is None and self._order is None:
            return
        self.layoutAboutToBeChanged.emit()
        self._order = order
        self._made.clear()
        self.layoutChanged.emit()

    # --- what Qt asks ----------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() or self._jobs is None else min(self._jobs.rows, MOST_ROWS)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.names) + len(Known)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != _ROLE.DisplayRole:
            return None
        return ("Job", *self.names, "Notes")[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let jobs be switched off and values be edited."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        if index.column() == Known.NUMBER:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        is_value = index.column() <= len(self.names)
        return flags | (Qt.ItemFlag.ItemIsEditable if is_value else Qt.ItemFlag.NoItemFlags)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows."""
        row, column = index.row(), index.column()
        match role:
            case _ROLE.DisplayRole:
                return one_line(self.text(row, column))
            case _ROLE.EditRole:
                return self.text(row, column)
            case _ROLE.ToolTipRole:
                return tip(self.text(row, column))
            case _ROLE.CheckStateRole if column == Known.NUMBER:
                on = self.are_on([row])
                return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            case _ROLE.ForegroundRole:
                return self._colour(row, column)
            case _ROLE.FontRole:
                return self._font(row, column)
            case _ROLE.DecorationRole if column > len(self.names) and self.is_refused(row):
                return tinted_icon("warning", warning_colour)
        return None

    def _colour(self, row: int, column: int) -> QColor | None:
        job = self.job(row)
        if isinstance(job, JobSpec) and job.index < 0:
            return dim_colour()
        if column > len(self.names):
            return error_colour() if self.is_refused(row) else dim_colour()
        return None

    def _font(self, row: int, column: int) -> QFont | None:
        if not 0 < column <= len(self.names) or self._jobs is None:
            return None
        edits = self._jobs.edits_of(self.point(row))
        name = self.names[column - 1]
        if not any(name in edit.set or name in edit.unset for edit in edits):
            return None
        font = QFont()
        font.setBold(True)
        return font

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Tell what a person wants; the jobs that come of it are shown soon."""
        if role == _ROLE.CheckStateRole and index.column() == Known.NUMBER:
            self.switch([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == _ROLE.EditRole and self.text(index.row(), index.column()) != value:
            self.give({(index.row(), index.column()): str(value)})
            return True
        return False
