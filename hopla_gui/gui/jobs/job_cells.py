"""What the cells of the job tree say: columns, texts, icons and sort values of a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon

from hopla_gui.domain.job import JobSpec, JobState, JobStatus
from hopla_gui.gui.jobs.formatting import (
    STATE_EXPLANATIONS,
    STATE_WORDS,
    clock_time,
    duration,
    elapsed,
    exit_code,
    exit_code_words,
    value_text,
)
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.theme import error_colour, state_colour, state_icon


class Column(IntEnum):
    """The columns that every run has; one for each swept parameter follows."""

    NAME = 0
    STATE = 1
    EXIT_CODE = 2
    DURATION = 3


TITLES = ("Job", "State", "Exit code", "Duration")
FIXED_COLUMNS = len(TITLES)

SortRole = Qt.ItemDataRole.UserRole + 1
ObjectRole = Qt.ItemDataRole.UserRole + 2
"""`JobSpec` of a job in its first column, `JobStatus` in the others; a part's value below."""
ValueRole = Qt.ItemDataRole.UserRole + 3
"""The text of a row below a job, which the tree draws across the columns."""

ProgressRole = Qt.ItemDataRole.UserRole + 4
"""How far a running job says it is, from 0 to 1; nothing where it does not say."""

# Failures first: what is looked for when the tree is sorted by state.
STATE_ORDER = {
    state: place
    for place, state in enumerate(
        (
            JobState.FAILED,
            JobState.TIMEOUT,
            JobState.LOST,
            JobState.CANCELLED,
            JobState.RUNNING,
            JobState.QUEUED,
            JobState.SUCCEEDED,
        )
    )
}


STOPPING = "Stopping…"


def state_text(status: JobStatus, *, stopping: bool = False) -> str:
    """Return the state in a word, with the attempt where it is not the first."""
    is_stopping = stopping and status.state is JobState.RUNNING
    word = STOPPING if is_stopping else STATE_WORDS[status.state]
    return word if status.attempt <= 1 else f"{word} · attempt {status.attempt}"


def duration_text(status: JobStatus, now: float) -> str:
    """Return how long a job took, or has been running."""
    if status.state is JobState.RUNNING and status.started is not None:
        return elapsed(now - status.started)
    return duration(status.duration_s)


def state_tip(status: JobStatus) -> str:
    """Return the state in a sentence."""
    return status.detail or STATE_EXPLANATIONS[status.state]


def exit_code_tip(status: JobStatus) -> str:
    """Return the exit code in words; nothing before there is one."""
    return exit_code_words(status.exit_code) if status.state.is_final else ""


def duration_tip(status: JobStatus) -> str:
    """Return when the job started."""
    return f"Started {clock_time(status.started)}" if status.started is not None else ""


STATUS_TEXT: dict[int, Callable[[JobStatus, float], str]] = {
    Column.EXIT_CODE: lambda status, _now: exit_code(status.exit_code),
    Column.DURATION: duration_text,
}
STATUS_TIP: dict[int, Callable[[JobStatus], str]] = {
    Column.STATE: state_tip,
    Column.EXIT_CODE: exit_code_tip,
    Column.DURATION: duration_tip,
}


def sort_value(status: JobStatus, column: int, now: float) -> object:
    """Return what a fixed column but the first sorts by."""
    if column == Column.STATE:
        return STATE_ORDER[status.state]
    if column == Column.EXIT_CODE:
        return status.exit_code
    if status.state is JobState.RUNNING and status.started is not None:
        return now - status.started
    return status.duration_s


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class JobCells:
    """The cells of one run's jobs, by (job, column).

    Parameters
    ----------
    statuses
        The model's list, which changes as the run goes on.
    stopping
        The jobs that were told to stop and still run; the model's set.
    """

    def __init__(
        self,
        run: RunView,
        statuses: Sequence[JobStatus],
        clock: Callable[[], float],
        stopping: Collection[int] = (),
    ) -> None:
        self.spec: Callable[[int], JobSpec] = lru_cache(maxsize=4096)(run.spec)
        self._swept = run.swept
        self._statuses = statuses
        self._clock = clock
        self._stopping = stopping

    def text(self, job: int, column: int) -> str:
        """Return what the cell says."""
        if column == Column.NAME:
            return one_line(self.spec(job).name)
        if column == Column.STATE:
            return state_text(self._statuses[job], stopping=job in self._stopping)
        if column < FIXED_COLUMNS:
            return STATUS_TEXT[column](self._statuses[job], self._clock())
        value = self._value(job, column)
        return "" if value is None else value_text(value)

    def _value(self, job: int, column: int) -> object:
        return self.spec(job).parameters.get(self._swept[column - FIXED_COLUMNS])

    def icon(self, job: int, column: int) -> QIcon | None:
        """Return the icon of the job's state."""
        return state_icon(self._statuses[job].state) if column == Column.STATE else None

    def colour(self, job: int, column: int) -> QColor | None:
        """Return the colour of the text, where it has one of its own."""
        status = self._statuses[job]
        if column == Column.STATE:
            return state_colour(status.state)
        return error_colour() if column == Column.EXIT_CODE and status.exit_code else None

    def alignment(self, job: int, column: int) -> Qt.AlignmentFlag:
        """Return right for numbers, left for the rest."""
        if column in (Column.EXIT_CODE, Column.DURATION):
            return _RIGHT
        if column < FIXED_COLUMNS:
            return _LEFT
        value = self._value(job, column)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return _RIGHT if is_number else _LEFT

    def tip(self, job: int, column: int) -> str:
        """Return what the cell says at more length, with nothing in it read as markup."""
        if column in STATUS_TIP:
            return tip(STATUS_TIP[column](self._statuses[job]))
        return tip(" ".join(self.spec(job).cmd)) if column == Column.NAME else ""

    def sort_value(self, job: int, column: int) -> object:
        """Return the value that the cell is sorted by."""
        if column == Column.NAME:
            return job
        if column < FIXED_COLUMNS:
            return sort_value(self._statuses[job], column, self._clock())
        return self._value(job, column)

    def object(self, job: int, column: int) -> JobSpec | JobStatus:
        """Return the spec in the first column and those of parameters, the status elsewhere."""
        is_status = Column.NAME < column < FIXED_COLUMNS
        return self._statuses[job] if is_status else self.spec(job)
