"""How the jobs of the run that is shown stand, as events tell it. Pure; no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from hopla_gui.domain.events import Event, WaitingNote
from hopla_gui.domain.job import Counts, JobState
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.gui.jobs.job_changes import status_after

_FAILURES = (JobState.FAILED, JobState.TIMEOUT, JobState.LOST)


class JobStandings:
    """The light statuses of all jobs, and what is counted of them.

    Attributes
    ----------
    statuses
        Others may read them, and see them change.
    stopping
        The jobs that were told to stop, until they end.
    moved_first
        The jobs that were moved before the others by hand, until they begin.
    frozen_at
        Since when the jobs that run stand still, ``None`` where they go on.
    as_of
        When they stood so, ``None`` for now.
    """

    def __init__(self, statuses: JobStatuses) -> None:
        self.statuses = statuses
        self.stopping: set[int] = set()
        self.moved_first: set[int] = set()
        self.frozen_at: float | None = None
        self.as_of: float | None = None
        self._waiting: str | None = None  # why jobs wait, in a scheduler's words
        self._tally = Counter(statuses.states)
        self._last_ended = statuses.last_ended()

    def counts(self) -> Counts:
        """Return the jobs by state."""
        return Counts(**{state.value: self._tally[state] for state in JobState})

    def apply(self, events: Iterable[Event]) -> set[int]:
        """Take in what has happened, and return the jobs that it has changed."""
        changed: set[int] = set()
        for event in events:
            if isinstance(event, WaitingNote):
                self._waiting = event.text or None
                changed.update(self._note_what_waits())
            change = status_after(event, self._waiting)
            if change is None:
                continue
            index, status = change
            self._tally[self.statuses.states[index]] -= 1
            self._tally[status.state] += 1
            self.statuses[index] = status
            if status.started is not None and status.duration_s is not None:
                ended = status.started + status.duration_s
                self._last_ended = max(self._last_ended or ended, ended)
            if status.state is not JobState.RUNNING:
                self.stopping.discard(index)
            if status.state not in (JobState.QUEUED, JobState.CANCELLED):  # cancelled as it waited
                self.moved_first.discard(index)
            changed.add(index)
        return changed

    def _note_what_waits(self) -> Iterable[int]:
        """Give each job that waits the reason why; return those that had another."""
        details = self.statuses.details
        for job, state in enumerate(self.statuses.states):
            if state is JobState.QUEUED and details[job] != self._waiting:
                details[job] = self._waiting
                yield job

    def note_stopping(self, jobs: Iterable[int] | None) -> list[int]:
        """Take note that jobs were told to stop, ``None`` for all; return those that still may."""
        asked = range(len(self.statuses)) if jobs is None else jobs
        found = [job for job in asked if not self.statuses.states[job].is_final]
        self.stopping.update(found)
        return found

    def is_stopping(self, job: int) -> bool:
        """Whether a job runs though it was told to stop."""
        return job in self.stopping and self.statuses.states[job] is JobState.RUNNING

    def note_moved_first(self, jobs: Iterable[int], rerun: Collection[int] = ()) -> list[int]:
        """Take note that jobs that wait were moved before the others; return those.

        Parameters
        ----------
        rerun
            Ended jobs that are about to wait again, where the run is resumed.
        """
        states = self.statuses.states
        found = [job for job in jobs if states[job] is JobState.QUEUED or job in rerun]
        self.moved_first.update(found)
        return found

    def comes_next(self, job: int) -> bool:
        """Whether a job waits, and was moved before the others."""
        return job in self.moved_first and self.statuses.states[job] is JobState.QUEUED

    def freeze(self, frozen: bool, now: float) -> list[int]:
        """Take note that the jobs that run stand still, or go on; return those."""
        statuses = self.statuses
        running = [job for job, state in enumerate(statuses.states) if state is JobState.RUNNING]
        if self.frozen_at is not None and not frozen:
            for job in running:
                since = max(self.frozen_at, statuses[job].started or 0.0)
                statuses.freeze(job, now - since)
        self.frozen_at = now if frozen else None
        return running

    def is_frozen(self, job: int) -> bool:
        """Whether a job stands still that else would run."""
        return self.frozen_at is not None and self.statuses.states[job] is JobState.RUNNING

    def first_failure(self, jobs: Iterable[int]) -> int | None:
        """Return the first of some jobs that did not succeed, if any."""
        if not any(self._tally[state] for state in _FAILURES):
            return None
        return next((job for job in jobs if self.statuses.states[job] in _FAILURES), None)

    def has_run_again(self) -> bool:
        """Tell whether a job has had more than one attempt."""
        return any(attempt > 1 for attempt in self.statuses.attempts)

    def last_ended(self) -> float | None:
        """Return when a job ended last, seconds since the epoch; ``None`` where none has."""
        return self._last_ended
