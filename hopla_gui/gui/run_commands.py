"""What the Run menu does: from the form to a run, and what is asked on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.events import PilotFinished
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First, pilot_words
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.results.earlier import Earlier
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.closing import jobs_words
from hopla_gui.gui.cluster_control import ClusterControl
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.messages import Level
from hopla_gui.gui.preview_control import PreviewControl
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.setup.argument_check import ArgumentVerdict
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench

_PATIENCE_S = 5.0
WAIT_BUTTONS = ("Keep checking", "Run now", "Cancel")
REFUSED_BUTTONS = ("Show the first", "Run anyway", "Cancel")
REMEMBER = "Do the same until hopla_gui is closed"


class RunCommands(QObject):
    """Starts runs, and asks where something has run before or a pilot has landed.

    Signals
    -------
    starting
        A run is about to be started: what an earlier one said is stale.
    changed
        Whether a run can be started may have changed.
    refused_wanted
        The first job that the script's parser refuses is to be shown.
    results_wanted
        What an earlier run has found is to be in sight.
    """

    starting = Signal()
    changed = Signal()
    refused_wanted = Signal()
    results_wanted = Signal()

    def __init__(
        self,
        panel: SetupPanel,
        workbench: Workbench,
        preview: PreviewControl,
        questions: Questions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preview = preview
        self._panel = panel
        self._workbench = workbench
        self._control = workbench.control
        self._questions = questions
        self._cluster = ClusterControl(panel, workbench, questions, self)
        self._is_looking = False
        self._only_new: bool | None = None  # None: ask
        self._wanted: First | None = None  # to be run once the form is checked
        panel.form_check.checked.connect(self._on_checked)
        self._control.pilot_finished.connect(self._on_pilot_finished)

    def connect_actions(self, actions: Actions) -> None:
        """Answer the actions of the Run menu."""
        for name, slot in {
            "run": self.run_all,
            "run_one": self.run_one_first,
            "run_corners": self.run_corners_first,
            "resume": self.resume,
            "stop": self._control.stop,
            "pause": self._control.pause,
            "freeze": self._control.freeze,
        }.items():
            actions[name].triggered.connect(slot)

    @property
    def is_busy(self) -> bool:
        """Whether jobs run, wait, or are being looked for."""
        return self._control.is_live or self._is_looking

    @Slot()
    def run_all(self) -> None:
        """Run all jobs of the form."""
        self.run(First.ALL)

    @Slot()
    def run_one_first(self) -> None:
        """Run one job, then ask."""
        self.run(First.ONE)

    @Slot()
    def run_corners_first(self) -> None:
        """Run the corners of the grid, then ask."""
        self.run(First.CORNERS)

    def ask_to_stop(self) -> None:
        """Stop the run if that is what is meant."""
        title = f"Stop {jobs_words(self._control.counts)}?"
        text = "What has finished is kept."
        stop, until = self._control.stop, self._control.run_finished
        self._questions.confirm(title, text, "Stop", "Keep running", stop, until)

    @Slot()
    def resume(self) -> None:
        """Run what the run on show has left."""
        if self._control.run_dir is not None:
            self._workbench.resume(self._control.run_dir)

    def look_again(self) -> None:
        """Read the run on show anew: another program works on it."""
        if self._control.run_dir is not None:
            self._workbench.open_run(self._control.run_dir)

    def run(self, first: First) -> None:
        """Run the jobs of the form, once it is checked; where it cannot be, show why."""
        spec = self._panel.form_check.spec
        if not self._panel.form_check.is_current:
            self._wanted = first
            self._panel.form_check.check()  # large sweeps take a while, on a thread of their own
        elif self._panel.form_check.problems():
            self._panel.focus_first_problem()
        elif spec is not None and not self.is_busy and not self._questions.current:
            self.starting.emit()
            self._workbench.begin(self._judge(self._panel.setup(), spec, first, _PATIENCE_S))

    @Slot()
    def _on_checked(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.run(wanted)

    # --- what the script's parser says -----------------------------------------------------

    async def _judge(
        self, setup: Setup, spec: ParserSpec, first: First, patience: float | None
    ) -> None:
        """Wait until the jobs are judged; ask where some are refused, or it takes long."""
        self._set_looking("The script's own parser checks the jobs…")
        try:
            verdict = await self._preview.reach_verdict(patience)
        finally:
            self._set_looking("")
        jobs = self._panel.form_check.job_count()
        if verdict is None and self._workbench.arguments.is_busy:
            title, buttons = "The jobs are still being checked", WAIT_BUTTONS
            text = f"The script's own parser goes through all {jobs:,} of them."
            answer = partial(self._on_wait_answered, setup, spec, first)
            self._questions.ask(title, text, buttons, answer)
        elif verdict is not None and verdict.refused:
            title, text = refused_words(verdict)
            answer = partial(self._on_refused_answered, setup, spec, first)
            self._questions.ask(title, text, REFUSED_BUTTONS, answer)
        else:
            self._go(setup, spec, first)

    def _on_wait_answered(
        self, setup: Setup, spec: ParserSpec, first: First, place: int, _remember: bool
    ) -> None:
        if place == 0:
            self._workbench.begin(self._judge(setup, spec, first, None))
        elif place == 1:
            self._go(setup, spec, first)

    def _on_refused_answered(
        self, setup: Setup, spec: ParserSpec, first: First, place: int, _remember: bool
    ) -> None:
        if place == 0:
            self.refused_wanted.emit()
        elif place == 1:
            self._go(setup, spec, first)

    def _go(self, setup: Setup, spec: ParserSpec, first: First) -> None:
        if self._only_new is False:
            self._start(setup, spec, False, first)
        else:
            self._workbench.begin(self._look(setup, spec, first))

    def _start(self, setup: Setup, spec: ParserSpec, only_new: bool, first: First) -> None:
        """Run the jobs here, or tell first what is about to be submitted."""

        def start() -> None:
            self._workbench.run(setup, spec, only_new=only_new, first=first)

        if setup.run.on == "local":
            start()
        else:
            self._workbench.begin(self._cluster.ask(setup, spec, start))

    # --- what has run before ---------------------------------------------------------------

    async def _look(self, setup: Setup, spec: ParserSpec, first: First) -> None:
        """Look for results that there are already; run where there is none, ask where some are."""
        self._set_looking("Looking for what has run before…")
        try:
            found, same = await asyncio.to_thread(_find, setup, spec, self._workbench.runs_dir)
        finally:
            self._set_looking("")
        done = sum(len(earlier.jobs) for earlier in found)
        if not done:
            self._start(setup, spec, False, first)
            return
        jobs = self._panel.form_check.job_count() or done
        title, text, buttons = done_words(done, jobs, is_one_run=same is not None)
        take = partial(self._on_new_answered, setup, spec, first, same)
        if self._only_new:  # nothing else may show that Run was pressed
            self._workbench.message.emit(Level.INFO, f"{title}.", "")
            take(0, True)
        else:
            self._questions.ask(title, text, buttons, take, REMEMBER)

    def _set_looking(self, what: str) -> None:
        self._is_looking = bool(what)
        self._workbench.busy_changed.emit(what)
        self.changed.emit()

    def _on_new_answered(
        self,
        setup: Setup,
        spec: ParserSpec,
        first: First,
        same: Path | None,
        place: int,
        remember: bool,
    ) -> None:
        if place == 2:
            return
        only_new = place == 0
        if remember:
            self._only_new = only_new
        if only_new and same is not None:
            self._workbench.show_results(same)
            self.results_wanted.emit()
        else:
            self._start(setup, spec, only_new, first)

    # --- the pilot -------------------------------------------------------------------------

    @Slot(object)
    def _on_pilot_finished(self, pilot: PilotFinished) -> None:
        title, text = pilot_words(pilot, self._control.workers)
        buttons = (f"Run the other {pilot.remaining:,}", "Cancel them", "Look first")
        answer, is_warning = self._on_pilot_answered, bool(pilot.failed)
        self._questions.ask(title, text, buttons, answer, is_warning=is_warning)

    def _on_pilot_answered(self, place: int, _remember: bool) -> None:
        if place == 0:
            self._control.go_on()
        elif place == 1:
            self._control.stop()


def _find(setup: Setup, spec: ParserSpec, runs_dir: Path) -> tuple[Sequence[Earlier], Path | None]:
    """Return what has run before, and the one stored run that holds just these jobs, if any."""
    found = api.find_done(setup, spec, runs_dir)
    if len(found) != 1:
        return found, None
    run = StoredRun(found[0].run_dir)
    try:
        is_same = len(run) == len(found[0].jobs) == len(api.expand(setup, spec))
    finally:
        run.close()
    return found, found[0].run_dir if is_same else None


def refused_words(verdict: ArgumentVerdict) -> tuple[str, str]:
    """Return title and text of the question about jobs that the script's parser refuses."""
    if verdict.jobs == 1:
        title = "The script's parser refuses this job"
    elif verdict.refused == verdict.jobs:
        title = f"The script's parser refuses all {verdict.jobs:,} jobs"
    else:
        title = f"The script's parser refuses {verdict.refused:,} of {verdict.jobs:,} jobs"
    first = sorted(verdict.messages.items())[:3]
    lines = [f"job_{index}: {one_line(message, 160)}" for index, message in first]
    if verdict.refused > len(lines):
        lines.append(f"… and {verdict.refused - len(lines):,} more")
    return title, "\n".join(lines)


def done_words(done: int, jobs: int, *, is_one_run: bool) -> tuple[str, str, tuple[str, str, str]]:
    """Return title, text and buttons of the question about jobs that have succeeded before.

    Parameters
    ----------
    is_one_run
        A stored run holds the results of just these jobs.
    """
    text = (
        "That was with the same script, arguments, interpreter, working directory and environment "
        "given. Time limit and other run options may have been different."
    )
    if done < jobs:
        left = jobs - done
        others = f"Run only the other {left:,}" if left > 1 else "Run only the other one"
        return (
            f"{done:,} of {jobs:,} jobs have succeeded before",
            f"{text} Their results can be taken over into this run.",
            (others, f"Run all {jobs:,}", "Cancel"),
        )
    title = f"All {jobs:,} jobs have succeeded" if jobs > 1 else "This job has succeeded"
    again = f"Run all {jobs:,} again" if jobs > 1 else "Run it again"
    if is_one_run:
        return f"{title} before", text, ("Show results", again, "Cancel")
    text += " No stored run holds just these results: a new one can gather them."
    return f"{title} before", text, ("Gather results", again, "Cancel")
