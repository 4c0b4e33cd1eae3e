"""What the window asks of programs outside it: the editor at a line, a job once more in a terminal.

Runs on the main thread; a program is started and left alone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.commands.reproducing import Reproduction, reproduce
from hopla_gui.engine.results.store import SCRIPT_COPY
from hopla_gui.errors import HoplaError, UserError
from hopla_gui.gui.jobs.job_details import JobDetails
from hopla_gui.gui.jobs.plain_view import copy_text
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.outside.editors import editor_command
from hopla_gui.gui.outside.starting import run_in_terminal, start_in_terminal, start_program
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.settings import Settings

NO_TERMINAL = "No terminal was found"
COPY_BUTTONS = ("Copy the command", "Cancel")


class OutsideControl(QObject):
    """Starts the editor and the terminal, and says where that cannot be done.

    Signals
    -------
    failed
        A `HoplaError`.
    """

    failed = Signal(object)

    def __init__(self, settings: Settings, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._questions = questions

    def serve(self, details: JobDetails) -> None:
        """Do what the details of a job ask for."""
        view = details.traceback_view
        view.place_wanted.connect(self.open_place)
        view.editor_button.choice_made.connect(self.choose_editor)
        view.editor_button.set_choice(self._settings.editor)
        details.again_wanted.connect(self.run_again)

    @Slot(str)
    def choose_editor(self, choice: str) -> None:
        """Use an editor from now on."""
        self._settings.editor = choice

    @Slot(str, int)
    def open_place(self, file: str, line: int) -> None:
        """Open a file in the editor at a line."""
        try:
            if not Path(file).is_file():
                raise UserError(f"{one_line(file)}: no such file on this machine")
            command = editor_command(self._settings.editor, file, line, os.environ, shutil.which)
            if not command.in_terminal:
                start_program(command.words)
            elif not start_in_terminal(command.words):
                raise UserError(f"{command.words[0]} needs a terminal, and none was found")
        except HoplaError as error:
            self.failed.emit(error)

    @Slot(object, object, bool, bool)
    def run_again(self, run: RunView, spec: JobSpec, debugger: bool, use_copy: bool) -> None:
        """Run a job once more in a terminal; offer its command where there is none."""
        copy = run.run_dir / SCRIPT_COPY if use_copy else None
        again = reproduce(run.info, spec, debugger=debugger, copy=copy)
        which = "the run's copy of the script" if use_copy else "the script as it is now"
        how = ", under pdb" if debugger else ""
        said = (f"{one_line(spec.name)} again, with {which}{how}:", full_command_of(again))
        try:
            if not run_in_terminal(again, said):
                self._offer(again)
        except HoplaError as error:
            self.failed.emit(error)

    def _offer(self, again: Reproduction) -> None:
        def take(place: int, _remember: bool) -> None:
            if place == 0:
                copy_text(again.line)

        text = f"Paste this into a shell:\n\n{one_line(again.line, 400)}"
        self._questions.ask(NO_TERMINAL, text, COPY_BUTTONS, take)


def full_command_of(again: Reproduction) -> str:
    """Return the command as it is said above its output: on one line, whatever is in it."""
    return one_line(again.line, 4_000)
