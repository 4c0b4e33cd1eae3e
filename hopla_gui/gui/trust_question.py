"""Asks before a script is run, to read its parser, that the person did not pick."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.setup import Setup
from hopla_gui.gui.document import Goal
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.messages import Level
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.workbench import Workbench


class TrustQuestion(QObject):
    """Asks once for each script and content.

    Signals
    -------
    message
        `Level`, one line, details: the script stays closed, for another question is open.
    """

    message = Signal(object, str, str)

    def __init__(self, workbench: Workbench, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._questions = questions
        workbench.document.trust_wanted.connect(self._on_trust_wanted)

    @Slot(object)
    def _on_trust_wanted(self, goal: Goal) -> None:
        title, text, buttons = trust_words(goal.setup)

        def take(place: int, _remember: bool) -> None:
            if place == 0:
                self._workbench.approve(goal)

        if not self._questions.ask(title, text, buttons, take):
            self.message.emit(Level.WARNING, f"{goal.setup.script} was not opened.", "")


def trust_words(setup: Setup) -> tuple[str, str, tuple[str, str]]:
    """Return title, text and buttons of the question about a script that came along."""
    title = f"Open {setup.script.name}, never opened here as it is now?"
    python = f", with {setup.python}" if setup.python else ""
    text = (
        f"{one_line(str(setup.script))}\n\nTo read its parameters, the script is run{python} up to"
        " its parser. Open it if you trust where it comes from. You are asked once."
    )
    return title, text, ("Open it", "Cancel")
