"""How the jobs of a run stand: one state and one attempt number a job, a few bytes each."""

from __future__ import annotations

from array import array

from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.job import Counts, JobState
from hopla_gui.domain.job_statuses import JobStatuses

_STATES = tuple(JobState)
_CODES = {state: code for code, state in enumerate(_STATES)}


class Tally:
    """Counts jobs by state; every job is in just one at all times.

    Written by one thread; ``counts`` may be read from any.
    """

    def __init__(self, statuses: JobStatuses) -> None:
        self._states = bytearray(map(_CODES.__getitem__, statuses.states))
        started = statuses.column("started", range(len(statuses)))
        attempts = zip(statuses.attempts, started, strict=True)
        # attempts started so far
        self._started = array("H", [attempt - (at is None) for attempt, at in attempts])
        self._counts = [self._states.count(code) for code in range(len(_STATES))]

    def state(self, index: int) -> JobState:
        """Return the state of a job."""
        return _STATES[self._states[index]]

    def next_attempt(self, index: int) -> int:
        """Return the number that a job's next start has."""
        return self._started[index] + 1

    def queued(self) -> list[int]:
        """Return the queued jobs in expansion order."""
        code = _CODES[JobState.QUEUED]
        return [index for index, state in enumerate(self._states) if state == code]

    def running(self) -> list[tuple[int, int]]:
        """Return the jobs that run, each with the number of its attempt."""
        code = _CODES[JobState.RUNNING]
        running = (index for index, state in enumerate(self._states) if state == code)
        return [(index, self._started[index]) for index in running]

    def unfinished_indices(self) -> list[int]:
        """Return the jobs queued or running, in expansion order."""
        codes = (_CODES[JobState.QUEUED], _CODES[JobState.RUNNING])
        return [index for index, state in enumerate(self._states) if state in codes]

    @property
    def unfinished(self) -> int:
        """Number of jobs queued or running."""
        return self._counts[_CODES[JobState.QUEUED]] + self._counts[_CODES[JobState.RUNNING]]

    def counts(self) -> Counts:
        """Return the number of jobs in each state."""
        return Counts(*self._counts)

    def apply(self, event: Event) -> bool:
        """Take in what happened; ``False`` where it cannot have: a second end, a late start."""
        match event:
            case JobStarted(index):
                return self._move(index, JobState.RUNNING, self.state(index) is JobState.QUEUED)
            case JobFinished(index):
                return self._move(index, event.outcome.state, not self.state(index).is_final)
            case JobRequeued(index):
                return self._move(index, JobState.QUEUED, self.state(index).is_final)
        return True

    def _move(self, index: int, state: JobState, is_possible: bool) -> bool:
        if not is_possible:
            return False
        self._counts[self._states[index]] -= 1
        self._states[index] = _CODES[state]
        self._counts[self._states[index]] += 1
        if state is JobState.RUNNING:
            self._started[index] += 1
        return True
