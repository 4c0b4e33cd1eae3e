"""One job: what it is to run (`JobSpec`), how it stands (`JobStatus`), how it ended (`JobOutcome`).

A *light* `JobStatus` is what the tree knows of each of 100,000 jobs; the *heavy* parts of a
`JobRecord` (traceback, values) are read from the run's store when somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.raised import Raised


class JobState(StrEnum):
    """``queued → running → succeeded | failed | timeout | cancelled | lost``."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended, well or not."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What one job runs.

    Attributes
    ----------
    index
        Place in expansion order, from 0.
    name
        ``job_0``, ``job_1``, …
    parameters
        Every parameter given, fixed ones too, by ``dest`` (or the name used in the sweep).
    cmd
        ``(script, option, value, …)``.
    """

    index: int
    name: str
    parameters: Mapping[str, object]
    cmd: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How one attempt of a job ended: all that the tree, the details and the export show.

    Attributes
    ----------
    exit_code
        0, > 0 the process's own code, < 0 minus the signal that killed it, ``None`` where the
        process never ended by itself (cancelled before its start, lost).
    values
        What ``__hopla__`` names, as JSON values.
    started, ended
        Wall clock, seconds since the epoch; ``duration_s`` is what a monotonic clock
        measured, less the time that the job stood frozen.
    max_rss_mb
        Peak resident memory of the job's process tree, in MB (10**6 bytes).
    detail
        A word on the state ("stopped after 3600 s", "worker killed by SIGKILL").
    raised
        The exception of ``traceback`` as data, where the job could tell.
    cause
        Why it failed, once it was asked for (`hopla_gui.domain.diagnosis`).
    """

    state: JobState
    exit_code: int | None = None
    traceback: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    started: float | None = None
    ended: float | None = None
    duration_s: float | None = None
    cpu_s: float | None = None
    max_rss_mb: float | None = None
    hostname: str | None = None
    detail: str | None = None
    raised: Raised | None = None
    cause: Cause | None = None


@dataclass(slots=True)
class JobStatus:
    """The light, changing part of a job; of all jobs they are kept in `job_statuses`."""

    state: JobState = JobState.QUEUED
    exit_code: int | None = None
    started: float | None = None
    duration_s: float | None = None
    attempt: int = 1
    detail: str | None = None
    frozen_s: float = 0.0  # seconds that it has stood still while it ran

    def running_s(self, now: float) -> float | None:
        """Return how long it has been running, ``None`` where it does not run."""
        if self.state is not JobState.RUNNING or self.started is None:
            return None
        return max(0.0, now - self.started - self.frozen_s)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job with all that is stored of its last attempt."""

    spec: JobSpec
    outcome: JobOutcome
    attempt: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Jobs of a run by state; the fields always add up to the number of jobs."""

    queued: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    timeout: int = 0
    cancelled: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        """Number of jobs of the run."""
        return sum(getattr(self, state.value) for state in JobState)

    @property
    def finished(self) -> int:
        """Number of jobs that have ended, well or not."""
        return self.total - self.queued - self.running

    @property
    def done(self) -> int:
        """Number of jobs that ran to an end, well or not: no resume runs them again."""
        return self.succeeded + self.failed + self.timeout

    @property
    def left(self) -> int:
        """Number of jobs that a resume would run."""
        return self.queued + self.cancelled + self.lost

    @property
    def unsuccessful(self) -> int:
        """Number of jobs that failed, ran out of time or were lost."""
        return self.failed + self.timeout + self.lost

    @property
    def worked_off(self) -> int:
        """Number of jobs that have ended by themselves: what a rate of jobs is made of."""
        return self.finished - self.cancelled
