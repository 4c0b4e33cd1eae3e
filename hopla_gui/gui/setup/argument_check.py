"""Has the script's own parser judge every job in the background, before anything runs."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.argcheck import check_commands
from hopla_gui.errors import UserError
from hopla_gui.gui.background import Background

MOST_KEPT = 1_000
_TELL_EACH_S = 0.1
_ARGUMENT = re.compile(r"argument [^:]+: ")


@dataclass(frozen=True)
class ArgumentVerdict:
    """What the script's parser says of the jobs.

    Attributes
    ----------
    refused
        How many jobs it refuses.
    messages
        Its words for the first of them, by index.
    fields
        For each parameter at fault, its words and the first job they are about.
    failure
        Why the jobs could not be checked; they may well run.
    """

    jobs: int
    refused: int = 0
    messages: Mapping[int, str] = field(default_factory=dict)
    fields: Sequence[UserError] = ()
    failure: str = ""

    @property
    def words(self) -> str:
        """The verdict in a line."""
        if self.failure:
            return self.failure
        if not self.refused:
            each = "this job" if self.jobs == 1 else f"all {self.jobs:,} jobs"
            return f"the script's parser takes {each}"
        if self.jobs == 1:
            return "the script's parser refuses this job"
        return f"the script's parser refuses {self.refused:,} of {self.jobs:,} jobs"

    @property
    def first(self) -> str:
        """The first job that is refused, and why."""
        if not self.messages:
            return ""
        index = min(self.messages)
        return f"job_{index}: {self.messages[index]}"


class ArgumentCheck(QObject):
    """Checks the jobs that it was given last.

    Signals
    -------
    progressed
        Number of jobs checked so far, and of all.
    finished
        An `ArgumentVerdict`.
    """

    progressed = Signal(int, int)
    finished = Signal(object)
    _told = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.done.connect(self._on_done)
        self._number = 0
        self._total = 0
        self._last_told = 0.0
        self.is_busy = False
        self._cancelled = threading.Event()
        self._told.connect(self._on_told)

    def begin(self, setup: Setup, spec: ParserSpec, jobs: Sequence[JobSpec]) -> None:
        """Check the jobs of a set-up; what was under way is given up."""
        self.cancel()
        self._cancelled = cancelled = threading.Event()
        self._number += 1
        self._total = len(jobs)
        self.is_busy = True
        tell = partial(self._tell, self._number)
        self._background.start(lambda _is_stale: judge(setup, spec, jobs, cancelled, tell))

    def cancel(self) -> None:
        """Give up what is under way; it ends soon."""
        self.is_busy = False
        self._cancelled.set()
        self._background.forget()

    def wait(self) -> None:
        """Wait until nothing is under way; called off the main thread."""
        self._background.wait()

    def _tell(self, number: int, done: int) -> None:
        """Tell how far a check is, not more often than anybody can read; on the check's thread."""
        if monotonic() - self._last_told > _TELL_EACH_S:
            self._last_told = monotonic()
            with contextlib.suppress(RuntimeError):  # the window has gone: nobody is left to tell
                self._told.emit(number, done)

    @Slot(int, int)
    def _on_told(self, number: int, done: int) -> None:
        if number == self._number and self.is_busy:
            self.progressed.emit(done, self._total)

    @Slot(object)
    def _on_done(self, verdict: ArgumentVerdict) -> None:
        self.is_busy = False
        self.finished.emit(verdict)


def judge(
    setup: Setup,
    spec: ParserSpec,
    jobs: Sequence[JobSpec],
    cancelled: threading.Event,
    tell: Callable[[int], object],
) -> ArgumentVerdict:
    """Return what the script's parser says of the jobs; takes as long as it takes."""
    refused = 0
    messages: dict[int, str] = {}
    first: dict[str, tuple[int, str]] = {}
    times: Counter[str] = Counter()
    cwd = setup.cwd or Path.cwd()
    try:
        for problem in check_commands(
            spec,
            jobs,
            cwd=cwd,
            env=setup.run.env,
            cancelled=cancelled,
            progress=tell,
        ):
            refused += 1
            if len(messages) < MOST_KEPT:
                messages[problem.index] = problem.message
            if problem.parameter is not None:
                first.setdefault(problem.parameter, (problem.index, problem.message))
                times[problem.parameter] += 1
    except UserError as error:
        return ArgumentVerdict(len(jobs), failure=error.what)
    fields = [_at_field(name, *told, times[name] - 1) for name, told in first.items()]
    return ArgumentVerdict(len(jobs), refused, messages, fields)


def _at_field(parameter: str, index: int, message: str, others: int) -> UserError:
    more = f" and {others:,} more" if others else ""
    told = _ARGUMENT.sub("", message, count=1)
    return UserError(f"job_{index}{more}: {told}", parameter=parameter)
