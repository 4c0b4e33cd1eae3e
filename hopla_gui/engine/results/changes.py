"""What a batch of events comes to in the tables of a run's store."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hopla_gui.domain.diagnosis import UNSUCCESSFUL
from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted, RunNote
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine import patientjson

_ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)


def json_text(value: object) -> str:
    """Return compact JSON; what JSON cannot say becomes its ``str()``.

    It is ASCII, for SQLite takes no lone surrogates: file names may hold them.
    """
    return patientjson.dumps(value, _ENCODER)


def text_of(value: str | None) -> str | None:
    """Return text that SQLite takes: lone surrogates made visible."""
    return value and value.encode("utf-8", "backslashreplace").decode()


class Changes:
    """Rows for the tables ``job``, ``attempt`` and ``note``; a job of one batch is one row."""

    def __init__(self) -> None:
        self.notes: list[tuple[float, str, str | None]] = []
        self.failures: list[JobFinished] = []
        self._attempts: dict[tuple[int, int], tuple[object, ...]] = {}
        self._requeued: list[tuple[int, int]] = []
        self._jobs: dict[int, _Job] = {}
        self._as_they_stand: list[tuple[JobOutcome, list[int]]] = []

    @property
    def jobs(self) -> Iterator[tuple[object, ...]]:
        """State and attempt of each job; start, worker and host, each with "is kept"."""
        for index, job in self._jobs.items():
            yield (
                job.state.value,
                job.attempt,
                job.started,
                job.keeps_start,
                job.worker,
                job.keeps_start,
                job.hostname,
                job.keeps_start,
                index,
            )

    @property
    def attempts(self) -> Iterable[tuple[object, ...]]:
        """Attempts that have ended."""
        return self._attempts.values()

    @property
    def requeued(self) -> Iterable[tuple[int, int]]:
        """Attempts that are to be made: one that ended before it had begun says so no more."""
        return self._requeued

    @property
    def as_they_stand(self) -> Iterator[tuple[tuple[object, ...], str]]:
        """Outcomes, and the jobs, as JSON, that have ended so with nothing else to be told."""
        for how, indices in self._as_they_stand:
            yield (how.state.value, how.exit_code, *_told(how)), json_text(indices)

    def add(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case JobStarted(index, attempt, started, worker):
                running = _Job(JobState.RUNNING, attempt, started, worker, event.hostname)
                self._jobs[index] = running
            case JobRequeued(index, attempt):
                self._jobs[index] = _Job(JobState.QUEUED, attempt)
                self._requeued.append((index, attempt))
                self._attempts.pop((index, attempt), None)
            case JobFinished():
                self._end(event)
            case RunNote(text, level):
                self.notes.append((time.time(), level, text_of(text)))

    def _end(self, event: JobFinished) -> None:
        if event.outcome.state in UNSUCCESSFUL:
            self.failures.append(event)
        if event.outcome.started is None and event.index not in self._jobs:
            self._end_as_it_stands(event.index, event.outcome)
        else:
            self._end_measured(event)

    def _end_as_it_stands(self, index: int, how: JobOutcome) -> None:
        """Keep what the store knows already: a lost job's start, its worker."""
        if not self._as_they_stand or self._as_they_stand[-1][0] is not how:
            self._as_they_stand.append((how, []))
        self._as_they_stand[-1][1].append(index)

    def _end_measured(self, event: JobFinished) -> None:
        how, index, attempt = event.outcome, event.index, event.attempt
        job = self._jobs.get(index) or _Job(how.state, attempt, keeps_start=True)
        self._jobs[index] = job
        job.state = how.state
        job.started = how.started or job.started
        measured = (job.started, how.ended, how.duration_s, how.cpu_s, how.max_rss_mb)
        self._attempts[index, attempt] = (
            index,
            attempt,
            how.state.value,
            how.exit_code,
            *measured,
            job.worker,
            job.keeps_start,
            index,
            *_told(how),
        )


@dataclass(slots=True)
class _Job:
    state: JobState
    attempt: int
    started: float | None = None
    worker: int | None = None
    hostname: str | None = None
    keeps_start: bool = False  # worker and host too: those that an earlier batch has written


def _told(how: JobOutcome) -> tuple[object, ...]:
    values = json_text(how.values) if how.values else "{}"
    return how.hostname, text_of(how.detail), text_of(how.traceback), values
