"""The tree of jobs as a Qt model: a table of rows, of which some lie below others.

It is flat, for a view that lays out rows asks for each of them: a hundred thousand take it 0.3 s.
What a row shows, and how far in, `row` and `depth` tell; `toggle` opens and closes one.

It keeps one light `JobStatus` a job. Commands and parameters are asked for by row as they are
painted; traceback and values are read when a row is opened; columns when they are shown.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from hopla_gui.domain.columns import JobColumn, parameter
from hopla_gui.domain.events import Event, WaitingNote
from hopla_gui.domain.job import Counts, JobSpec, JobState, JobStatus
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.gui.jobs.arrangement import Arranged, Arrangement
from hopla_gui.gui.jobs.job_cells import (
    FIXED,
    Column,
    JobCells,
    ObjectRole,
    ProgressRole,
    SortRole,
    ValueRole,
    title_of,
)
from hopla_gui.gui.jobs.job_changes import status_after
from hopla_gui.gui.jobs.job_facts import facts
from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node, type_text
from hopla_gui.gui.jobs.open_job import Change, OpenJob, depth
from hopla_gui.gui.jobs.row_arranger import RowArranger
from hopla_gui.gui.jobs.row_plan import Row, RowGroup, RowPlan, stretches
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import dim_colour

_ROLE = Qt.ItemDataRole
_FAILURES = (JobState.FAILED, JobState.TIMEOUT, JobState.LOST)
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
_GROUP_READERS: dict[int, Callable[[RowGroup], object]] = {
    _ROLE.DisplayRole: lambda group: group.title,
    _ROLE.ToolTipRole: lambda group: tip(group.title),
    _ROLE.AccessibleTextRole: lambda group: f"{group.title}: {len(group.jobs)} jobs",
    ValueRole: lambda group: f"{len(group.jobs):,}",
    SortRole: lambda group: len(group.jobs),
    ObjectRole: lambda group: group,
}


class JobModel(QAbstractTableModel):
    """The jobs of a run, sorted, filtered and grouped by row numbers of its own.

    Rows stay where they are while jobs change, until they are sorted again. A filter and groups
    follow the jobs, at most some times a second.

    Parameters
    ----------
    clock
        Wall clock, seconds since the epoch.

    Signals
    -------
    about_to_rearrange, rearranged
        Rows move; selections of many rows are best let go of and made anew.
    columns_loaded
        Columns that were read in the background can be shown.
    """

    run_loaded = Signal()
    counts_changed = Signal(object)  # Counts
    visible_changed = Signal(int)  # number of jobs that pass the filter
    about_to_rearrange = Signal()
    rearranged = Signal()
    columns_loaded = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._run: RunView | None = None
        self._shown: list[JobColumn] = list(FIXED)
        self._statuses: list[JobStatus] = []
        self._tally: Counter[JobState] = Counter()
        self._plan = RowPlan()
        self._columns: JobColumns | None = None
        self._cells: JobCells | None = None
        self._readers: dict[int, Callable[[int, int], object]] = {}
        self._opened: dict[int, OpenJob] = {}
        self._progress: dict[int, float] = {}
        self._stopping: set[int] = set()
        self._waiting: str | None = None  # why jobs wait, in a scheduler's words
        self.arranger = RowArranger(self)
        self.arranger.arranged.connect(self._on_arranged)
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

    def load(self, run: RunView | None, statuses: Sequence[JobStatus] | None = None) -> None:
        """Show a run in the order of its sweep; the filter stays.

        Parameters
        ----------
        statuses
            Those of the run, where they are read already: of many jobs it takes a while.
        """
        self.beginResetModel()
        self._run = run
        if statuses is None:
            statuses = run.statuses() if run is not None else []
        self._statuses = list(statuses)
        self._stopping = set()
        self._waiting = None
        self._tally = Counter(map(attrgetter("state"), self._statuses))
        self._shown = [*FIXED, *map(parameter, run.swept if run is not None else ())]
        self._columns = JobColumns(run) if run is not None else None
        self._cells = self._make_cells(run) if run is not None else None
        self._readers = _readers(self._cells) if self._cells else {}
        self._opened.clear()
        self._progress.clear()
        self._plan = RowPlan(range(len(self._statuses)))
        arrangement = self._make_arrangement()
        if arrangement is not None and self.arranger.wanted.filters:
            self._plan = RowPlan()
        self.endResetModel()
        self.arranger.set_arrangement(arrangement, self._columns)
        self.run_loaded.emit()
        self.counts_changed.emit(self.counts())
        self.visible_changed.emit(len(self._plan.jobs))

    def _make_cells(self, run: RunView) -> JobCells:
        assert self._columns is not None
        return JobCells(
            run, self._shown, self._statuses, self._clock, self._stopping, self._columns.loaded
        )

    def _make_arrangement(self) -> Arrangement | None:
        if self._run is None or self._columns is None:
            return None
        return Arrangement(
            self.arranger.wanted,
            self._columns,
            self._statuses,
            self._run.info.job_name,
            self._clock,
        )

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

    def counts(self) -> Counts:
        """Return the jobs of the run by state."""
        return Counts(**{state.value: self._tally[state] for state in JobState})

    def status(self, job: int) -> JobStatus:
        """Return how a job stands."""
        return self._statuses[job]

    def name(self, job: int) -> str:
        """Return what a job is called."""
        return self._run.info.job_name(job) if self._run is not None else ""

    def spec(self, job: int) -> JobSpec:
        """Return what a job runs."""
        if self._cells is None:
            raise IndexError(job)
        return self._cells.spec(job)

    def last_ended(self) -> float | None:
        """Return when the last of the jobs that have ended did, seconds since the epoch."""
        ends = (
            status.started + status.duration_s
            for status in self._statuses
            if status.started is not None and status.duration_s is not None
        )
        return max(ends, default=None)

    def value(self, job: int, column: JobColumn) -> object:
        """Return a value of a job, ``None`` where its column has not been read."""
        return self._cells.value(job, column) if self._cells is not None else None

    def visible_jobs(self) -> Sequence[int]:
        """Return the jobs that pass the filter, in their order; those of closed groups too."""
        return self._plan.jobs

    def first_failure(self) -> int | None:
        """Return the first job in the order of the sweep that did not succeed, if any."""
        found = (job for job, status in enumerate(self._statuses) if status.state in _FAILURES)
        return next(found, None) if self._has_failures() else None

    def next_failed(self, job: int | None) -> int | None:
        """Return the job that did not succeed in the next row below a job's, or from the top."""
        groups, shown = self._plan.groups, self._plan.jobs
        if groups is not None:
            shown = [one for group in groups for one in group.jobs]
        start = 0
        if job is not None and job in shown:
            start = shown.index(job) + 1
        rows = chain(range(start, len(shown)), range(start)) if self._has_failures() else ()
        found = (shown[row] for row in rows)
        return next((job for job in found if self._statuses[job].state in _FAILURES), None)

    def _has_failures(self) -> bool:
        return any(self._tally[state] for state in _FAILURES)

    # Rows

    def row(self, index: Index) -> Row | None:
        """Return what a row shows: the number of a job, a group, or a node below a job."""
        return self._plan.at(index.row()) if index.isValid() else None

    def node(self, index: Index) -> Node | None:
        """Return the node that a row shows, if it shows one."""
        found = self.row(index)
        return found if isinstance(found, Node) else None

    def job(self, index: Index) -> int | None:
        """Return the job that a row shows or lies below."""
        found = self.row(index)
        if isinstance(found, Node):
            return found.job
        return found if isinstance(found, int) else None

    def jobs_at(self, index: Index) -> Sequence[int]:
        """Return the jobs that a row stands for: of a group all that are in it."""
        found = self.row(index)
        if isinstance(found, RowGroup):
            return found.jobs
        job = self.job(index)
        return () if job is None else (job,)

    def job_index(self, job: int) -> QModelIndex:
        """Return the row of a job; an invalid one where a filter or a closed group hides it."""
        known = 0 <= job < len(self._statuses)
        return self._index_of(self._plan.row_of(job) if known else None)

    def reveal(self, job: int) -> QModelIndex:
        """Return the row of a job, its group opened where that is closed."""
        group = self._plan.group_of(job)
        if group is not None and not group.is_open:
            self._toggle_group(group)
        return self.job_index(job)

    def index_of(self, shown: Row | None) -> QModelIndex:
        """Return the row that shows something, an invalid one where none does."""
        return self._index_of(None if shown is None else self._plan.row_of_any(shown))

    def _index_of(self, row: int | None) -> QModelIndex:
        return NO_INDEX if row is None else self.createIndex(row, 0)

    def depth(self, index: Index) -> int:
        """Return how far in a row lies."""
        found = self.row(index)
        outer = 0 if self._plan.groups is None or isinstance(found, RowGroup) else 1
        return outer + depth(found) if isinstance(found, Node) else outer

    def parent_row(self, index: Index) -> QModelIndex:
        """Return the row that a row lies below, an invalid one for those at the top."""
        found = self.row(index)
        if isinstance(found, Node):
            return self.index_of(found.parent if found.parent is not None else found.job)
        if isinstance(found, int) and self._plan.groups is not None:
            return self.index_of(self._plan.group_of(found))
        return NO_INDEX

    def can_open(self, index: Index) -> bool:
        """Whether there is anything below a row: below every job there is."""
        found = self.row(index)
        return found.has_parts if isinstance(found, Node) else found is not None

    def is_open(self, index: Index) -> bool:
        """Whether what lies below a row is shown."""
        found = self.row(index)
        if isinstance(found, Node):
            return self._opened[found.job].is_open(found)
        return found.is_open if isinstance(found, RowGroup) else found in self._opened

    def toggle(self, index: Index) -> None:
        """Open or close a row."""
        found = self.row(index)
        if isinstance(found, RowGroup):
            self._toggle_group(found)
        elif isinstance(found, Node):
            if found.has_parts:
                self._change_below(found.job, lambda below: below.toggle(found))
        elif found in self._opened:
            self._close_job(found)
        elif found is not None:
            self._open_job(found)

    def show_more(self, index: Index) -> bool:
        """Make the next page in the place of a "… more" row; tell whether it is one."""
        node = self.node(index)
        if node is None or not node.is_more:
            return False
        self._change_below(node.job, lambda below: below.show_more(node))
        return True

    def _toggle_group(self, group: RowGroup) -> None:
        row, before = self._plan.row_of_group(group), len(self._plan)
        assert row is not None
        group.is_open = not group.is_open
        self.arranger.keep_closed(group)
        plan = RowPlan(self._plan.jobs, self._plan.groups, self._opened)
        added = len(plan) - before
        if added > 0:
            self.beginInsertRows(NO_INDEX, row + 1, row + added)
        elif added < 0:
            self.beginRemoveRows(NO_INDEX, row + 1, row - added)
        self._plan = plan
        if added > 0:
            self.endInsertRows()
        elif added < 0:
            self.endRemoveRows()
        self.dataChanged.emit(self.createIndex(row, 0), self.createIndex(row, 0))

    def _open_job(self, job: int) -> None:
        assert self._run is not None
        row = self._plan.row_of(job)
        below = OpenJob(job, facts(self._run.glance(job)))
        if row is None:
            return
        self.beginInsertRows(NO_INDEX, row + 1, row + len(below.rows))
        self._opened[job] = below
        self._plan.open(below)
        self.endInsertRows()
        self.dataChanged.emit(self.createIndex(row, 0), self.createIndex(row, 0))

    def _close_job(self, job: int) -> None:
        row, below = self._plan.row_of(job), self._opened[job]
        if row is None:  # hidden: it is read again when it is opened again
            del self._opened[job]
            return
        self.beginRemoveRows(NO_INDEX, row + 1, row + len(below.rows))
        del self._opened[job]
        self._plan.close(job)
        self.endRemoveRows()
        self.dataChanged.emit(self.createIndex(row, 0), self.createIndex(row, 0))

    def _change_below(self, job: int, change: Callable[[OpenJob], Change]) -> None:
        """Change what lies below a job; what goes and what comes is told one after the other."""
        below, row = self._opened[job], self._plan.row_of(job)
        assert row is not None
        before = list(below.rows)
        done = change(below)
        after, first = below.rows, row + 1 + done.row
        if done.removed:
            below.rows = before
            self.beginRemoveRows(NO_INDEX, first, first + done.removed - 1)
            below.rows = before[: done.row] + before[done.row + done.removed :]
            self._plan.recount()
            self.endRemoveRows()
        if done.added:
            self.beginInsertRows(NO_INDEX, first, first + done.added - 1)
            below.rows = after
            self._plan.recount()
            self.endInsertRows()
        if first > 0:
            self.dataChanged.emit(self.createIndex(first - 1, 0), self.createIndex(first - 1, 0))

    # Changes

    def apply(self, events: Sequence[Event]) -> None:
        """Take in a batch of events of the run that is shown."""
        if self._columns is None:
            return
        self._columns.apply(events)
        changed: set[int] = set()
        for event in events:
            if isinstance(event, WaitingNote):
                self._waiting = event.text or None
                changed.update(self._note_what_waits())
            change = status_after(event, self._waiting)
            if change is None:
                continue
            index, status = change
            self._tally[self._statuses[index].state] -= 1
            self._tally[status.state] += 1
            self._statuses[index] = status
            self._progress.pop(index, None)
            if status.state is not JobState.RUNNING:
                self._stopping.discard(index)
            changed.add(index)
        if changed:
            self._announce(changed)

    def _note_what_waits(self) -> Iterable[int]:
        """Give each job that waits the reason why; return those that had another."""
        for job, status in enumerate(self._statuses):
            if status.state is JobState.QUEUED and status.detail != self._waiting:
                status.detail = self._waiting
                yield job

    def _announce(self, changed: set[int]) -> None:
        self._tell(map(self._plan.row_of, changed), 0, len(self._shown) - 1, _CHANGED_ROLES)
        for job in changed & self._opened.keys():
            is_shown = self._plan.row_of(job) is not None
            self._close_job(job)
            if is_shown:
                self._open_job(job)
        self.counts_changed.emit(self.counts())
        self.arranger.note_changes(changed)

    def _tell(
        self, rows: Iterable[int | None], first: int, last: int, roles: Sequence[int]
    ) -> None:
        for top, bottom in stretches(rows):
            self.dataChanged.emit(
                self.createIndex(top, first), self.createIndex(bottom, last), roles
            )

    def set_progress(self, fractions: Mapping[int, float]) -> None:
        """Take in how far running jobs say they are, from 0 to 1."""
        changed = [job for job, found in fractions.items() if self._progress.get(job) != found]
        self._progress.update(fractions)
        rows = map(self._plan.row_of, changed)
        self._tell(rows, Column.STATE, Column.STATE, [ProgressRole])

    def progress(self, job: int) -> float | None:
        """Return how far a running job says it is, ``None`` where it does not."""
        return self._progress.get(job)

    def show_stopping(self, jobs: Iterable[int] | None) -> None:
        """Take note that jobs were told to stop, ``None`` for all: until they end, they say so."""
        asked = range(len(self._statuses)) if jobs is None else jobs
        found = [job for job in asked if not self._statuses[job].state.is_final]
        self._stopping.update(found)
        rows = (self._plan.row_of(job) for job in found if self.is_stopping(job))
        self._tell(rows, Column.STATE, Column.STATE, [_ROLE.DisplayRole])

    def is_stopping(self, job: int) -> bool:
        """Whether a job runs though it was told to stop."""
        return job in self._stopping and self._statuses[job].state is JobState.RUNNING

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
        plan = RowPlan(found.jobs, found.groups, self._opened, found.base, found.places)
        if self._is_as_before(plan):
            self._plan = plan
            if found.groups:
                self._tell(map(plan.row_of_group, found.groups), 0, 0, [_ROLE.DisplayRole])
            return
        self.about_to_rearrange.emit()
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.row(index)) for index in self.persistentIndexList()]
        self._plan = plan
        moved = [self.index_of(shown).siblingAtColumn(index.column()) for index, shown in kept]
        self.changePersistentIndexList([index for index, _ in kept], moved)
        self.layoutChanged.emit()
        self.rearranged.emit()
        self.visible_changed.emit(len(plan.jobs))

    def _is_as_before(self, plan: RowPlan) -> bool:
        before = self._plan
        if (plan.groups is None) != (before.groups is None) or len(plan) != len(before):
            return False
        if plan.groups is None:
            return _same(plan.jobs, before.jobs)
        pairs = list(zip(plan.groups, before.groups or (), strict=False))
        return len(plan.groups) == len(before.groups or ()) and all(
            new.key == old.key and new.is_open == old.is_open and _same(new.jobs, old.jobs)
            for new, old in pairs
        )

    def _on_columns_loaded(self) -> None:
        if len(self._plan):
            last = len(self._shown) - 1
            self.dataChanged.emit(
                self.createIndex(0, 0), self.createIndex(len(self._plan) - 1, last)
            )
        self.columns_loaded.emit()

    # What Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows, those below open ones too."""
        return 0 if parent.isValid() else len(self._plan)

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
            return of_group(shown) if of_group else None
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
            first_job = next(iter(self._plan.jobs), None)
            if first_job is None or self._cells is None:
                return None
            return self._cells.alignment(first_job, section)
        if role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return None
        title = self.column_title(section)
        return title if role == _ROLE.DisplayRole else tip(title)

    def column_title(self, column: int) -> str:
        """Return the title of a column: a fixed one, or the name of what it shows."""
        return title_of(self._shown[column])


def _same(one: Sequence[int], other: Sequence[int]) -> bool:
    if isinstance(one, range) and isinstance(other, range):
        return one == other
    return type(one) is type(other) and one == other


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
