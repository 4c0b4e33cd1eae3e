"""Between the history page and the stored runs: reads them, and does what is asked of them.

Lives on the main thread; folders are read and changed in threads of the loop's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.cluster import PLACE_WORDS
from hopla_gui.domain.job import Counts
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import HoplaError
from hopla_gui.gui.history.history_page import HistoryPage
from hopla_gui.gui.history.run_summary import (
    RunSummary,
    find_left,
    read_summaries,
    read_summary,
)
from hopla_gui.gui.jobs.formatting import when
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.workbench import Workbench

_PAGE = 40  # runs read before the next of them are shown
_LOOKED_AT_ON_START = 20
_TICK_MS = 1000


class HistoryControl(QObject):
    """Keeps the page up to date while it is in sight.

    Signals
    -------
    run_shown
        The jobs of a run are shown now, in place of the history.
    leaving
        The form is about to show another set-up: what it says is to be kept.
    renamed
        A run's folder, and its new title.
    """

    run_shown = Signal()
    leaving = Signal()
    renamed = Signal(object, str)

    def __init__(
        self,
        page: HistoryPage,
        workbench: Workbench,
        commands: RunCommands,
        questions: Questions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._workbench = workbench
        self._control = workbench.control
        self._commands = commands
        self._questions = questions
        self._reading = 0
        self._runs: dict[Path, RunSummary] = {}
        self._ticker = QTimer(self, interval=_TICK_MS)
        self._ticker.timeout.connect(self._on_tick)
        page.open_wanted.connect(self.open)
        page.resume_wanted.connect(self.resume)
        page.run_again_wanted.connect(self.run_again)
        page.delete_wanted.connect(self._on_delete_wanted)
        page.described.connect(self._on_described)
        self._control.run_finished.connect(self._on_run_finished)

    # --- reading ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Read the stored runs anew."""
        self._ticker.start()
        self._page.show_loading()
        self._workbench.begin(self._read())

    async def _read(self) -> None:
        self._reading += 1
        number, found = self._reading, list[RunSummary]()
        run_dirs = await asyncio.to_thread(api.list_runs, self._workbench.runs_dir)
        for start in range(0, len(run_dirs) or 1, _PAGE):
            found += await asyncio.to_thread(read_summaries, run_dirs[start : start + _PAGE])
            if number != self._reading:
                return  # somebody else has begun anew
            complete = start + _PAGE >= len(run_dirs)
            if complete or len(found) > len(self._runs):
                self._runs = {run.run_dir: run for run in found}
                self._page.show_runs(found, complete=complete)

    async def _read_again(self, run_dir: Path) -> None:
        run = await asyncio.to_thread(read_summary, run_dir)
        if run is not None and run_dir in self._runs:
            self._show(run)

    def _show(self, run: RunSummary) -> None:
        self._runs[run.run_dir] = run
        self._page.update_run(run)

    @Slot()
    def _on_tick(self) -> None:
        """Let the bar of the live run grow."""
        if not self._page.isVisible():
            self._ticker.stop()
            return
        run = self._runs.get(self._control.run_dir or Path())
        if run is not None and self._control.is_live and run.counts != self._control.counts:
            self._show(replace(run, counts=self._control.counts))

    @Slot(object)
    def _on_run_finished(self, _counts: Counts) -> None:
        if self._page.isVisible() and self._control.run_dir is not None:
            self._workbench.begin(self._read_again(self._control.run_dir))

    # --- opening and running ---------------------------------------------------------------

    @Slot(object)
    def open(self, run_dir: Path) -> None:
        """Show a run's jobs, and its set-up in the form."""
        if run_dir == self._control.run_dir:
            self.run_shown.emit()
        else:
            self._once_idle("show another run", lambda: self._begin_open(run_dir))

    def _begin_open(self, run_dir: Path) -> None:
        self.leaving.emit()
        self.run_shown.emit()
        self._workbench.open_run(run_dir)

    @Slot(object, bool)
    def resume(self, run_dir: Path, failed: bool) -> None:
        """Run what a run has left."""
        self._once_idle("resume another run", lambda: self._begin_resume(run_dir, failed))

    def _begin_resume(self, run_dir: Path, failed: bool) -> None:
        self.leaving.emit()
        self.run_shown.emit()
        self._workbench.begin(self._resume(run_dir, failed))

    async def _resume(self, run_dir: Path, failed: bool) -> None:
        await self._control.resume(run_dir, failed=failed)
        setup = await asyncio.to_thread(_setup_of, run_dir)
        if setup is not None:
            await self._workbench.document.open_setup(setup)

    @Slot(object)
    def run_again(self, run_dir: Path) -> None:
        """Fill the form as it was, and run it anew."""
        self._once_idle("run another one", lambda: self._begin_again(run_dir))

    def _begin_again(self, run_dir: Path) -> None:
        self.leaving.emit()
        self._workbench.begin(self._run_again(run_dir))

    async def _run_again(self, run_dir: Path) -> None:
        setup = await asyncio.to_thread(_setup_of, run_dir)
        if setup is None:
            raise HoplaError(f"{run_dir.name}: a run of bare commands has no form")
        self.run_shown.emit()
        is_opened = await self._workbench.document.open_setup(setup)
        if is_opened and self._workbench.document.spec is not None:
            self._commands.run_all()

    def _once_idle(self, what: str, then: Callable[[], None]) -> None:
        if not self._control.is_live or self._control.outlives_us:
            then()
            return
        counts = self._control.counts
        jobs = counts.running + counts.queued
        title = f"Stop {jobs:,} {'job' if jobs == 1 else 'jobs'} and {what}?"
        text = "What has finished is kept, what waits stays queued: the run can be resumed."
        self._questions.confirm(title, text, "Stop", "Keep running", then)

    # --- describing and deleting -----------------------------------------------------------

    @Slot(object, str, str)
    def _on_described(self, run_dir: Path, what: str, text: str) -> None:
        self._workbench.begin(self._describe(run_dir, what, text))

    async def _describe(self, run_dir: Path, what: str, text: str) -> None:
        if not self._control.describe(run_dir, {what: text}):
            await self._control.settled()
            await asyncio.to_thread(api.describe_run, run_dir, **{what: text})
        if what == "title":
            self.renamed.emit(run_dir, text)
        run = self._runs.get(run_dir)
        if run is not None:
            self._show(replace(run, title=text) if what == "title" else replace(run, note=text))

    @Slot(list)
    def _on_delete_wanted(self, runs: list[RunSummary]) -> None:
        live = self._control.run_dir if self._control.is_live else None
        runs = [run for run in runs if run.run_dir != live]
        if not runs:
            return
        which = f"“{runs[0].name}” of {when(runs[0].started, datetime.now().astimezone())}"
        title = f"Delete {which}?" if len(runs) == 1 else f"Delete {len(runs):,} runs?"
        jobs = sum(run.counts.total for run in runs)
        text = f"The results and logs of {jobs:,} {'job' if jobs == 1 else 'jobs'} are gone then."
        if any(run.goes_on for run in runs):
            text += " What still runs or waits elsewhere is cancelled."
        self._questions.confirm(
            title, text, "Delete", "Keep", lambda: self._workbench.begin(self._delete(runs))
        )

    async def _delete(self, runs: list[RunSummary]) -> None:
        try:
            for run in runs:
                await self._control.let_go(run.run_dir)
                await asyncio.to_thread(api.delete_run, run.run_dir)
        finally:
            await self._read()

    # --- what was left when the window was last closed -------------------------------------

    async def look_for_crash(self) -> None:
        """Offer to resume a run that was left in the middle, to follow one that goes on."""
        run_dirs = await asyncio.to_thread(api.list_runs, self._workbench.runs_dir)
        run = await asyncio.to_thread(find_left, run_dirs[:_LOOKED_AT_ON_START])
        if run is None or self._control.is_live or self._control.run_dir == run.run_dir:
            return
        if run.goes_on:
            title, text = goes_on_words(run)
            self._questions.ask(
                title, text, ("Follow", "Not now"), lambda place, _: self._on_follow(run, place)
            )
            return
        title, text = crash_words(run)
        self._questions.ask(
            title, text, ("Resume", "Not now"), lambda place, _: self._on_crash(run, place)
        )

    def _on_follow(self, run: RunSummary, place: int) -> None:
        if place == 0:
            self.open(run.run_dir)

    def _on_crash(self, run: RunSummary, place: int) -> None:
        if place == 0:
            self.resume(run.run_dir, False)
        else:
            self._workbench.begin(asyncio.to_thread(_call_lost, run.run_dir))


