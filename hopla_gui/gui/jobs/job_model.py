"""The tree of jobs as a Qt model: a row a job, and what is known of it below.

It keeps one light `JobStatus` a job. Commands and parameters are asked for by row as they are
painted; traceback and values are read when a row is opened.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from hopla_gui.domain.columns import parameter
from hopla_gui.domain.events import Event
from hopla_gui.domain.job import Counts, JobSpec, JobState, JobStatus
from hopla_gui.gui.jobs.formatting import sort_ranks
from hopla_gui.gui.jobs.job_cells import (
    FIXED_COLUMNS,
    TITLES,
    Column,
    JobCells,
    ObjectRole,
    ProgressRole,
    SortRole,
    ValueRole,
    sort_value,
)
from hopla_gui.gui.jobs.job_changes import status_after
from hopla_gui.gui.jobs.job_facts import facts
from hopla_gui.gui.jobs.job_order import JobOrder, stretches
from hopla_gui.gui.jobs.job_search import JobFilter, SearchTexts, query_words
from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node, NodeModel, type_text
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line, tip
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


class JobModel(NodeModel):
    """The jobs of a run, sorted and filtered by row numbers of its own.

    Rows stay where they are while jobs change, until they are sorted again. A filter by state
    follows the jobs, at most some times a second.

    Parameters
    ----------
    clock
        Wall clock, seconds since the epoch.
    """

    run_loaded = Signal()
    counts_changed = Signal(object)  # Counts
    visible_changed = Signal(int)  # number of jobs that pass the filter

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._run: RunView | None = None
        self._width = FIXED_COLUMNS
        self._statuses: list[JobStatus] = []
        self._tally: Counter[JobState] = Counter()
        self._order = JobOrder()
        self._filter = JobFilter()
        self._texts: SearchTexts | None = None
        self._cells: JobCells | None = None
        self._readers: dict[int, Callable[[int, int], object]] = {}
        self._facts: dict[int, list[Node]] = {}
        self._progress: dict[int, float] = {}
        self._stopping: set[int] = set()
        self._refilter = QTimer(self, singleShot=True)
        self._refilter.timeout.connect(self._on_refilter_due)

    # What is shown

    @property
    def run(self) -> RunView | None:
        """The run that is shown."""
        return self._run

    def load(self, run: RunView | None, statuses: Sequence[JobStatus] | None = None) -> None:
        """Show a run in the order of its sweep; the filter stays.

        Parameters
        ----------
        statuses
            Those of the run, where they are read already: of many jobs it takes a while.
        """
        self.beginResetModel()
        self._refilter.stop()
        self._run = run
        self._width = FIXED_COLUMNS + (len(run.swept) if run else 0)
        if statuses is None:
            statuses = run.statuses() if run else []
        self._statuses = list(statuses)
        self._stopping = set()
        self._tally = Counter(map(attrgetter("state"), self._statuses))
        self._texts = SearchTexts(run) if run else None
        self._cells = JobCells(run, self._statuses, self._clock, self._stopping) if run else None
        self._readers = _readers(self._cells) if self._cells else {}
        self._order = JobOrder(len(self._statuses))
        self._facts.clear()
        self._progress.clear()
        self._nodes.clear()
        self._order.visible = ()
        self.endResetModel()
        self._show_first_rows()
        self.run_loaded.emit()
        self.counts_changed.emit(self.counts())
        self.visible_changed.emit(len(self._order.visible))

    def _show_first_rows(self) -> None:
        # A tree that is in sight lays out its rows twice on a reset, and once on an insertion.
        shown = JobOrder(len(self._statuses))
        shown.filter(self._accepts())
        if shown.visible:
            self.beginInsertRows(NO_INDEX, 0, len(shown.visible) - 1)
            self._order = shown
            self.endInsertRows()

    def counts(self) -> Counts:
        """Return the jobs of the run by state."""
        return Counts(**{state.value: self._tally[state] for state in JobState})

    def status(self, job: int) -> JobStatus:
        """Return how a job stands."""
        return self._statuses[job]

    def spec(self, job: int) -> JobSpec:
        """Return what a job runs."""
        if self._cells is None:
            raise IndexError(job)
        return self._cells.spec(job)

    def first_failure(self) -> int | None:
        """Return the first job in the order of the sweep that did not succeed, if any."""
        found = (job for job, status in enumerate(self._statuses) if status.state in _FAILURES)
        return next(found, None) if self._has_failures() else None

    def visible_jobs(self) -> Sequence[int]:
        """Return the jobs that pass the filter, in the order of their rows."""
        return self._order.visible

    def next_failed(self, job: int | None) -> int | None:
        """Return the job that did not succeed in the next row below a job's, or from the top."""
        shown = self._order.visible
        row = None if job is None else self._order.row_of(job)
        start = 0 if row is None else row + 1
        rows = chain(range(start, len(shown)), range(start)) if self._has_failures() else ()
        found = (shown[row] for row in rows)
        return next((job for job in found if self._statuses[job].state in _FAILURES), None)

    def _has_failures(self) -> bool:
        return any(self._tally[state] for state in _FAILURES)

    def job(self, index: Index) -> int | None:
        """Return the job that a row shows or lies below."""
        if not index.isValid():
            return None
        node = self.node(index)
        return node.job if node else self._order.visible[index.row()]

    def job_index(self, job: int) -> QModelIndex:
        """Return the row of a job; an invalid one where the filter hides it."""
        row = self._order.row_of(job) if 0 <= job < len(self._statuses) else None
        return NO_INDEX if row is None else self.createIndex(row, 0, 0)

    # Changes

    def apply(self, events: Iterable[Event]) -> None:
        """Take in a batch of events of the run that is shown."""
        changed: set[int] = set()
        for event in events:
            change = status_after(event)
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

    def set_progress(self, fractions: Mapping[int, float]) -> None:
        """Take in how far running jobs say they are, from 0 to 1."""
        changed = [job for job, found in fractions.items() if self._progress.get(job) != found]
        self._progress.update(fractions)
        for first, last in stretches(map(self._order.row_of, changed)):
            self.dataChanged.emit(
                self.createIndex(first, Column.STATE, 0),
                self.createIndex(last, Column.STATE, 0),
                [ProgressRole],
            )

    def show_stopping(self, jobs: Iterable[int] | None) -> None:
        """Take note that jobs were told to stop, ``None`` for all: until they end, they say so."""
        asked = range(len(self._statuses)) if jobs is None else jobs
        found = [job for job in asked if not self._statuses[job].state.is_final]
        self._stopping.update(found)
        rows = (self._order.row_of(job) for job in found if self.is_stopping(job))
        for first, last in stretches(rows):
            self.dataChanged.emit(
                self.createIndex(first, Column.STATE, 0),
                self.createIndex(last, Column.STATE, 0),
                [_ROLE.DisplayRole],
            )

    def is_stopping(self, job: int) -> bool:
        """Whether a job runs though it was told to stop."""
        return job in self._stopping and self._statuses[job].state is JobState.RUNNING

    def _announce(self, changed: set[int]) -> None:
        last = self.columnCount() - 1
        for first_row, last_row in stretches(self._order.row_of(job) for job in changed):
            self.dataChanged.emit(
                self.createIndex(first_row, 0, 0),
                self.createIndex(last_row, last, 0),
                _CHANGED_ROLES,
            )
        for job in changed & self._facts.keys():
            self._renew_facts(job)
        self.counts_changed.emit(self.counts())
        if not self._filter.is_empty and not self._refilter.isActive():
            # Laying out the view again costs by the row: the more there are, the less often.
            self._refilter.start(max(250, len(self._order.visible) // 30))

    # Order

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, equal rows staying as they stand; -1 for the order of the sweep."""
        if column < 0:
            self._lay_out(self._order.sort_as_expanded)
        elif column < self.columnCount():
            keys, descending = self._sort_keys(column), order == Qt.SortOrder.DescendingOrder
            self._lay_out(lambda: self._order.sort(keys, descending=descending))

    def set_filter(self, states: set[JobState] | None, text: str = "") -> None:
        """Show the jobs in one of ``states`` (``None``: any) in which all words are found."""
        chosen = None if states is None else tuple(state for state in JobState if state in states)
        self._filter = JobFilter(chosen, query_words(text))
        self._lay_out()

    def _on_refilter_due(self) -> None:
        self._lay_out()

    def _lay_out(self, reorder: Callable[[], None] | None = None) -> None:
        """Let the jobs through that pass the filter now, in a new order where one is given."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.job(index)) for index in self.persistentIndexList()]
        if reorder:
            reorder()
        self._order.filter(self._accepts())
        self.changePersistentIndexList(
            [index for index, _ in kept], [self._moved(index, job) for index, job in kept]
        )
        self.layoutChanged.emit()
        self.visible_changed.emit(len(self._order.visible))
        if self._filter.words and self._texts and not self._texts.is_complete:
            self._refilter.start(min(len(self._order.visible) // 100, 250))

    def _moved(self, index: QModelIndex, job: int | None) -> QModelIndex:
        row = None if job is None else self._order.row_of(job)
        if row is None:
            return NO_INDEX
        return index if self.node(index) else self.createIndex(row, index.column(), 0)

    def _accepts(self) -> Callable[[int], bool] | None:
        chosen, statuses = self._filter, self._statuses
        if chosen.is_empty or self._texts is None:
            return None
        if not chosen.words:
            return lambda job: chosen.accepts(statuses[job], "")
        self._texts.read(0.03)
        texts = self._texts.texts
        return lambda job: job < len(texts) and chosen.accepts(statuses[job], texts[job])

    def _sort_keys(self, column: int) -> Sequence[float]:
        if column == Column.NAME or self._run is None:
            return range(len(self._statuses))
        if column >= FIXED_COLUMNS:
            swept = parameter(self._run.swept[column - FIXED_COLUMNS])
            return sort_ranks(self._run.read_columns([swept])[0])
        now = self._clock()
        return sort_ranks([sort_value(status, column, now) for status in self._statuses])

    # Rows below a job

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is more below a row than has been made."""
        if not parent.isValid():
            return False
        if parent.internalId():
            return super().canFetchMore(parent)
        return self._order.visible[parent.row()] not in self._facts

    def fetchMore(self, parent: Index) -> None:
        """Make the rows below a row."""
        if not parent.isValid() or parent.internalId():
            super().fetchMore(parent)
        elif (job := self._order.visible[parent.row()]) not in self._facts:
            self._make_facts(job)

    def _make_facts(self, job: int) -> None:
        assert self._run is not None
        self._facts[job] = []  # not absent: whoever hears of the new rows would fetch them again
        nodes = [
            self._new_node(job, None, row, fact.label, fact.text, fact.value)
            for row, fact in enumerate(facts(self._run.record(job)))
        ]
        self.beginInsertRows(self.job_index(job), 0, len(nodes) - 1)
        self._facts[job] = nodes
        self.endInsertRows()

    def _renew_facts(self, job: int) -> None:
        parent = self.job_index(job)
        if not parent.isValid():  # hidden: made anew when it is opened again
            self._forget(self._facts.pop(job))
            return
        self.beginRemoveRows(parent, 0, len(self._facts[job]) - 1)
        self._forget(self._facts[job])
        self._facts[job] = []
        self.endRemoveRows()
        self._make_facts(job)

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        """Return the index of a cell."""
        # A view that lays itself out calls this for every row: nothing here but what must be.
        if not parent.isValid():
            inside = 0 <= row < len(self._order.visible) and 0 <= column < self._width
            return self.createIndex(row, column, 0) if inside else NO_INDEX
        rows = self._below(parent)
        if not (0 <= row < len(rows) and 0 <= column < self.columnCount()):
            return NO_INDEX
        return self.createIndex(row, column, rows[row].id)

    def parent(  # type: ignore[override]
        self, index: Index | None = None
    ) -> QModelIndex | QObject | None:
        """Return the row that a row lies below; with no index, the model's owner."""
        if index is None:
            return super().parent()
        node = self._nodes.get(index.internalId()) if index.internalId() else None
        if node is None:
            return NO_INDEX
        return self.node_index(node.parent) if node.parent else self.job_index(node.job)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows below one, as far as they are made."""
        return len(self._below(parent)) if parent.isValid() else len(self._order.visible)

    def _below(self, parent: Index) -> list[Node]:
        if parent.column() > 0:
            return []
        if not parent.internalId():
            return self._facts.get(self._order.visible[parent.row()], [])
        node = self.node(parent)
        return node.children if node else []

    def hasChildren(self, parent: Index = NO_INDEX) -> bool:
        """Whether a row can be opened: every job can."""
        if parent.column() > 0:
            return False
        if parent.internalId():
            node = self.node(parent)
            return node is not None and node.has_parts
        return parent.isValid() or bool(self._order.visible)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of columns: four, and one for each swept parameter."""
        return self._width

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows in a role."""
        if not index.isValid():
            return None
        if index.internalId():
            return self._node_data(index, role)
        if role == ProgressRole:
            is_state = index.column() == Column.STATE
            return self._progress.get(self._order.visible[index.row()]) if is_state else None
        reader = self._readers.get(role)
        return reader(self._order.visible[index.row()], index.column()) if reader else None

    def _node_data(self, index: Index, role: int) -> object:
        reader, node = _NODE_READERS.get(role), self.node(index)
        return reader(node) if reader and node and index.column() == 0 else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        if role == _ROLE.TextAlignmentRole:
            return self.data(self.index(0, section), role)
        if role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return None
        title = self.column_title(section)
        return title if role == _ROLE.DisplayRole else tip(title)

    def column_title(self, column: int) -> str:
        """Return the title of a column: a fixed one, or the parameter's name."""
        if column < FIXED_COLUMNS or self._run is None:
            return TITLES[column]
        return one_line(self._run.swept[column - FIXED_COLUMNS], 80)


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
