"""The tree of jobs as a Qt model: a table of rows, of which some lie below others.

Which row shows what, `row_model` knows; how the jobs stand, `job_standings`.

It keeps a light status of each job. Commands and parameters are asked for by row as they are
painted; traceback and values are read when a row is opened; columns when they are shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from PySide6.QtCore import QObject, Qt, Signal

from hopla_gui.domain.columns import JobColumn, parameter
from hopla_gui.domain.events import Event
from hopla_gui.domain.job import Counts, JobSpec, JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.engine.results.explaining import Explainer
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.gui.jobs.arrangement import Arranged, Arrangement
from hopla_gui.gui.jobs.formatting import STATE_WORDS
from hopla_gui.gui.jobs.job_cells import (
    FIXED,
    FROZEN,
    Column,
    JobCells,
    ObjectRole,
    ProgressRole,
    SortRole,
    ValueRole,
    title_of,
)
from hopla_gui.gui.jobs.job_facts import Fact, facts
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node, type_text
from hopla_gui.gui.jobs.row_arranger import RowArranger
from hopla_gui.gui.jobs.row_model import RowModel
from hopla_gui.gui.jobs.row_plan import RowGroup, RowPlan
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import dim_colour

_ROLE = Qt.ItemDataRole
_CHANGED_ROLES = [_ROLE.DisplayRole, _ROLE.DecorationRole, _ROLE.ForegroundRole, _ROLE.ToolTipRole]
_NODE_READERS: dict[int, Callable[[Node], object]] = {
    _ROLE.DisplayRole: lambda node: node.label,
    _ROLE.ForegroundRole: lambda node: dim_colour() if node.parent is None else None,
    _ROLE.ToolTipRole: type_text,
    _ROLE.AccessibleTextRole: lambda node: f"{node.label}: {node.text}",
    ValueRole: lambda node: node.text,
    SortRole: lambda node: node.text,
    ObjectRole: lambda node: node.value,
}
_GROUP_READERS: dict[int, Callable[[RowGroup, str], object]] = {
    _ROLE.DisplayRole: lambda group, title: title,
    _ROLE.ToolTipRole: lambda group, title: tip(title),
    _ROLE.AccessibleTextRole: lambda group, title: f"{title}: {len(group.jobs)} jobs",
    ValueRole: lambda group, title: f"{len(group.jobs):,}",
    SortRole: lambda group, title: len(group.jobs),
    ObjectRole: lambda group, title: group,
}


class JobModel(RowModel):
    """The jobs of a run, sorted, filtered and grouped by row numbers of its own.

    Rows stay where they are while jobs change, until they are sorted again. A filter and groups
    follow the jobs, at most some times a second.

    Parameters
    ----------
    clock
        Wall clock, seconds since the epoch.

    Signals
    -------
    columns_loaded
        Columns that were read in the background can be shown.
    """

    run_loaded = Signal()
    counts_changed = Signal(object)  # Counts
    visible_changed = Signal(int)  # number of jobs that pass the filter
    columns_loaded = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._run: RunView | None = None
        self._shown: list[JobColumn] = list(FIXED)
        self._standings = JobStandings(JobStatuses())
        self._columns: JobColumns | None = None
        self._cells: JobCells | None = None
        self._readers: dict[int, Callable[[int, int], object]] = {}
        self._progress: dict[int, float] = {}
        self.arranger = RowArranger(self)
        self.arranger.arranged.connect(self._on_arranged)
        self.group_toggled.connect(self.arranger.keep_closed)
        self.arranger.columns_loaded.connect(self._on_columns_loaded)

    # What is shown

    @property
    def run(self) -> RunView | None:
        """The run that is shown."""
        return self._run

    @property
    def columns(self) -> JobColumns | None:
        """The columns of the run that is shown, kept up to date; for all who look at it."""
        return self._columns

    @property
    def shown_columns(self) -> Sequence[JobColumn]:
        """What the columns show, from the first on."""
        return self._shown

    def load(self, run: RunView | None, standings: JobStandings | None = None) -> None:
        """Show a run in the order of its sweep; the filter stays.

        Parameters
        ----------
        standings
            Those of the run, where they are read already: of many jobs it takes a while.
        """
        self.beginResetModel()
        self._run = run
        if standings is None:
            standings = JobStandings(run.statuses() if run is not None else JobStatuses())
        self._standings = standings
        self._shown = [*FIXED, *map(parameter, run.swept if run is not None else ())]
        self._columns = JobColumns(run) if run is not None else None
        self._cells = self._make_cells(run) if run is not None else None
        self._readers = _readers(self._cells) if self._cells else {}
        self._opened.clear()
        self._progress.clear()
        self._plan = RowPlan(range(len(self._standings.statuses)))
        arrangement = self._make_arrangement()
        if arrangement is not None and self.arranger.wanted.filters:
            self._plan = RowPlan()
        self.endResetModel()
        self.arranger.set_arrangement(arrangement, self._columns)
        self.run_loaded.emit()
        self.counts_changed.emit(self.counts())
        self.visible_changed.emit(len(self._plan.jobs))

    def explainer(self) -> Explainer | None:
        """Return what says why jobs failed that did, of the columns and states that all read."""
        if self._columns is None:
            return None
        return Explainer(self._columns, self._standings.statuses.states)

    def _make_cells(self, run: RunView) -> JobCells:
        assert self._columns is not None
        return JobCells(
            run,
            self._shown,
            self._standings,
            self._now,
            self._columns.loaded,
        )

    def _make_arrangement(self) -> Arrangement | None:
        if self._run is None or self._columns is None:
            return None
        return Arrangement(
            self.arranger.wanted,
            self._columns,
            self._standings.statuses,
            self._run.info,
            self._now,
        )

    def _now(self) -> float:
        """Return the time up to which jobs have been running: it stands still with them."""
        standings = self._standings
        still = standings.frozen_at if standings.as_of is None else standings.as_of
        return self._clock() if still is None else still

    def stop_clock(self) -> None:
        """Have the jobs that run take no more time: they are shown as they stand now."""
        self._standings.as_of = self._clock()

    def show_columns(self, further: Sequence[JobColumn]) -> None:
        """Show further columns behind the fixed ones and the swept parameters."""
        always = [*FIXED, *map(parameter, self._run.swept if self._run is not None else ())]
        wanted = [*always, *(column for column in further if column not in always)]
        if wanted == self._shown:
            return
        first = len(always)
        if len(self._shown) > first:
            self.beginRemoveColumns(NO_INDEX, first, len(self._shown) - 1)
            del self._shown[first:]
            self.endRemoveColumns()
        if len(wanted) > first:
            self.beginInsertColumns(NO_INDEX, first, len(wanted) - 1)
            self._shown += wanted[first:]
            self.endInsertColumns()
        self.arranger.show_columns(wanted[first:])

    def facts_of(self, job: int) -> Iterable[Fact]:
        """Return what is told below a job when it is opened: it is read now."""
        return facts(self._run.glance(job)) if self._run is not None else []

    def counts(self) -> Counts:
        """Return the jobs of the run by state."""
        return self._standings.counts()

    def status(self, job: int) -> JobStatus:
        """Return how a job stands."""
        return self._standings.statuses[job]

    def name(self, job: int) -> str:
        """Return what a job is called."""
        return self._run.info.job_name(job) if self._run is not None else ""

    def spec(self, job: int) -> JobSpec:
        """Return what a job runs."""
        if self._cells is None:
            raise IndexError(job)
        return self._cells.spec(job)

    def has_run_again(self) -> bool:
        """Tell whether a job has had more than one attempt."""
        return self._standings.has_run_again()

    def last_ended(self) -> float | None:
        """Return when the last of the jobs that have ended did, seconds since the epoch."""
        return self._standings.last_ended()

    def value(self, job: int, column: JobColumn) -> object:
        """Return a value of a job, ``None`` where its column has not been read."""
        return self._cells.value(job, column) if self._cells is not None else None

    def first_failure(self) -> int | None:
        """Return the first job in the order of the sweep that did not succeed, if any."""
        return self._standings.first_failure(range(len(self._standings.statuses)))

    def next_failed(self, job: int | None) -> int | None:
        """Return the job that did not succeed in the next row below a job's, or from the top."""
        groups, shown = self._plan.groups, self._plan.jobs
        if groups is not None:
            shown = [one for group in groups for one in group.jobs]
        start = 0
        if job is not None and job in shown:
            start = shown.index(job) + 1
        rows = chain(range(start, len(shown)), range(start))
        return self._standings.first_failure(shown[row] for row in rows)

    # Changes

    def apply(self, events: Sequence[Event]) -> None:
        """Take in a batch of events of the run that is shown."""
        if self._columns is None:
            return
        self._columns.apply(events)
        changed = self._standings.apply(events)
        for job in changed & self._progress.keys():
            del self._progress[job]
        if changed:
            self._announce(changed)

    def _announce(self, changed: set[int]) -> None:
        self.tell(map(self._plan.row_of, changed), 0, len(self._shown) - 1, _CHANGED_ROLES)
        self.reopen(changed)
        self.counts_changed.emit(self.counts())
        self.arranger.note_changes(changed)

    def set_progress(self, fractions: Mapping[int, float]) -> None:
        """Take in how far running jobs say they are, from 0 to 1."""
        changed = [job for job, found in fractions.items() if self._progress.get(job) != found]
        self._progress.update(fractions)
        rows = map(self._plan.row_of, changed)
        self.tell(rows, Column.STATE, Column.STATE, [ProgressRole])

    def progress(self, job: int) -> float | None:
        """Return how far a running job says it is, ``None`` where it does not."""
        return self._progress.get(job)

    def show_stopping(self, jobs: Iterable[int] | None) -> None:
        """Take note that jobs were told to stop, ``None`` for all: until they end, they say so."""
        found = self._standings.note_stopping(jobs)
        rows = (self._plan.row_of(job) for job in found if self.is_stopping(job))
        self.tell(rows, Column.STATE, Column.STATE, [_ROLE.DisplayRole])

    def is_stopping(self, job: int) -> bool:
        """Whether a job runs though it was told to stop."""
        return self._standings.is_stopping(job)

    def show_moved_first(self, jobs: Iterable[int]) -> None:
        """Take note that jobs that wait come before the others: until they begin, they say so."""
        found = self._standings.note_moved_first(jobs)
        roles = [_ROLE.DisplayRole, _ROLE.ToolTipRole]
        self.tell(map(self._plan.row_of, found), Column.STATE, Column.STATE, roles)

    def show_frozen(self, frozen: bool) -> None:
        """Take note that the jobs that run stand still, or go on."""
        rows = map(self._plan.row_of, self._standings.freeze(frozen, self._clock()))
        self.tell(rows, Column.STATE, Column.DURATION, [_ROLE.DisplayRole])
        heads = map(self._plan.row_of_group, self._plan.groups or ())
        self.tell(heads, Column.NAME, Column.NAME, [_ROLE.DisplayRole])

    def standing(self, job: int) -> str | None:
        """Return what a running job does instead of running, in a word."""
        return self._cells.standing(job) if self._cells is not None else None

    def group_title(self, group: RowGroup) -> str:
        """Return what the jobs of a group have in common: that they run, or stand still."""
        return self.running_word() if group.state is JobState.RUNNING else group.title

    def running_word(self) -> str:
        """Return what jobs do that run, or would if they were not frozen."""
        is_frozen = self._standings.frozen_at is not None
        return FROZEN if is_frozen else STATE_WORDS[JobState.RUNNING]

    def state_word(self, job: int) -> str:
        """Return how a job stands, or what it does instead of running, in a word."""
        return self._cells.state_word(job) if self._cells is not None else ""

    # Order

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, equal rows staying as they stand; -1 for the order of the sweep."""
        if column < len(self._shown):
            by = self._shown[column] if column >= 0 else None
            self.arranger.sort(by, descending=order == Qt.SortOrder.DescendingOrder)

    def set_filter(self, states: set[JobState] | None, text: str = "") -> None:
        """Show the jobs in one of ``states`` (``None``: any) that a query lets through."""
        self.arranger.set_filter(states, text)

    def set_grouping(self, column: JobColumn | None) -> None:
        """Put the jobs that have something in common below a row of their own."""
        self.arranger.set_grouping(column)

    def _on_arranged(self, found: Arranged) -> None:
        if self.arrange(found):
            self.visible_changed.emit(len(found.jobs))

    def _on_columns_loaded(self) -> None:
        if len(self._plan):
            last = len(self._shown) - 1
            self.dataChanged.emit(
                self.createIndex(0, 0), self.createIndex(len(self._plan) - 1, last)
            )
        self.columns_loaded.emit()

    # What Qt asks

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of columns: four, the swept parameters, and what the user chose."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows in a role."""
        if not index.isValid():
            return None
        shown = self._plan.at(index.row())
        if isinstance(shown, int):
            if role == ProgressRole:
                return self._progress.get(shown) if index.column() == Column.STATE else None
            reader = self._readers.get(role)
            return reader(shown, index.column()) if reader else None
        if index.column() > 0:
            return None
        if isinstance(shown, RowGroup):
            of_group = _GROUP_READERS.get(role)
            return of_group(shown, self.group_title(shown)) if of_group else None
        of_node = _NODE_READERS.get(role)
        return of_node(shown) if of_node else None

    def cells(self) -> JobCells | None:
        """Return the cells of the run that is shown: for the delegate, which paints them."""
        return self._cells

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        if role == _ROLE.TextAlignmentRole:
            if self._cells is None or not self.run:
                return None
            shown = next(iter(self._plan.jobs), 0)  # with no rows, titles stay where they were
            return self._cells.alignment(shown, section)
        if role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return None
        title = self.column_title(section)
        return title if role == _ROLE.DisplayRole else tip(title)

    def column_title(self, column: int) -> str:
        """Return the title of a column: a fixed one, or the name of what it shows."""
        return title_of(self._shown[column])


def _readers(cells: JobCells) -> dict[int, Callable[[int, int], object]]:
    return {
        _ROLE.DisplayRole: cells.text,
        _ROLE.DecorationRole: cells.icon,
        _ROLE.ForegroundRole: cells.colour,
        _ROLE.TextAlignmentRole: cells.alignment,
        _ROLE.ToolTipRole: cells.tip,
        SortRole: cells.sort_value,
        ObjectRole: cells.object,
    }
