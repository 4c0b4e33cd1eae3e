"""What the window asks and shows before jobs go to a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from hopla_gui import api
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.errors import HoplaError
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.setup.cluster_form import in_the_forms_words
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.submission_dialog import SubmissionDialog
from hopla_gui.gui.workbench import Workbench

BUTTONS = ("Submit", "Show script", "Only write it", "Cancel")
_WARNINGS = 4  # shown in the question; the dialog has them all
_Found = tuple[api.Preflight, list[api.Written]]


class ClusterControl(QObject):
    """Looks ahead on a thread, then asks; shows the batch scripts at any time."""

    def __init__(
        self, panel: SetupPanel, workbench: Workbench, questions: Questions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._workbench = workbench
        self._questions = questions
        self.dialog: SubmissionDialog | None = None
        panel.cluster.profiles.script_button.clicked.connect(self.show_script)

    @Slot()
    def show_script(self) -> None:
        """Show what the form would submit."""
        if self._panel.form_check.problems():
            self._panel.focus_first_problem()
        elif (spec := self._panel.form_check.spec) is not None:
            self._workbench.begin(self._show(self._panel.setup(), spec))

    async def _show(self, setup: Setup, spec: ParserSpec) -> None:
        self._open(await self.look(setup, spec))

    async def look(self, setup: Setup, spec: ParserSpec) -> _Found:
        """Return what a run would ask for, and its batch scripts."""
        self._workbench.busy_changed.emit("Looking at the cluster…")
        try:
            return await asyncio.to_thread(_look, setup, spec, self._workbench.runs_dir)
        finally:
            self._workbench.busy_changed.emit("")

    async def ask(self, setup: Setup, spec: ParserSpec, submit: Callable[[], None]) -> None:
        """Tell what is about to be submitted, and have it submitted, shown, written or left."""
        found = await self.look(setup, spec)

        def take(place: int, _remember: bool) -> None:
            if place == 0:
                submit()
            elif place == 1:
                self._open(found)
            elif place == 2:
                self._workbench.begin(self._write(setup, spec))

        title, text = submission_words(found[0], setup.run.on)
        self._questions.ask(title, text, BUTTONS, take)

    def _open(self, found: _Found) -> None:
        self.dialog = SubmissionDialog(self._panel.window(), *found)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None

    async def _write(self, setup: Setup, spec: ParserSpec) -> None:
        runs_dir = self._workbench.runs_dir
        run_dir, _ = await asyncio.to_thread(api.write_submission, setup, spec, runs_dir)
        self._workbench.open_run(run_dir)


def _look(setup: Setup, spec: ParserSpec, runs_dir: Path | None) -> _Found:
    ahead = api.look_ahead(setup, spec, runs_dir)
    if ahead is None:
        raise HoplaError("the jobs run on this machine: nothing is submitted")
    warnings = tuple(map(in_the_forms_words, ahead.warnings))
    return replace(ahead, warnings=warnings), api.preview_submission(setup, spec, runs_dir)


def submission_words(ahead: api.Preflight, place: str) -> tuple[str, str]:
    """Return title and text of the question before a submission."""
    lines = [f"{ahead.request[:1].upper()}{ahead.request[1:]}."]
    lines += [f"• {one_line(warning, 240)}" for warning in ahead.warnings[:_WARNINGS]]
    if len(ahead.warnings) > _WARNINGS:
        lines.append(f"… and {len(ahead.warnings) - _WARNINGS} more")
    title = "Share the jobs out to other hosts?" if place == "hosts" else "Submit to the cluster?"
    return title, "\n\n".join(lines)
