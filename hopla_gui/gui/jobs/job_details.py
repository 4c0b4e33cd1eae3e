"""All there is to know of the selected job: a header, and a tab for each kind of thing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from hopla_gui.domain.job import JobOutcome, JobRecord, JobState
from hopla_gui.engine.results.unread_values import UnreadValues
from hopla_gui.gui.compare.compare_view import CompareView
from hopla_gui.gui.jobs.about_view import AboutView
from hopla_gui.gui.jobs.command_view import CommandView
from hopla_gui.gui.jobs.details_header import DetailsHeader
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.formatting import STATE_EXPLANATIONS
from hopla_gui.gui.jobs.output_view import OutputView
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.values_view import ValuesView
from hopla_gui.gui.theme import SPACING
from hopla_gui.gui.traceback.traceback_view import TracebackView


class Tab(IntEnum):
    """The tabs, from left to right."""

    TRACEBACK = 0
    OUTPUT = 1
    VALUES = 2
    COMMAND = 3
    ABOUT = 4


class JobDetails(QStackedWidget):
    """Shows one job of a run, or several side by side.

    The tab follows the job (the traceback of one that failed, else the output) until one is
    chosen by hand, which then stays.

    Signals
    -------
    again_wanted
        Run, `JobSpec`, under the debugger, with the run's copy of the script: in a terminal.
    """

    again_wanted = Signal(object, object, bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunView | None = None
        self._index = -1
        self._chosen: Tab | None = None
        self._attempt: int | None = None  # None: the last one, whichever that is
        self.header = DetailsHeader()
        self.header.attempt_chosen.connect(self._on_attempt_chosen)
        self.header.again_button.wanted.connect(self._on_again_wanted)
        self.traceback_view = TracebackView()
        self.output_view = OutputView()
        self.values_view = ValuesView()
        self.command_view = CommandView()
        self.about_view = AboutView()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.traceback_view, "Traceback")
        self.tabs.addTab(self.output_view, "Output")
        self.tabs.addTab(self.values_view, "Values")
        self.tabs.addTab(self.command_view, "Command")
        self.tabs.addTab(self.about_view, "About")
        self.tabs.tabBarClicked.connect(self._on_tab_clicked)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self.header)
        layout.addWidget(self.tabs, 1)
        self.compare_view = CompareView()
        self.addWidget(_NoJob())
        self.addWidget(page)
        self.addWidget(self.compare_view)

    @property
    def index(self) -> int:
        """The job that is shown, -1 for none."""
        return self._index

    def show_job(self, run: RunView, index: int) -> None:
        """Show a job."""
        self._run, self._index, self._attempt = run, index, None
        record = run.glance(index)
        self._show(record)
        is_failure = record.outcome.traceback is not None
        fitting = Tab.TRACEBACK if is_failure else Tab.OUTPUT
        self.tabs.setCurrentIndex(fitting if self._chosen is None else self._chosen)
        self.setCurrentIndex(1)

    def show_jobs(self, run: RunView, jobs: Sequence[int]) -> None:
        """Show several jobs side by side."""
        self.compare_view.show_jobs(run, jobs)
        self.setCurrentWidget(self.compare_view)

    def show_count(self, count: int) -> None:
        """Say that too many jobs are selected to be shown side by side."""
        self.compare_view.show_count(count)
        self.setCurrentWidget(self.compare_view)

    def minimumSizeHint(self) -> QSize:
        """Return what the page that is shown needs: with no job to show, hardly anything."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    @property
    def is_comparing(self) -> bool:
        """Whether several jobs are shown."""
        return self.currentWidget() is self.compare_view

    def refresh(self, index: int) -> None:
        """Read a job again after its status has changed, if it is one that is shown."""
        if self._run is not None and self.is_comparing and index in self.compare_view.jobs:
            self.compare_view.show_jobs(self._run, self.compare_view.jobs)
        if self._run is None or index != self._index:
            return
        record = self._run.glance(index)
        self._show(record)
        if self._chosen is None and record.outcome.traceback is not None:
            self.tabs.setCurrentIndex(Tab.TRACEBACK)

    def clear(self) -> None:
        """Show no job."""
        self._run, self._index, self._attempt = None, -1, None
        self.output_view.clear()
        self.traceback_view.show_traceback(None)
        self.values_view.show_values({})
        self.command_view.clear()
        self.about_view.clear()
        self.compare_view.clear()
        self.setCurrentIndex(0)

    def traceback_text(self) -> str:
        """Return the traceback as it is shown."""
        return self.traceback_view.text()

    def _show(self, last: JobRecord) -> None:
        """Show a job, or the attempt of it that was chosen."""
        assert self._run is not None
        attempts = _attempts(self._run, last)
        place = len(attempts) - 1 if self._attempt is None else self._attempt
        record = attempts[place]
        self.header.show_attempts(attempts, place)
        outcome = record.outcome
        self.header.show_record(record)
        self.header.again_button.show_job(self._run, record.spec)
        has_failed = outcome.traceback is not None
        raised = self._run.raised(record.spec.index, record.attempt) if has_failed else None
        self.traceback_view.show_traceback(
            outcome.traceback, _why_no_traceback(outcome.state), raised
        )
        self.output_view.show_job(self._run, record)
        folder = self._run.info.cwd
        self.values_view.show_values(outcome.values, _why_no_values(outcome), folder)
        self.command_view.show_command(self._run.info, record.spec)
        self.about_view.show_run(self._run, record)
        is_known = not isinstance(outcome.values, UnreadValues) or outcome.values.is_read
        count = len(outcome.values) if is_known else 0
        self.tabs.setTabText(Tab.VALUES, f"Values ({count:,})" if count else "Values")

    def _on_attempt_chosen(self, place: int) -> None:
        is_last = place == self.header.attempt_box.count() - 1
        self._attempt = None if is_last else place
        if self._run is not None:
            self._show(self._run.glance(self._index))

    def _on_again_wanted(self, debugger: bool, use_copy: bool) -> None:
        if self._run is not None:
            self.again_wanted.emit(self._run, self._run.spec(self._index), debugger, use_copy)

    def find_text(self) -> bool:
        """Search the traceback, where that is looked at; ``False`` elsewhere."""
        looked_at = self.traceback_view.isAncestorOf(QApplication.focusWidget() or self)
        if looked_at:
            self.traceback_view.open_search()
        return looked_at

    def _on_tab_clicked(self, place: int) -> None:
        if place >= 0:
            self._chosen = Tab(place)


def _attempts(run: RunView, last: JobRecord) -> list[JobRecord]:
    """Return the attempts of a job, up to the one that waits or runs."""
    if last.attempt == 1:
        return [last]
    ended = [record for record in run.attempts(last.spec.index) if record.attempt < last.attempt]
    return [*ended, last]


def _why_no_traceback(state: JobState) -> str:
    if state is JobState.SUCCEEDED:
        return "No traceback: the job succeeded."
    if state is JobState.FAILED:
        return "No Python traceback: see the output and the exit code."
    return f"No traceback. {STATE_EXPLANATIONS[state]}."


def _why_no_values(outcome: JobOutcome) -> str:
    if not outcome.state.is_final:
        return "Values arrive when the job ends."
    if outcome.exit_code is None or outcome.exit_code < 0:
        return "The job did not come to its end, where values are handed over."
    return 'The script names what to hand over in a list: __hopla__ = ["result"]'


class _NoJob(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Say how to get something here."""
        paint_empty_state(
            self,
            "table",
            "No job selected",
            "Select a job to see its traceback, output and values.",
        )
