"""What a program that is gone has left of a run: which of its jobs are lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.engine.results.store import LOGS, RunStore
from hopla_gui.engine.results.stored_run import LEFT_RUNNING, StoredRun, begun_at, log_paths


def recover(store: RunStore, run: StoredRun) -> None:
    """Call lost what a process that is gone left running; raises as `RunStore.write` does.

    A start is on disk some milliseconds after the job has begun. So jobs that wait as the store has
    it may have run: those whose attempt has logs already. They are lost too, so that another
    attempt leaves these as they are.

    Parameters
    ----------
    store, run
        The run, for writing and for reading.
    """
    statuses = run.statuses()
    store.write([*_running(statuses), *_begun(run, statuses)])


def _running(statuses: JobStatuses) -> Iterator[JobFinished]:
    for index, state in enumerate(statuses.states):
        if state is JobState.RUNNING:
            yield _lost(index, statuses.attempts[index], statuses[index].started)


def _begun(run: StoredRun, statuses: JobStatuses) -> Iterator[JobFinished]:
    logs = _logs(run.run_dir / LOGS)
    for index, state in enumerate(statuses.states):
        if state is JobState.QUEUED and logs:
            name, attempt = run.info.job_name(index), statuses.attempts[index]
            if logs.issuperset(log_paths(name, attempt)):
                yield _lost(index, attempt, begun_at(run.run_dir, name, attempt))


def _logs(folder: Path) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {f"{LOGS}/{entry.name}" for entry in entries}
    except FileNotFoundError:  # no job has begun
        return set()


def _lost(index: int, attempt: int, started: float | None) -> JobFinished:
    outcome = JobOutcome(JobState.LOST, started=started, detail=LEFT_RUNNING)
    return JobFinished(index, attempt, outcome)
