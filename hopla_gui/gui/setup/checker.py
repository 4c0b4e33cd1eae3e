"""Checks a set-up and counts its jobs; on a thread of its own where there are many values."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.expand import check_setup, expand
from hopla_gui.errors import ChoiceError, UserError

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
    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._latest = 0
        self._lock = threading.Lock()
        self._waiting: tuple[int, Setup, ParserSpec] | None = None
        self._done.connect(self._on_done)

    def check(self, setup: Setup, spec: ParserSpec, values: int) -> None:
        """Check a set-up whose axes have so many values."""
        self._latest += 1
        if values <= VALUES_AT_ONCE:
            self._on_done(self._latest, checked(setup, spec))
            return
        with self._lock:
            self._waiting = (self._latest, setup, spec)
        self._pool.start(self._work)

    def _work(self) -> None:
        """Check the set-up that waits, if one still does; runs on the pool's thread."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            number, setup, spec = waiting
            found = checked(setup, spec)
            with contextlib.suppress(RuntimeError):  # the window has gone: nobody is left to tell
                self._done.emit(number, found)

    @Slot(int, object)
    def _on_done(self, number: int, found: Checked) -> None:
        if number == self._latest:
            self.checked.emit(found)


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
