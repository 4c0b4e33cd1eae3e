"""Between the form and what is known of its jobs before they run: the table, time, the parser.

On the main thread; the stored runs are read, and the jobs are judged, on threads of their own.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.commands.batch_export import Batch
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.results.past_durations import PastDurations, past_durations
from hopla_gui.errors import HoplaError
from hopla_gui.gui.background import Background, IsStale
from hopla_gui.gui.jobs.formatting import duration, time_words
from hopla_gui.gui.setup.argument_check import ArgumentVerdict
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.jobs_page import JobsPage
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.setup.values import lines_text, parse, parse_line, text_of
from hopla_gui.gui.workbench import Workbench

_SETTLE_MS = 800


class PreviewControl(QObject):
    """Fills the page of all jobs and the strip below the form.

    Signals
    -------
    verdict_reached
        An `ArgumentVerdict` on the form as it stands.
    """

    verdict_reached = Signal(object)

    def __init__(self, panel: SetupPanel, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._workbench = workbench
        self._arguments = workbench.arguments
        self.verdict: ArgumentVerdict | None = None
        self._waiting: list[asyncio.Event] = []
        self._past: PastDurations | None = None
        self._past_script: Path | None = None
        self.page = JobsPage(self._cell_text, self._cell_value, self._command)
        self._looking = Background(self)
        self._looking.done.connect(self._on_past_known)
        self._judge_soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._judge_soon.timeout.connect(self.judge)
        self._patience = QTimer(self, singleShot=True)  # asyncio's would outlive what it is for
        self._patience.timeout.connect(self._wake)
        self._connect()

    def _connect(self) -> None:
        self._panel.changed.connect(self._on_changed)
        self._panel.form_check.checked.connect(self._on_checked)
        self.page.edits_wanted.connect(self._panel.set_edits)
        self._arguments.progressed.connect(self._on_progressed)
        self._arguments.finished.connect(self._on_judged)
        self._workbench.control.run_finished.connect(self._look_for_past)

    def stop(self) -> None:
        """Have all that is under way off the main thread end; it does so soon."""
        self._judge_soon.stop()
        self.page.stop()
        self._looking.stop()

    # --- the table -------------------------------------------------------------------------

    def _field(self, name: str) -> Field | None:
        return self._panel.model.names.find(name) if self._panel.spec else None

    def _cell_text(self, name: str, value: object) -> str:
        field = self._field(name)
        if isinstance(value, list | tuple) and field is not None:
            return lines_text([value], max(field.depth, 1))
        return text_of(value)

    def _cell_value(self, name: str, text: str) -> object:
        field = self._field(name)
        if field is None:  # the seed of repetitions, of a parameter that is gone
            return text
        if field.depth == 0:
            return parse(field, text)
        return next(iter(parse_line(field, text.replace("\n", " "), field.depth)), [])

    def _command(self, job: JobSpec) -> str:
        spec, jobs = self._panel.form_check.spec, self._panel.form_check.jobs
        if spec is None or jobs is None:
            return ""
        return shell_line(Batch(self._panel.setup(), spec, jobs, Path()).command(job))

    # --- the form --------------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        self._arguments.cancel()
        self._judge_soon.stop()
        self.verdict = None
        self._wake()

    @Slot()
    def _on_checked(self) -> None:
        jobs = self._panel.form_check.jobs
        self.page.show_jobs(jobs, self._panel.edits)
        self._arguments.cancel()
        self.verdict = None
        script = self._panel.setup().script
        if script != self._past_script:
            self._past, self._past_script = None, script
            self._look_for_past()
        self._show_estimate()
        if jobs is not None:
            self._judge_soon.start()

    # --- time ------------------------------------------------------------------------------

    @Slot()
    def _look_for_past(self) -> None:
        script, runs_dir = self._past_script, self._workbench.runs_dir
        if script is not None:
            self._looking.start(lambda is_stale: _past(script, runs_dir, is_stale))

    @Slot(object)
    def _on_past_known(self, past: PastDurations | None) -> None:
        self._past = past
        self._show_estimate()

    def _show_estimate(self) -> None:
        jobs = self._panel.form_check.jobs
        text = ""
        if jobs is not None and len(jobs) and self._past is not None:
            workers = self._panel.setup().run.workers or os.cpu_count() or 1
            text = estimate_words(len(jobs), self._past, workers)
        self.page.show_estimate(text)
        self._panel.preview.show_estimate(text)

    # --- the script's parser ---------------------------------------------------------------

    @Slot()
    def judge(self) -> None:
        """Have the script's parser judge the jobs now, unless it does or has done so."""
        self._judge_soon.stop()
        spec, jobs = self._panel.form_check.spec, self._panel.form_check.jobs
        if self.verdict is None and not self._arguments.is_busy and spec and jobs:
            self._arguments.begin(self._panel.setup(), spec, jobs)

    async def reach_verdict(self, patience: float | None) -> ArgumentVerdict | None:
        """Wait for what the script's parser says; ``None`` where it takes too long, in seconds."""
        self.judge()
        if self._arguments.is_busy:
            reached = asyncio.Event()
            self._waiting.append(reached)
            if patience is not None:
                self._patience.start(round(patience * 1000))
            await reached.wait()
            self._patience.stop()
            self._waiting.remove(reached)
        return self.verdict

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        text = f"checking the jobs: {done:,} of {total:,}"
        self.page.show_refusals({}, text)
        self._panel.preview.show_verdict(text, refused=False)

    @Slot(object)
    def _on_judged(self, verdict: ArgumentVerdict) -> None:
        self.verdict = verdict
        self.page.show_refusals(verdict.messages, verdict.words)
        self._panel.form_check.show_verdict(verdict)
        self._wake()
        self.verdict_reached.emit(verdict)

    @Slot()
    def _wake(self) -> None:
        for reached in self._waiting:
            reached.set()


def estimate_words(jobs: int, past: PastDurations, workers: int) -> str:
    """Return how long jobs will take, and what that is drawn from."""
    seconds = jobs * past.mean_s / max(min(workers, jobs), 1)
    on = "1 worker" if workers == 1 else f"{workers:,} workers"
    return f"{time_words(seconds)} on {on} ({duration(past.mean_s)} a job so far)"


def _past(script: Path, runs_dir: Path, is_stale: IsStale) -> PastDurations | None:
    try:
        runs = api.list_runs(runs_dir)
    except HoplaError:
        return None
    return past_durations(script, (run for run in runs if not is_stale()))
