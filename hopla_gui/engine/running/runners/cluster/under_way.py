"""The jobs of a run that have not ended: who has claimed each, since when, what became of it.

From what the tasks tell, and from the results they leave in the shared folder; the scheduler is
not asked here. Used by the runner's thread.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.base import Emit
from hopla_gui.engine.running.runners.cluster import results
from hopla_gui.engine.running.runners.cluster.folder import Claim, SharedFolder
from hopla_gui.engine.running.runners.cluster.tasks import UNSCHEDULED, Key, Tasks, Worker
from hopla_gui.engine.running.runners.outcome import cancelled_before_start

RESULT_S = 5.0  # a result may be seen so long after the scheduler says that its task has ended
NO_WORD_S = 60.0  # the same, where the scheduler does not say how
BUSY_S = 30.0  # a job holds its place up that has run so long, and longer than others do
BUSY_UNKNOWN_S = 120.0  # the same, while nobody knows how long others take
BUSY_TIMES = 3.0  # the mean
STUBBORN_S = 15.0  # a job that is to be cancelled has so long before its whole task is


@dataclass(slots=True)
class Job:
    """A job that has not ended, as far as this thread knows."""

    ticket: Ticket
    worker: Worker | None = None  # who has claimed it
    started: float | None = None
    seen: float = 0.0  # monotonic: when we heard of its start
    ended: bool = False  # its worker says so, and its result may not have been seen yet
    missing_since: float | None = None
    cancelled_at: float | None = None

    @property
    def claim(self) -> Claim:
        """What it is claimed by."""
        return claim_of(self.ticket)


@dataclass(slots=True)
class _Start:
    """What a worker has told of a job that it claimed."""

    worker: Worker
    at: float
    slot: int
    is_over: bool = False


class UnderWay:
    """What the runner knows of each job that was handed to it.

    Parameters
    ----------
    timeout
        The run's own time limit of a job.
    """

    def __init__(
        self, folder: SharedFolder, tasks: Tasks, timeout: float | None, emit: Emit
    ) -> None:
        self._folder = folder
        self._tasks = tasks
        self._timeout = timeout
        self._emit = emit
        self._jobs: dict[int, Job] = {}
        self._begun: dict[Claim, _Start] = {}
        self._lanes: dict[tuple[int, int], int] = {}
        self._durations = (0, 0.0)
        self._moved: list[int] = []  # to be claimed first, in this order

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def mean_s(self) -> float | None:
        """Mean seconds of the jobs that have ended, where any has."""
        count, total = self._durations
        return total / count if count else None

    @property
    def unclaimed(self) -> list[Job]:
        """The jobs that nobody has claimed, as far as was told."""
        return [job for job in self._jobs.values() if job.worker is None]

    def chosen(self, indices: Collection[int] | None) -> list[Job]:
        """Return these jobs, all of them for ``None``; those that have ended are left out."""
        wanted = list(self._jobs) if indices is None else indices
        return [job for index in wanted if (job := self._jobs.get(index)) is not None]

    def add(self, ticket: Ticket) -> None:
        """Take up a job, which may have been claimed, or have ended, while nobody looked."""
        job = self._jobs[ticket.spec.index] = Job(ticket)
        self._follow_claim(job)

    def take_in(self, worker: Worker, fact: dict[str, Any]) -> None:
        """Take in what a worker has told."""
        index = fact.get("start", fact.get("end"))
        if not isinstance(index, int):
            return
        claim = (index, int(fact.get("attempt", 0)))
        if "start" in fact:
            self._begun[claim] = _Start(worker, fact["at"], fact.get("worker", 0))
        elif claim in self._begun:
            self._begun[claim].is_over = True
        job = self._jobs.get(index)
        if job is not None and job.claim == claim:
            self._follow_claim(job)

    def _follow_claim(self, job: Job) -> None:
        """Take in who has claimed a job; what an earlier program saw of it may be read anew."""
        start = self._begun.get(job.claim)
        if start is None:
            return
        job.ended = start.is_over
        if job.worker is None:
            job.worker, job.started, job.seen = start.worker, start.at, time.monotonic()
            start.worker.claims.add(job.claim)
            self._emit(
                JobStarted(
                    *job.claim,
                    start.at,
                    worker=self._lane(start.worker, start.slot),
                    hostname=start.worker.host,
                )
            )

    def _lane(self, worker: Worker, slot: int) -> int:
        """Return the number of the place that a job runs at; each slot of a worker is one."""
        return self._lanes.setdefault((worker.number, slot), len(self._lanes))

    # -- the end of a job ------------------------------------------------------------------------

    def finish_ended(self) -> None:
        """Tell of the jobs that have a result, and of those that will never have one."""
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if job.worker is not None and (job.ended or self._tasks.is_over(job.worker)):
                outcome = self._outcome(job, job.worker, now)
                if outcome is not None:
                    self.finish(job, _as_asked(job, outcome))

    def _outcome(self, job: Job, worker: Worker, now: float) -> JobOutcome | None:
        """Return what became of a job, as soon as that can be known."""
        task = self._tasks.status(worker)
        result = self._folder.result(job.claim)
        job.missing_since = job.missing_since or now
        if result is None:
            patience = NO_WORD_S if task is None else RESULT_S
        else:  # without its worker, its task may well go on
            patience = RESULT_S if results.has_lost_its_worker(result) else NO_WORD_S
        is_told = task is not None or worker.key[0] == UNSCHEDULED  # all that ever will be
        if result is not None and (is_told or not results.needs_word(result)):
            return results.outcome_with_result(result, self._timeout, task)
        if now - job.missing_since < patience:
            return None
        if result is not None:
            return results.outcome_with_result(result, self._timeout, None)
        said = self._folder.task_log(*worker.key)
        return results.outcome_without_result(task, job.started, worker.host, said)

    def finish(self, job: Job, outcome: JobOutcome) -> None:
        """Tell that a job has ended."""
        index = job.ticket.spec.index
        del self._jobs[index]
        self._begun.pop(job.claim, None)
        if job.worker is not None:
            job.worker.claims.discard(job.claim)
        if outcome.duration_s is not None:
            count, total = self._durations
            self._durations = count + 1, total + outcome.duration_s
        self._emit(JobFinished(index, job.ticket.attempt, outcome))

    def without_orphans(self) -> list[Job]:
        """Return what is unclaimed indeed; what somebody claimed who then told nothing is lost."""
        jobs = self.unclaimed
        claimed = self._folder.claimed(job.claim for job in jobs)
        now = time.monotonic()
        for job in jobs:
            if job.claim in claimed:
                job.missing_since = job.missing_since or now
                if now - job.missing_since > NO_WORD_S:
                    self.finish(job, results.outcome_without_result(None, None, ""))
        return [job for job in jobs if job.claim not in claimed]

    # -- what the user wants ---------------------------------------------------------------------

    def give_up(self, jobs: Collection[Job], outcome: JobOutcome) -> None:
        """End the jobs that no task has claimed, or can claim from now on."""
        for job in jobs:
            if self._folder.claim(job.claim):
                self.finish(job, outcome)

    def move_first(self, indices: Collection[int]) -> None:
        """Have these jobs claimed before all others, those that were moved before come behind."""
        self._moved = [*indices, *(index for index in self._moved if index not in indices)]
        jobs = [job for job in self.chosen(self._moved) if job.worker is None]
        self._folder.write_first(job.claim for job in jobs)

    def cancel(self, indices: Collection[int] | None) -> None:
        """Take back jobs that nobody has claimed; have the others stopped where they run."""
        for job in self.chosen(indices):
            if job.worker is None and self._folder.claim(job.claim):
                self.finish(job, cancelled_before_start())
            else:
                job.cancelled_at = job.cancelled_at or time.monotonic()
                self._folder.ask_to_cancel(job.claim)

    def busy_tasks(self, parallel: int) -> set[Key]:
        """Return the tasks that will not soon take another job: all their places are held up.

        Parameters
        ----------
        parallel
            Places of a task.
        """
        mean = self.mean_s
        limit = BUSY_UNKNOWN_S if mean is None else max(BUSY_S, BUSY_TIMES * mean)
        late = time.monotonic() - limit
        held = Counter(w.key for job, w in self._claimed() if job.seen < late and not job.ended)
        return {key for key, places in held.items() if places >= parallel}

    def stubborn_tasks(self) -> set[Key]:
        """Return the tasks that do not stop their jobs, where all of these are to be stopped."""
        late = time.monotonic() - STUBBORN_S
        tasks = {
            worker.key for job, worker in self._claimed() if (job.cancelled_at or math.inf) < late
        }
        return tasks - {worker.key for job, worker in self._claimed() if not job.cancelled_at}

    def _claimed(self) -> Iterator[tuple[Job, Worker]]:
        for job in self._jobs.values():
            if job.worker is not None:
                yield job, job.worker


def claim_of(ticket: Ticket) -> Claim:
    """Return what a job's attempt is claimed by."""
    return ticket.spec.index, ticket.attempt


def _as_asked(job: Job, outcome: JobOutcome) -> JobOutcome:
    """Call a job cancelled that was to be cancelled and was ended with its task."""
    is_untold = outcome.state in (JobState.LOST, JobState.FAILED)
    if job.cancelled_at and is_untold and outcome.exit_code in (None, -15, -9):
        return replace(outcome, state=JobState.CANCELLED, detail="cancelled")
    return outcome
