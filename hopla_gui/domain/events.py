"""What a run tells the world, in the order it happened: plain values on a plain queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hopla_gui.domain.job import Counts, JobOutcome


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A worker has started an attempt of a job; ``started`` in seconds since the epoch.

    ``hostname`` is told where it is not this machine.
    """

    index: int
    attempt: int
    started: float
    worker: int = 0
    pid: int | None = None
    hostname: str | None = None


@dataclass(frozen=True, slots=True)
class JobFinished:
    """An attempt of a job has ended and is on disk."""

    index: int
    attempt: int
    outcome: JobOutcome
    worker: int = 0


@dataclass(frozen=True, slots=True)
class JobRequeued:
    """A job waits again: a retry, or a resumed run."""

    index: int
    attempt: int


@dataclass(frozen=True, slots=True)
class RunNote:
    """A line for the run's log that concerns no single job; ``level`` is info or warning."""

    text: str
    level: str = "info"


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """Why queued jobs wait, a scheduler in its own words; empty where nothing is said."""

    text: str


@dataclass(frozen=True, slots=True)
class PilotFinished:
    """The jobs that were to go first have ended; the others wait for a word.

    Attributes
    ----------
    remaining
        Number of jobs that wait.
    job_s
        Mean time of a pilot job in seconds, that of all its attempts together; ``None`` where none
        was measured.
    jobs
        Number of jobs that went first.
    failed
        Number of these that did not succeed.
    """

    remaining: int
    job_s: float | None
    jobs: int = 1
    failed: int = 0


@dataclass(frozen=True, slots=True)
class RunFinished:
    """No job is queued or running any more, and all is on disk."""

    counts: Counts


RunnerEvent: TypeAlias = JobStarted | JobFinished | RunNote | WaitingNote
Event: TypeAlias = RunnerEvent | JobRequeued | PilotFinished | RunFinished
