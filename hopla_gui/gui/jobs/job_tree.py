"""The tree of jobs: what can be asked of the selected ones, and what is told of those that run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from hopla_gui.domain.comparison import FEWEST_JOBS, MOST_JOBS
from hopla_gui.domain.job import Counts, JobState
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.job_cells import Column
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.row_copy import rows_text
from hopla_gui.gui.jobs.row_progress import RowProgress
from hopla_gui.gui.jobs.rows_view import RowsView
from hopla_gui.gui.jobs.tree_columns import TreeColumns
from hopla_gui.gui.theme import icon

_LEAST_ROWS = 4
_MOST_HEIGHT = 100_000  # pixels: Qt's layouts end at 2**24


class JobTree(RowsView):
    """Shows a `JobModel`; tells what the user wants of the jobs, and does nothing to them.

    Enter opens and closes a row, Ctrl+C copies the selected rows as TSV.
    """

    job_selected = Signal(int)  # -1: none
    stop_requested = Signal(list)
    rerun_requested = Signal(list)
    first_requested = Signal(list)
    compare_requested = Signal()

    def __init__(self, model: JobModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._selected = -1
        self._empty = (
            "No jobs yet",
            "Fill in the form and press Run: each job becomes a row here.",
        )
        self.setAccessibleName("Jobs")
        self.columns = TreeColumns(model)
        self.set_header(self.columns)
        self.columns.start()
        self._progress = RowProgress(model, self._jobs_in_sight, self)
        self._ticker = QTimer(self, interval=1000)
        self._ticker.timeout.connect(self._on_ticker_timeout)
        model.counts_changed.connect(self._on_counts_changed)
        model.modelReset.connect(self._on_model_reset)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.clicked.connect(self._on_clicked)
        self._make_actions()
        self.menu_requested.connect(self._on_menu_requested)

    def save_state(self) -> str:
        """Return widths, order and visibility of the columns, as a text for the settings."""
        return self.columns.kept_state()

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned; anything else is ignored."""
        self.columns.restore(state)

    def height_for_all(self, most: int | None = None) -> int:
        """Return the height at which all jobs, or so many, are in sight, none of them opened."""
        rows = max(min(self._jobs.rowCount(), most or self._jobs.rowCount()), _LEAST_ROWS) + 1
        bar = self.horizontalScrollBar().sizeHint().height()
        around = self.header().sizeHint().height() + bar + 2 * self.frameWidth()
        return around + min(rows * self.row_height(), _MOST_HEIGHT)

    # Actions

    def _make_actions(self) -> None:
        self.copy_rows_action = self._action("Copy rows", "copy", self.copy_rows)
        self.copy_rows_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_command_action = self._action("Copy command", "terminal", self.copy_commands)
        self.copy_traceback_action = self._action("Copy traceback", "error", self.copy_traceback)
        self.compare_action = self._action("Compare", "differs", self.compare_requested.emit)
        self.compare_action.setShortcut(QKeySequence("Ctrl+D"))
        self.open_logs_action = self._action("Open folder of the logs", "folder", self._open_logs)
        self.stop_action = self._action("Stop", "stop", self._ask_to_stop)
        self.rerun_action = self._action("Run again", "retry", self._ask_to_rerun)
        self.first_action = self._action("Run first", "up", self._ask_to_run_first)

    def _action(self, text: str, icon_name: str, slot: Callable[[], object]) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def menu(self) -> QMenu:
        """Return the menu for the selected jobs."""
        jobs = self.selected_jobs()
        states = [self._jobs.status(job).state for job in jobs]
        count = f" {len(states):,} jobs" if len(states) > 1 else ""
        self.stop_action.setText(f"Stop{count}")
        self.rerun_action.setText(f"Run{count} again")
        self.first_action.setText(f"Run{count} first")
        self.first_action.setEnabled(JobState.QUEUED in states)
        self.stop_action.setEnabled(any(map(self._can_stop, jobs)))
        self.rerun_action.setEnabled(any(state.is_final for state in states))
        self.compare_action.setText(f"Compare{count}" if count else "Compare: select 2 to 8 jobs")
        self.compare_action.setEnabled(FEWEST_JOBS <= len(jobs) <= MOST_JOBS)
        self.copy_traceback_action.setEnabled(any(state is JobState.FAILED for state in states))
        menu = QMenu(self)
        menu.addActions([self.first_action, self.stop_action, self.rerun_action])
        menu.addSeparator()
        menu.addAction(self.compare_action)
        menu.addSeparator()
        menu.addActions(
            [self.copy_rows_action, self.copy_command_action, self.copy_traceback_action]
        )
        menu.addSeparator()
        menu.addAction(self.open_logs_action)
        return menu

    def _on_menu_requested(self, place: QPoint) -> None:
        if self.selected_jobs():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))

    def copy_rows(self) -> None:
        """Copy the selected rows as TSV with a header; the text of a row below a job."""
        text = rows_text(self._jobs, self.selected_rows(), self.columns.shown())
        if text:
            QGuiApplication.clipboard().setText(text)

    def copy_commands(self) -> None:
        """Copy the selected jobs' commands, one a line, as a shell takes them."""
        lines = (shell_line(self._jobs.spec(job).cmd) for job in self.selected_jobs())
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_traceback(self) -> None:
        """Copy the selected jobs' tracebacks, as they stand."""
        run = self._jobs.run
        if run is not None:
            records = (run.glance(job) for job in self.selected_jobs())
            found = [record.outcome.traceback for record in records if record.outcome.traceback]
            QGuiApplication.clipboard().setText("\n\n".join(found))

    def _open_logs(self) -> None:
        jobs, run = self.selected_jobs(), self._jobs.run
        if jobs and run is not None:
            log = run.run_dir / run.glance(jobs[0]).stdout
            QDesktopServices.openUrl(QUrl.fromLocalFile(log.parent))

    def _ask_to_stop(self) -> None:
        jobs = self.selected_jobs()
        self.stop_requested.emit([job for job in jobs if self._can_stop(job)])

    def _can_stop(self, job: int) -> bool:
        return not (self._jobs.status(job).state.is_final or self._jobs.is_stopping(job))

    def _ask_to_rerun(self) -> None:
        jobs = self.selected_jobs()
        self.rerun_requested.emit([job for job in jobs if self._jobs.status(job).state.is_final])

    def _ask_to_run_first(self) -> None:
        jobs = self.selected_jobs()
        waiting = [job for job in jobs if self._jobs.status(job).state is JobState.QUEUED]
        self.first_requested.emit(waiting)

    # Selection

    def selected_jobs(self) -> list[int]:
        """Return the jobs whose rows, groups, or rows below them are selected, in that order."""
        found: dict[int, None] = {}
        for index in self.selected_rows():
            found.update(dict.fromkeys(self._jobs.jobs_at(index)))
        return list(found)

    def select_job(self, job: int) -> None:
        """Select a job's row and bring it into sight, where the filter shows it."""
        self.select_row(self._jobs.reveal(job))

    def clear_selection(self) -> None:
        """Select no job."""
        self.selectionModel().clear()

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        job = self._jobs.job(current)
        selected = -1 if job is None else job
        if selected != self._selected:
            self._selected = selected
            self.job_selected.emit(selected)

    def _on_current_lost(self) -> None:
        self._on_current_changed(QModelIndex(), QModelIndex())

    def select_next_failed(self) -> None:
        """Select the next job that did not succeed, below the current row or from the top again."""
        job = self._jobs.next_failed(self._jobs.job(self.currentIndex()))
        if job is not None:
            self.select_job(job)

    def _on_model_reset(self) -> None:
        self.header().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._on_current_lost()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._jobs.show_more(index)

    # Running jobs

    def _on_counts_changed(self, counts: Counts) -> None:
        if not counts.running:
            self._ticker.stop()
        elif not self._ticker.isActive() and self.isVisible():
            self._ticker.start()
        self._progress.set_active(self._ticker.isActive())

    def showEvent(self, event: QShowEvent) -> None:
        """Go on counting the seconds of running jobs."""
        super().showEvent(event)
        self._on_counts_changed(self._jobs.counts())

    def hideEvent(self, event: QHideEvent) -> None:
        """Count for nobody."""
        super().hideEvent(event)
        self._ticker.stop()
        self._progress.set_active(False)

    def _on_ticker_timeout(self) -> None:
        for index in self.rows_in_sight():
            job = self._jobs.row(index)
            if isinstance(job, int) and self._jobs.status(job).state is JobState.RUNNING:
                self.viewport().update(self.visualRect(index.siblingAtColumn(Column.DURATION)))

    def _jobs_in_sight(self) -> Iterator[int]:
        found = map(self._jobs.row, self.rows_in_sight())
        return (job for job in found if isinstance(job, int))

    # Drawing

    def set_empty_text(self, title: str, hint: str) -> None:
        """Say what to do where there is no job to show."""
        self._empty = (title, hint)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; say what to do where there are none."""
        super().paintEvent(event)
        if self._jobs.rowCount() == 0:
            filtered = self._jobs.counts().total > 0
            title, hint = (
                ("No job matches", "Change or clear the filter.") if filtered else self._empty
            )
            paint_empty_state(self.viewport(), "filter" if filtered else "tree", title, hint)

    def text(self, job: str, column: str) -> str:
        """Return what a cell shows, found by the job's name and the column's title."""
        titles = [self._jobs.column_title(place) for place in range(self._jobs.columnCount())]
        for row in range(self._jobs.rowCount()):
            if self._jobs.index(row, 0).data() == job:
                return str(self._jobs.index(row, titles.index(column)).data())
        raise KeyError(job)
