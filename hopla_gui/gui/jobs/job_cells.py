"""What the cells of the job tree say: columns, texts, icons and sort values of a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon

from hopla_gui.domain.columns import JobColumn, Source, fact
from hopla_gui.domain.job import JobSpec, JobState, JobStatus
from hopla_gui.gui.jobs.formatting import (
    STATE_EXPLANATIONS,
    STATE_WORDS,
    clock_time,
    duration,
    elapsed,
    exit_code,
    exit_code_words,
    rounded,
    size,
    value_text,
)
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.status_columns import is_status_column, read_status_column
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.theme import error_colour, state_colour, state_icon


class Column(IntEnum):
    """The columns that every run has; the swept parameters and what the user chose follow."""

    NAME = 0
    STATE = 1
    EXIT_CODE = 2
    DURATION = 3


FIXED = (fact("name"), fact("state"), fact("exitcode"), fact("duration"))
FIXED_COLUMNS = len(FIXED)
TITLES = {
    fact("name"): "Job",
    fact("state"): "State",
    fact("exitcode"): "Exit code",
    fact("duration"): "Duration",
    fact("cpu"): "CPU time",
    fact("memory"): "Memory",
    fact("host"): "Host",
    fact("worker"): "Worker",
    fact("attempt"): "Attempt",
    fact("started"): "Started",
    fact("ended"): "Ended",
    fact("note"): "Note",
    fact("failure"): "Failure",
}

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
FROZEN = "Frozen"
NEXT = f"{STATE_WORDS[JobState.QUEUED]} · next"
_NEXT_TIP = "Moved first by hand: it begins before the others"


def state_text(status: JobStatus, standing: str | None = None) -> str:
    """Return the state in a word, with the attempt where it is not the first.

    Parameters
    ----------
    standing
        What a job does that the state does not tell.
    """
    word = standing or STATE_WORDS[status.state]
    return word if status.attempt <= 1 else f"{word} · attempt {status.attempt}"


def duration_text(status: JobStatus, now: float) -> str:
    """Return how long a job took, or has been running."""
    running = status.running_s(now)
    return duration(status.duration_s) if running is None else elapsed(running)


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

_FACT_TEXT: dict[str, Callable[[Any], str]] = {
    "cpu": duration,
    "memory": lambda megabytes: size(megabytes * 1e6),
    "started": clock_time,
    "ended": clock_time,
}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOT_READ = "…"
DIGITS = 6  # significant ones of a number that a column has room for, unless it is made narrower
_TIP_FROM = 21  # characters of a text that may be cut
_NUMBER_TIP_FROM = 9  # and of a number that may be rounded


def cell_text(column: JobColumn, value: object) -> str:
    """Return a value of a column that is no fixed one, on one line."""
    if value is None:
        return ""
    in_words = _FACT_TEXT.get(column.name) if column.source is Source.FACT else None
    return in_words(value) if in_words else value_text(value)


def title_of(column: JobColumn) -> str:
    """Return the title of a column, or its name where it has none."""
    return TITLES.get(column) or one_line(column.name, 80)


class JobCells:
    """The cells of one run's jobs, by (job, column).

    Parameters
    ----------
    columns
        What is shown, from the first column on; the model's list.
    standings
        The model's, which change as the run goes on.
    loaded
        Gives the values of a column for all jobs, ``None`` before they are read.
    """

    def __init__(
        self,
        run: RunView,
        columns: Sequence[JobColumn],
        standings: JobStandings,
        clock: Callable[[], float],
        loaded: Callable[[JobColumn], Sequence[object] | None] = lambda column: None,
    ) -> None:
        self.spec: Callable[[int], JobSpec] = lru_cache(maxsize=4096)(run.spec)
        self._name = run.info.job_name
        self._columns = columns
        self._standings = standings
        self._statuses = standings.statuses
        self._clock = clock
        self._loaded = loaded

    def text(self, job: int, column: int) -> str:
        """Return what the cell says."""
        if column == Column.NAME:
            return one_line(self._name(job))
        if column == Column.STATE:
            is_next = self._standings.comes_next(job)
            return state_text(self._statuses[job], NEXT if is_next else self.standing(job))
        if column < FIXED_COLUMNS:
            return STATUS_TEXT[column](self._statuses[job], self._clock())
        shown = self._columns[column]
        if self._is_pending(shown):
            return NOT_READ
        return cell_text(shown, self.value(job, shown))

    def short_text(self, job: int, column: int) -> str:
        """Return what the cell says, a number rounded: what its column should have room for."""
        text = self.text(job, column)
        return rounded(text, DIGITS) if self.alignment(job, column) == RIGHT else text

    def standing(self, job: int) -> str | None:
        """Return what a running job does instead of running, in a word."""
        if self._standings.is_stopping(job):
            return STOPPING
        return FROZEN if self._standings.is_frozen(job) else None

    def state_word(self, job: int) -> str:
        """Return what a job does in a word, without its attempt."""
        return self.standing(job) or STATE_WORDS[self._statuses.states[job]]

    def _is_pending(self, column: JobColumn) -> bool:
        is_at_hand = column.source is Source.PARAMETER or is_status_column(column)
        return not is_at_hand and self._loaded(column) is None

    def value(self, job: int, column: JobColumn) -> object:
        """Return the value of any column, ``None`` where that has not been read."""
        if column.source is Source.PARAMETER:
            return self.spec(job).parameters.get(column.name)
        if is_status_column(column):
            return read_status_column(self._statuses, column, self._clock)([job])[0]
        values = self._loaded(column)
        return None if values is None else values[job]

    def plain(self, job: int, column: JobColumn) -> object:
        """Return the value of a cell of any column, the job's name too."""
        return self._name(job) if column == fact("name") else self.value(job, column)

    def icon(self, job: int, column: int) -> QIcon | None:
        """Return the icon of the job's state."""
        return state_icon(self._statuses.states[job]) if column == Column.STATE else None

    def colour(self, job: int, column: int) -> QColor | None:
        """Return the colour of the text, where it has one of its own."""
        status = self._statuses[job]
        if column == Column.STATE:
            return state_colour(status.state)
        return error_colour() if column == Column.EXIT_CODE and status.exit_code else None

    def alignment(self, job: int, column: int) -> Qt.AlignmentFlag:
        """Return right for numbers, left for the rest."""
        if column in (Column.EXIT_CODE, Column.DURATION):
            return RIGHT
        if column < FIXED_COLUMNS:
            return LEFT
        shown = self._columns[column]
        if shown in (fact("started"), fact("ended")):
            return LEFT
        value = self.value(job, shown)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return RIGHT if is_number else LEFT

    def tip(self, job: int, column: int) -> str:
        """Return what the cell says at more length, with nothing in it read as markup."""
        if column == Column.STATE and self._standings.comes_next(job):
            return tip(f"{state_tip(self._statuses[job])}. {_NEXT_TIP}")
        if column in STATUS_TIP:
            return tip(STATUS_TIP[column](self._statuses[job]))
        if column == Column.NAME:
            return tip(" ".join(self.spec(job).cmd))
        text = self.text(job, column)
        is_number = self.alignment(job, column) == RIGHT
        return tip(text) if len(text) >= (_NUMBER_TIP_FROM if is_number else _TIP_FROM) else ""

    def sort_value(self, job: int, column: int) -> object:
        """Return the value that the cell is sorted by."""
        if column == Column.NAME:
            return job
        if column == Column.STATE:
            return STATE_ORDER[self._statuses.states[job]]
        return self.value(job, self._columns[column])

    def object(self, job: int, column: int) -> JobSpec | JobStatus:
        """Return the spec in the first column and those of parameters, the status elsewhere."""
        is_status = Column.NAME < column < FIXED_COLUMNS
        return self._statuses[job] if is_status else self.spec(job)
