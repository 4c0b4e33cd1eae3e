"""How all jobs of a run stand: the light `JobStatus` of each, kept in columns.

A column takes 8 bytes a job, objects with their numbers took three times as much as all of them;
and what is asked of all jobs at once, to sort or to count them, is one column.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, MutableSequence, Sequence
from operator import add
from typing import Any, overload

from hopla_gui.domain.job import JobState, JobStatus

TICKS = 2**30
"""Ticks of a second: as floats, exactly what the seconds are; as whole numbers, quickly read."""

_IN_TICKS = ("started", "duration_s")  # NaN for `None`


class JobStatuses(Sequence[JobStatus]):
    """The light status of each job, in expansion order.

    Attributes
    ----------
    states, attempts
        What `JobStatus` has of that name, of each job.
    details
        The same; others may write it.
    """

    def __init__(self, statuses: Iterable[JobStatus] = ()) -> None:
        self.states: list[JobState] = []
        self.attempts: list[int] = []
        self.details: list[str | None] = []
        self._started = array("d")
        self._durations = array("d")
        self._columns: dict[str, MutableSequence[Any]] = {
            "state": self.states,
            "exit_code": [],
            "started": self._started,
            "duration_s": self._durations,
            "attempt": self.attempts,
            "detail": self.details,
        }
        self._frozen_s: dict[int, float] = {}
        for status in statuses:
            self.extend(**{name: [_as_kept(name, status)] for name in self._columns})
            self.freeze(len(self) - 1, status.frozen_s)

    def extend(self, **columns: Iterable[Any]) -> None:
        """Add jobs behind the last.

        Parameters
        ----------
        columns
            One for each attribute of `JobStatus` but ``frozen_s``; times in `TICKS`, NaN for none.
        """
        for name, column in self._columns.items():
            column.extend(columns[name])

    def __len__(self) -> int:
        return len(self.states)

    @overload
    def __getitem__(self, job: int) -> JobStatus: ...
    @overload
    def __getitem__(self, job: slice) -> list[JobStatus]: ...
    def __getitem__(self, job: int | slice) -> JobStatus | list[JobStatus]:
        if isinstance(job, slice):
            return [self[one] for one in range(*job.indices(len(self)))]
        found = {name: column[job] for name, column in self._columns.items()}
        for name in _IN_TICKS:
            found[name] = _as_given(found[name])
        return JobStatus(**found, frozen_s=self._frozen_s.get(job, 0.0))

    def __setitem__(self, job: int, status: JobStatus) -> None:
        for name, column in self._columns.items():
            column[job] = _as_kept(name, status)
        self._frozen_s.pop(job, None)
        self.freeze(job, status.frozen_s)

    def freeze(self, job: int, seconds: float) -> None:
        """Take note that a job has stood still for some seconds more."""
        if seconds:
            self._frozen_s[job] = self._frozen_s.get(job, 0.0) + seconds

    def column(self, name: str, jobs: Sequence[int]) -> Sequence[Any]:
        """Return what an attribute of `JobStatus` is for some jobs."""
        column = self._columns[name]
        if isinstance(jobs, range):
            picked = column[jobs.start : jobs.stop]
        else:
            picked = [column[job] for job in jobs]
        return (
            [None if ticks != ticks else ticks / TICKS for ticks in picked]
            if name in _IN_TICKS
            else picked
        )

    def durations(self, jobs: Sequence[int], now: float) -> list[float | None]:
        """Return how long some jobs took, or have been running."""
        found, states = list(self.column("duration_s", jobs)), self.column("state", jobs)
        if JobState.RUNNING in states:
            for place, state in enumerate(states):
                if state is JobState.RUNNING:
                    found[place] = self[jobs[place]].running_s(now)
        return found

    def last_ended(self) -> float | None:
        """Return when a job ended last, seconds since the epoch; ``None`` where none has."""
        ended = map(add, self._started, self._durations)
        last = max(filter(math.isfinite, ended), default=None)
        return None if last is None else last / TICKS


def _as_kept(name: str, status: JobStatus) -> Any:  # noqa: ANN401 - as the column has it
    value = getattr(status, name)
    if name in _IN_TICKS:
        return math.nan if value is None else value * TICKS
    return value


def _as_given(ticks: float) -> float | None:
    return None if ticks != ticks else ticks / TICKS