def goes_on_words(run: RunSummary) -> tuple[str, str]:
    """Return title and text of the question about a run that goes on without the window."""
    counts = run.counts
    title = f"Follow {run.name} on {PLACE_WORDS.get(run.on, run.on)}?"
    text = (
        f"{counts.finished:,} of {counts.total:,} jobs had ended when the window was closed; "
        "the others have gone on since."
    )
    return title, text


def crash_words(run: RunSummary) -> tuple[str, str]:
    """Return title and text of the question after a crash."""
    counts = run.counts
    jobs = "1 job" if counts.running == 1 else f"{counts.running:,} jobs"
    title = f"The program ended while {jobs} ran. Resume?"
    stopped = ", also those that were stopped" if counts.cancelled else ""
    if not counts.done:
        text = f"none of {counts.total:,} jobs was done. Resume runs them{stopped}."
    else:
        kept = f"{counts.done:,} of {counts.total:,} jobs were done, and their results are kept."
        text = f"{kept} Resume runs the others{stopped}."
    return title, f"{run.name}: {text}"


def _setup_of(run_dir: Path) -> Setup | None:
    run = StoredRun(run_dir)
    try:
        return api.stored_setup(run)
    finally:
        run.close()


def _call_lost(run_dir: Path) -> None:
    """Let the jobs that ran count as lost, so that nobody is asked again."""
    api.open_run(run_dir).close()
