"""What an event of a run makes of a job's status. Pure; no Qt."""

from __future__ import annotations

from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState, JobStatus


def status_after(event: Event, waiting: str | None = None) -> tuple[int, JobStatus] | None:
    """Return the job that an event changes and its new status, ``None`` where it changes none.

    Parameters
    ----------
    waiting
        Why jobs wait, where a scheduler says so.
    """
    match event:
        case JobStarted(index, attempt, started):
            return index, JobStatus(JobState.RUNNING, started=started, attempt=attempt)
        case JobFinished(index, attempt, outcome):
            return index, _status_of(outcome, attempt)
        case JobRequeued(index, attempt):
            return index, JobStatus(attempt=attempt, detail=waiting)
    return None


def _status_of(outcome: JobOutcome, attempt: int) -> JobStatus:
    """Return the light part of an outcome."""
    return JobStatus(
        outcome.state,
        outcome.exit_code,
        outcome.started,
        outcome.duration_s,
        attempt,
        outcome.detail,
    )
