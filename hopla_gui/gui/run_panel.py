"""The right half of the window: filter, tree of jobs or plots, progress, details of a job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hopla_gui.domain.events import (
    Event,
    JobFinished,
    JobRequeued,
    JobStarted,
    PilotFinished,
    WaitingNote,
)
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import Counts
from hopla_gui.domain.wording import took_words
from hopla_gui.gui.compare.job_selection import JobSelection
from hopla_gui.gui.failures.failures_pane import FailuresPane
from hopla_gui.gui.failures.group_filter import GroupFilter
from hopla_gui.gui.jobs.advice_panel import AdvicePanel
from hopla_gui.gui.jobs.filter_bar import FilterBar
from hopla_gui.gui.jobs.job_details import JobDetails
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.job_tree import JobTree
from hopla_gui.gui.jobs.jobs_splitter import JobsSplitter
from hopla_gui.gui.jobs.offer_bar import OfferBar
from hopla_gui.gui.jobs.run_bar import RunBar
from hopla_gui.gui.jobs.run_heading import end_words, run_facts, run_tip
from hopla_gui.gui.jobs.run_notes import RunNotes
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.jobs.tree_controls import TreeControls
from hopla_gui.gui.pace import Pace
from hopla_gui.gui.plots.plots_page import PlotsPage
from hopla_gui.gui.theme import SPACING

_FEW_ROWS = 8
_LEAST_ROWS = 5  # below which the panel had better scroll
_LEAST_LINES = 18  # of text that a plot is as high as, its controls and axes included


class RunPanel(QWidget):
    """Shows a run, live or stored; tells what the user wants of its jobs.

    Signals
    -------
    stop_requested, rerun_requested, first_requested
        Job indices.
    """

    stop_requested = Signal(list)
    rerun_requested = Signal(list)
    first_requested = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._began: float | None = None
        self._title = ""
        self._has_picked = False  # a job, in the plots
        self._pilot_has_landed = False
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._show_progress)
        self._pace = Pace(self)
        self._pace.due.connect(self._show_counts)
        self.model = JobModel(self)
        self.filter_bar = FilterBar()
        self.tree = JobTree(self.model)
        self.tree_controls = TreeControls(self.tree, self.filter_bar, self)
        self.selection = JobSelection(self.tree)
        self.bar = RunBar()
        self.advice = AdvicePanel(self.bar.advice_button)
        self.progress = self.bar.progress
        self.pilot_bar = OfferBar("flag", "Run the rest", "Cancel the rest")
        self.resume_bar = OfferBar("history", "Resume")
        self.holder_bar = OfferBar("history", "Look again")
        self.notes = RunNotes()
        self.plots = PlotsPage(self.model)
        self.failures = FailuresPane()
        self.details = JobDetails()
        self.splitter = JobsSplitter()
        self.group_filter = GroupFilter(self.failures, self.filter_bar, self.tree, self)
        self._arrange()
        self._connect()
        self.notes.hide()
        self.load(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show all jobs again with Escape, where those of a failure group are shown."""
        if event.key() == Qt.Key.Key_Escape and self.failures.chosen is not None:
            self.failures.choose_none()
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        self._jobs = QWidget()
        column = QVBoxLayout(self._jobs)
        column.setContentsMargins(0, 0, 0, SPACING.TINY)
        self._views = QStackedWidget()
        self._views.addWidget(self.tree)
        self._views.addWidget(self.plots)
        column.addWidget(self._views, 1)
        self.splitter.setObjectName("jobs-and-details")
        self.splitter.addWidget(self._jobs)
        self.splitter.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.SMALL)
        bars = (self.bar, self.advice, self.pilot_bar, self.resume_bar, self.holder_bar)
        for widget in (*bars, self.notes, self.failures, self.filter_bar):
            layout.addWidget(widget)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.tree.job_selected.connect(self._on_job_selected)
        self.tree.compare_requested.connect(self._on_compare_requested)
        self.selection.one_selected.connect(self._on_one_selected)
        self.selection.several_selected.connect(self._on_several_selected)
        self.selection.many_selected.connect(self.details.show_count)
        self.tree.stop_requested.connect(self.stop_requested)
        self.tree.rerun_requested.connect(self.rerun_requested)
        self.tree.first_requested.connect(self.first_requested)
        self.notes.count_changed.connect(self.bar.show_note_count)
        self.failures.rerun_wanted.connect(self.rerun_requested)
        self.failures.job_wanted.connect(self.tree.select_job)
        self.bar.view_switch.plots_toggled.connect(self._on_plots_toggled)
        self.plots.job_picked.connect(self._on_job_picked)

    def load(
        self,
        run: RunView | None,
        standings: JobStandings | None = None,
        failures: FailureGroups | None = None,
        *,
        live: bool = False,
        holder: str = "",
    ) -> None:
        """Show a run, or none.

        Parameters
        ----------
        standings, failures
            How its jobs stand, and why some failed, where that is read already.
        holder
            Another program that works on the run: here it is only read.
        """
        self._began = time.monotonic() if live else None
        shown = self.model.run
        selected = self.details.index
        if run is None or shown is None or run.run_dir != shown.run_dir:
            self.group_filter.release()  # not where jobs of the group run again
            selected = -1
        if run is not None and shown is not None and run.info.script != shown.info.script:
            self.filter_bar.clear()  # what it names is another script's
        self.model.load(run, standings)
        if holder:
            self.model.stop_clock()
        self.notes.load(run.notes() if run is not None else [])
        failed = self.model.counts().unsuccessful
        self.failures.load(run, self.model.explainer(), failed, failures)
        self.release_pilot()
        self.filter_bar.setVisible(run is not None)
        self.bar.setVisible(run is not None)
        self._show_details()
        if selected >= 0:
            self.tree.select_job(selected)  # it may be the one that is to run again
        self._clock.stop()
        self._pace.forget()
        self._show_left(live=live or bool(holder))
        self._show_holder(holder)
        self._is_taken_up = run is not None and self._has_begun_before(run, live=live)
        if live:
            self.progress.start(self.model.counts())
        elif run is not None:
            self.progress.finish(self.model.counts())
        if run is not None:
            self._title = _title(run, str(run.fact("title") or ""))
            end = "" if live else self._end_words(run)
            self._show_heading(live=live, from_history=not live, end=end)
        self._fit()

    def _has_begun_before(self, run: RunView, *, live: bool) -> bool:
        """Tell whether some of the time that a run has taken was before this."""
        if self.model.counts().running:
            return True
        ended = self.model.last_ended()  # before it began where results were taken over
        return live and ended is not None and ended > run.info.started

    def _end_words(self, run: RunView) -> str:
        counts = self.model.counts()
        if counts.finished < counts.total:  # the run would count its jobs to say so
            return ""
        ended = self.model.last_ended()  # the run would read all its jobs to say so
        idle = self._is_taken_up or self.model.has_run_again()
        return "" if ended is None else end_words(run.info.started, ended, idle=idle)

    def _fit(self) -> None:
        """Divide the room so that all jobs are in sight, or a few where that is too much."""
        around = self._jobs.sizeHint().height() - self._views.sizeHint().height()
        all_jobs, few_jobs = (self.tree.height_for_all(most) for most in (None, _FEW_ROWS))
        self.splitter.fit(around + all_jobs, around + few_jobs)
        self._fit_views()

    def _fit_views(self) -> None:
        """Have the page scroll rather than squeeze what is shown of the jobs."""
        is_tree = self._views.currentWidget() is self.tree
        plot = _LEAST_LINES * self.fontMetrics().height()
        self._views.setMinimumHeight(self.tree.height_for_all(_LEAST_ROWS) if is_tree else plot)

    def _show_heading(self, *, live: bool, from_history: bool = False, end: str = "") -> None:
        run = self.model.run
        if run is not None:
            held = live and bool(self.progress.held_text())
            facts = run_facts(run, live=live, held=held, from_history=from_history, end=end)
            self.bar.heading.show_run(self._title, facts, run_tip(run))

    @Slot(object, str)
    def rename(self, run_dir: Path, title: str) -> None:
        """Show the new title of a run, if it is the one on show."""
        run = self.model.run
        if run is not None and run.run_dir == run_dir:
            self._title = _title(run, title)
            self.bar.heading.rename(self._title)

    def show_steering(
        self, workers: int, *, live: bool, paused: bool, frozen: bool, stopping: bool
    ) -> None:
        """Show how a run is steered, in one word wherever it is told."""
        held = self.progress.held_text()
        self.bar.show_run(workers, live=live, paused=paused, frozen=frozen, stopping=stopping)
        self.filter_bar.show_frozen(frozen)
        if live and self.progress.held_text() != held:
            self._show_heading(live=True)

    @Slot(object)
    def show_stopping(self, jobs: Sequence[int] | None) -> None:
        """Let jobs say that they were told to stop, ``None`` for all."""
        self.model.show_stopping(jobs)
        self._show_standing()

    @Slot(bool)
    def show_frozen(self, frozen: bool) -> None:
        """Let the jobs that run say that they stand still, or go on."""
        self.model.show_frozen(frozen)
        self.details.refresh(self.details.index)
        self._show_standing()

    def _show_standing(self) -> None:
        """Say of the job whose details are shown what it does instead of running."""
        index = self.details.index
        standing = self.model.standing(index) if index >= 0 else None
        if standing is not None:
            self.details.header.show_standing(standing)

    @Slot(bool)
    def show_log(self, shown: bool) -> None:
        """Show the log of the run, or hide it."""
        self.notes.setVisible(shown)
        self.bar.log_button.setChecked(shown)

    def left(self) -> int:
        """Return the number of jobs that a resume would run."""
        return self.model.counts().left

    @Slot(list)
    def apply(self, events: Sequence[Event]) -> None:
        """Take in what has happened."""
        self.resume_bar.hide()
        self.model.apply(events)
        self.notes.apply(events)
        self.failures.apply(events)
        self.plots.apply(events)
        if self._began is None:
            self._began, self._is_taken_up = time.monotonic(), True
            self._show_heading(live=True)
            self.progress.start(self.model.counts())  # jobs run again: those alone make the rate
        for event in events:
            if isinstance(event, WaitingNote):
                self.progress.say_why_waiting(event.text)
        self._pace.ask()
        self._clock.start()  # time goes by though nothing else may happen for long
        for event in events:
            if isinstance(event, PilotFinished):
                self._pilot_has_landed = True
        self._show_pilot()
        self._refresh_details(events)

    @Slot()
    def _show_counts(self) -> None:
        self._show_progress()
        self.tree_controls.show_counts()

    @Slot()
    def _show_progress(self) -> None:
        self.progress.update(self.model.counts(), time.monotonic())

    @Slot(object)
    def finish(self, counts: Counts) -> None:
        """Show how the run ended, and why where it did not end well."""
        self._clock.stop()
        self._pace.forget()
        began, self._began = self._began, None
        took = None if began is None else time.monotonic() - began
        self.progress.finish(counts, took)
        self.tree_controls.show_counts()
        end = "" if took is None else took_words(took)
        if self._is_taken_up and self.model.run is not None:  # which has not taken all that time
            end = self._end_words(self.model.run)
        self.plots.finish()
        self._show_heading(live=False, end=end)
        self.failures.finish()
        self.release_pilot()
        self._show_left(live=False)
        failure = self.model.first_failure()
        if failure is not None and self.details.index < 0:
            self.tree.select_job(failure)
            self.group_filter.select_job()  # the filter may let through those of a group alone
            QTimer.singleShot(0, self.tree, self._show_selected)  # the details take their room

    @Slot()
    def _show_selected(self) -> None:
        self.tree.scrollTo(self.tree.currentIndex())

    @Slot()
    def release_pilot(self) -> None:
        """Take note that nothing waits behind a pilot any more."""
        self._pilot_has_landed = False
        self._show_pilot()

    def _show_pilot(self) -> None:
        jobs = self.model.counts().queued if self._pilot_has_landed else 0
        waiting = f"{jobs:,} jobs wait" if jobs > 1 else "1 job waits"
        self.pilot_bar.show_text(f"{waiting} behind the pilot" if jobs else "")
        self.progress.hold("the pilot", bool(jobs))

    def _show_left(self, *, live: bool) -> None:
        """Offer to resume a run that has ended, or was read from its folder."""
        jobs = 0 if live else self.left()
        which = f"{jobs:,} jobs of this run are" if jobs > 1 else "1 job of this run is"
        self.resume_bar.show_text(f"{which} left to run: queued, lost or cancelled" if jobs else "")

    def _show_holder(self, holder: str) -> None:
        """Say who works on the run, so that it is only read here."""
        at = time.strftime("%H:%M:%S") if holder else ""
        text = f"In use by {one_line(holder)}; shown as it stood at {at}"
        self.holder_bar.show_text(text if holder else "")

    def _refresh_details(self, events: Sequence[Event]) -> None:
        shown = {self.details.index, *self.details.compare_view.jobs}
        changed = (JobStarted, JobFinished, JobRequeued)
        found = {event.index for event in events if isinstance(event, changed)} & shown
        for job in found:
            self.details.refresh(job)
        if found:
            self._show_standing()

    @Slot(bool)
    def show_plots(self, shown: bool) -> None:
        """Show the jobs as plots, or as a tree."""
        self.bar.view_switch.show_plots(shown)

    @Slot(bool)
    def _on_plots_toggled(self, shown: bool) -> None:
        self._has_picked = False
        self._views.setCurrentWidget(self.plots if shown else self.tree)
        self._fit_views()
        self._show_details()
        (self.plots if shown else self.tree).setFocus()

    def _show_details(self) -> None:
        """Show the details; below plots, which need the room, those of a job picked there alone."""
        is_plots = self.bar.view_switch.is_plots
        has_job = self.details.index >= 0 or self.details.is_comparing
        is_wanted = not is_plots or (self._has_picked and has_job)
        self.details.setVisible(self.model.run is not None and is_wanted)
        self.splitter.show_job(has_job)
        self.splitter.show_plots(is_plots)

    @Slot(int)
    def _on_job_picked(self, job: int) -> None:
        """Select the job that was clicked in a plot; -1 for none."""
        self.tree.select_job(job)
        if self.details.index != job:  # none, or one that the filter keeps out of the tree
            self.tree.clear_selection()
            self._on_job_selected(job)
        self._has_picked = job >= 0
        self._show_details()

    @Slot(int)
    def _on_job_selected(self, job: int) -> None:
        if job >= 0 and self.model.run is not None:
            self.details.show_job(self.model.run, job)
            self._show_standing()
        else:
            self.details.clear()
        self.plots.select_jobs([job] if job >= 0 else [])
        self._show_details()
        if job >= 0:
            QTimer.singleShot(0, self.tree, self._show_selected)  # the details take their room

    @Slot(int)
    def _on_one_selected(self, job: int) -> None:
        if self.details.is_comparing or job not in (-1, self.details.index):
            self._on_job_selected(job)

    @Slot(list)
    def _on_several_selected(self, jobs: Sequence[int]) -> None:
        if self.model.run is not None:
            self.details.show_jobs(self.model.run, jobs)
            self.plots.select_jobs(jobs)
            self._show_details()

    @Slot()
    def _on_compare_requested(self) -> None:
        self.details.compare_view.tree.setFocus()


def _title(run: RunView, given: str) -> str:
    return given or Path(run.info.script).name
