"""Rows of which some lie below others, as a Qt model: jobs, their groups, and what jobs hold.

It is flat, for a view that lays out rows asks for each of them: a hundred thousand take it 0.3 s.
What a row shows, and how far in, `row` and `depth` tell; `toggle` opens and closes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from hopla_gui.gui.jobs.arrangement import Arranged
from hopla_gui.gui.jobs.job_facts import Fact
from hopla_gui.gui.jobs.nodes import NO_INDEX, Index, Node
from hopla_gui.gui.jobs.open_job import Change, OpenJob, depth
from hopla_gui.gui.jobs.row_plan import Row, RowGroup, RowPlan, stretches

_DISPLAY = Qt.ItemDataRole.DisplayRole


class RowModel(QAbstractTableModel):
    """Which row shows what, and what is open; which cells a row has, a subclass says.

    Signals
    -------
    about_to_rearrange, rearranged
        Rows move; selections of many rows are best let go of and made anew.
    group_toggled
        A `RowGroup` was opened or closed.
    """

    about_to_rearrange = Signal()
    rearranged = Signal()
    group_toggled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = RowPlan()
        self._opened: dict[int, OpenJob] = {}

    def facts_of(self, job: int) -> Iterable[Fact]:
        """Return what lies below a job: read when that is opened."""
        raise NotImplementedError

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows, those below open ones too."""
        return 0 if parent.isValid() else len(self._plan)

    def visible_jobs(self) -> Sequence[int]:
        """Return the jobs that pass the filter, in their order; those of closed groups too."""
        return self._plan.jobs

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
        return self._index_of(self._plan.row_of(job) if job >= 0 else None)

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
        self.group_toggled.emit(group)
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
        row = self._plan.row_of(job)
        below = OpenJob(job, self.facts_of(job))
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

    def reopen(self, jobs: Iterable[int]) -> None:
        """Read anew what lies below the jobs that are open among some."""
        for job in self._opened.keys() & jobs:
            is_shown = self._plan.row_of(job) is not None
            self._close_job(job)
            if is_shown:
                self._open_job(job)

    def tell(self, rows: Iterable[int | None], first: int, last: int, roles: Sequence[int]) -> None:
        """Tell that rows show something else in some columns."""
        for top, bottom in stretches(rows):
            self.dataChanged.emit(
                self.createIndex(top, first), self.createIndex(bottom, last), roles
            )

    def arrange(self, found: Arranged) -> bool:
        """Show jobs in another order, or others of them; tell whether that changes any row."""
        plan = RowPlan(found.jobs, found.groups, self._opened, found.base, found.places)
        if self._is_as_before(plan):
            self._plan = plan
            if found.groups:
                self.tell(map(plan.row_of_group, found.groups), 0, 0, [_DISPLAY])
            return False
        self.about_to_rearrange.emit()
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.row(index)) for index in self.persistentIndexList()]
        self._plan = plan
        moved = [self.index_of(shown).siblingAtColumn(index.column()) for index, shown in kept]
        self.changePersistentIndexList([index for index, _ in kept], moved)
        self.layoutChanged.emit()
        self.rearranged.emit()
        return True

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


def _same(one: Sequence[int], other: Sequence[int]) -> bool:
    if isinstance(one, range) and isinstance(other, range):
        return one == other
    return type(one) is type(other) and one == other
