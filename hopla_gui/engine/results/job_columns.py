"""Columns over all jobs of a run that is looked at: read once, on demand, then kept up to date.

`JobColumns` is what the tree, its filter and the plots share. A column is loaded from the store
off the main thread; from then on events bring it up to date, with no further reading.

    columns = JobColumns(run)
    column = columns.resolve("outputs.score")   # or parameter("lr"), fact("duration")
    values = columns.load(column)               # one value a job, None where there is none (yet)
    columns.apply(events)                       # ``values`` follows, in place
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from hopla_gui.domain.columns import (
    FACTS,
    JobColumn,
    Source,
    WordFound,
    fact,
    parameter,
    plain_name,
    resolve,
    traced,
)
from hopla_gui.domain.diagnosis import diagnosed
from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.job import JobState
from hopla_gui.domain.valuepath import dig
from hopla_gui.engine.results.column_names import add_paths
from hopla_gui.engine.results.column_pages import IsStale
from hopla_gui.engine.results.column_reader import bounded, find_in_outcome

_ENOUGH_JOBS = 2_000  # whose values are looked through for new names while a run goes on
_MOST_COLUMNS = 64

JobEvent = JobStarted | JobFinished | JobRequeued


class ColumnSource(Protocol):
    """A run whose columns can be read; `StoredRun` is one."""

    @property
    def swept(self) -> tuple[str, ...]:
        """Return the names of the swept parameters."""

    def __len__(self) -> int:
        """Return the number of jobs."""

    def read_columns(self, columns: Sequence[JobColumn], is_stale: IsStale) -> list[list[object]]:
        """Return the values of columns, each for all jobs in expansion order; may take long.

        Raises
        ------
        EnvironmentProblem
            Where they cannot be read, or have become stale meanwhile.
        """

    def parameter_names(self) -> tuple[str, ...]:
        """Return the names of the parameters, the swept ones first."""

    def value_paths(self) -> list[str]:
        """Return the dotted paths at which jobs have handed over numbers and texts."""


def _outcome(name: str) -> Callable[[JobEvent], object]:
    return lambda event: getattr(event.outcome, name) if isinstance(event, JobFinished) else None


def _state(event: JobEvent) -> JobState:
    if isinstance(event, JobFinished):
        return event.outcome.state
    return JobState.RUNNING if isinstance(event, JobStarted) else JobState.QUEUED


def _started(event: JobEvent) -> float | None:
    if isinstance(event, JobFinished):
        return event.outcome.started
    return event.started if isinstance(event, JobStarted) else None


def _failure(event: JobEvent) -> str | None:
    cause = diagnosed(event.outcome).cause if isinstance(event, JobFinished) else None
    return str(cause) if cause is not None else None


def _host(event: JobEvent) -> str | None:
    if isinstance(event, JobFinished):
        return event.outcome.hostname
    return event.hostname if isinstance(event, JobStarted) else None


_FACT_AFTER: dict[str, Callable[[JobEvent], object]] = {
    "state": _state,
    "exitcode": _outcome("exit_code"),
    "duration": _outcome("duration_s"),
    "cpu": _outcome("cpu_s"),
    "memory": _outcome("max_rss_mb"),
    "host": _host,
    "worker": lambda event: event.worker if isinstance(event, JobStarted) else None,
    "attempt": lambda event: event.attempt,
    "started": _started,
    "ended": _outcome("ended"),
    "note": _outcome("detail"),
    "failure": _failure,
}


class JobColumns:
    """The columns of one run; every method may be called from any thread.

    Parameters
    ----------
    source
        The run. Only `load` and the first `names` read it.
    """

    def __init__(self, source: ColumnSource) -> None:
        self.parameters = source.parameter_names()
        self.swept = source.swept
        self._source = source
        self._paths: dict[str, None] = {}
        self._looked_through = 0
        self._has_sampled = False
        self._is_closed = False
        self._loaded: dict[JobColumn, list[object]] = {}
        self._missed: dict[JobColumn, list[JobEvent]] = {}
        self._reading = threading.Lock()
        self._sampling = threading.Lock()
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._source)

    @property
    def has_names(self) -> bool:
        """Whether `names` answers at once."""
        return self._has_sampled

    def resolve(self, name: str) -> JobColumn:
        """Return the column that a name means; `ValueError` where it can mean none."""
        return resolve(name, self.parameters)

    def name(self, column: JobColumn) -> str:
        """Return the shortest name that means a column in this run."""
        return plain_name(column, self.parameters)

    def names(self) -> list[JobColumn]:
        """Return the columns there are: parameters, facts, then values as far as jobs have ended.

        The first call reads a sample of the jobs.
        """
        with self._sampling:
            if not self._has_sampled:
                found = self._source.value_paths()
                with self._changing:
                    self._paths.update(dict.fromkeys(found))
                self._has_sampled = True
        with self._changing:
            paths = list(self._paths)
        return [*map(parameter, self.parameters), *map(fact, FACTS), *map(traced, paths)]

    def loaded(self, column: JobColumn) -> Sequence[object] | None:
        """Return the values of a column that `load` has read, ``None`` before."""
        return self._loaded.get(column)

    def is_being_read(self, column: JobColumn) -> bool:
        """Whether a column is on its way."""
        return column in self._missed

    def load(self, column: JobColumn) -> Sequence[object]:
        """Return a column, read now where it was not before: 0.1 to 1 s for 100,000 jobs.

        The list is the one that `apply` changes.
        """
        self.load_all((column,))
        return self._loaded[column]

    def load_all(self, columns: Iterable[JobColumn], is_stale: IsStale = lambda: False) -> None:
        """Read what has not been read of several columns.

        Parameters
        ----------
        is_stale
            Whether nobody waits for them any more: that raises `EnvironmentProblem`.
        """

        def is_over() -> bool:
            return self._is_closed or is_stale()

        with self._reading:
            missing = [column for column in dict.fromkeys(columns) if column not in self._loaded]
            with self._changing:
                self._missed.update((column, []) for column in missing)
            try:
                found = self._source.read_columns(missing, is_over) if missing else []
                with self._changing:
                    self._take_over(missing, found)
            finally:
                with self._changing:
                    for column in missing:
                        self._missed.pop(column, None)

    def close(self) -> None:
        """Have nothing read any more, nor what is being read: nobody looks at the run."""
        self._is_closed = True

    def forget(self, columns: Iterable[JobColumn]) -> None:
        """Let go of columns that nobody looks at any more."""
        with self._changing:
            for column in columns:
                self._loaded.pop(column, None)

    def _take_over(self, columns: Sequence[JobColumn], found: list[list[object]]) -> None:
        for column, values in zip(columns, found, strict=True):
            for event in self._missed[column]:  # what happened while it was read
                values[event.index] = value_after(column, event, values[event.index])
            self._loaded[column] = values

    def apply(self, events: Iterable[Event]) -> None:
        """Take in what has happened to the jobs."""
        with self._changing:
            for event in events:
                if isinstance(event, JobEvent):
                    self._apply(event)

    def _apply(self, event: JobEvent) -> None:
        for column, values in self._loaded.items():
            values[event.index] = value_after(column, event, values[event.index])
        for missed in self._missed.values():
            missed.append(event)
        if isinstance(event, JobFinished) and self._looked_through < _ENOUGH_JOBS:
            self._looked_through += 1
            add_paths(self._paths, event.outcome.values)


def value_after(column: JobColumn, event: JobEvent, before: object) -> object:
    """Return the value of a column for the job of an event, once that has happened."""
    if column.source is Source.PARAMETER or column.name == "name":
        return before
    if column.source is Source.FACT:
        after = _FACT_AFTER[column.name](event)
        # Both are known from the start of the job, though a lost one's outcome does not tell.
        keeps = column.name in ("started", "worker") and isinstance(event, JobFinished)
        return before if keeps and after is None else after
    if column.source is Source.WORD:
        found = before if isinstance(before, int) else 0
        is_found = isinstance(event, JobFinished) and find_in_outcome(column.name, event.outcome)
        return found & WordFound.IN_COMMAND | (WordFound.IN_OUTCOME if is_found else 0)
    if isinstance(event, JobFinished):
        return bounded(dig(event.outcome.values, column.path))
    return None
