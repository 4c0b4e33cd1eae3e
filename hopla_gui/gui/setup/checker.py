"""Checks a set-up and counts its jobs; on a thread of its own where there are many values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.expand import check_setup, expand
from hopla_gui.errors import ChoiceError, UserError
from hopla_gui.gui.background import Background

VALUES_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a set-up comes to: its jobs, or what keeps them from being made.

    Attributes
    ----------
    doubts
        Values that are no choices of the script's parser: it refuses them, when it is asked
        before a run, and whoever runs the jobs may do so anyway.
    spec
        The parser that the jobs are made for; where there are doubts, one that has no choices.
    """

    jobs: Sequence[JobSpec] = ()
    problems: tuple[UserError, ...] = ()
    doubts: tuple[UserError, ...] = ()
    spec: ParserSpec | None = None


class SetupChecker(QObject):
    """Checks the set-up that it was given last.

    A few thousand values are checked before `check` returns, more of them in the background;
    what is overtaken by a later set-up is never told.

    Signals
    -------
    checked
        A `Checked`.
    """

    checked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.done.connect(self.checked)

    def check(self, setup: Setup, spec: ParserSpec, values: int) -> None:
        """Check a set-up whose axes have so many values."""
        if values <= VALUES_AT_ONCE:
            self._background.forget()
            self.checked.emit(checked(setup, spec))
        else:
            self._background.start(lambda _is_stale: checked(setup, spec))


def checked(setup: Setup, spec: ParserSpec) -> Checked:
    """Return the jobs of a set-up, or all that is wrong with it."""
    try:
        return Checked(expand(setup, spec), spec=spec)
    except UserError as error:
        problems = tuple(check_setup(setup, spec)) or (error,)
    if not all(isinstance(problem, ChoiceError) for problem in problems):
        return Checked(problems=problems)
    any_choice = spec.without_choices()
    try:
        return Checked(expand(setup, any_choice), doubts=problems, spec=any_choice)
    except UserError as error:
        return Checked(problems=(error,), doubts=problems)
