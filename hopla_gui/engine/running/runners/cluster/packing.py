"""How many tasks a run asks for, and how many of its jobs each of them takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

TASK_S = 600.0  # what a task should last: long beside its start, short beside a night
FIRST_TASKS = 32  # while nobody knows how long a job takes


def share(points_per_task: int | None, gpus: int | None) -> int | None:
    """Return how many jobs a task takes; ``None`` for as many as there are."""
    if points_per_task is None and gpus:
        return 1  # what a job leaves on a card is not there for the next
    return points_per_task


def tasks_at_once(workers: int, jobs: int, parallel: int) -> int | None:
    """Return the limit that a number of jobs at a time means; ``None`` where it limits nothing."""
    return None if workers >= jobs else max(1, math.ceil(workers / parallel))


@dataclass(frozen=True, slots=True)
class Need:
    """What decides how many tasks there should be.

    Attributes
    ----------
    parallel
        Jobs that a task runs at a time.
    quota
        Jobs that a task takes before it ends; ``None`` for no limit.
    job_s
        Mean seconds of a job, ``None`` where nobody knows.
    at_once
        Tasks that may run at a time; ``None`` for no limit.
    """

    parallel: int
    quota: int | None
    job_s: float | None
    at_once: int | None

    def tasks(self, jobs: int) -> int:
        """Return how many tasks so many jobs are to be shared by."""
        if self.quota or not jobs:
            return math.ceil(jobs / self.quota) if self.quota else 0
        most = math.ceil(jobs / self.parallel)
        wanted = FIRST_TASKS
        if self.job_s is not None:
            wanted = math.ceil(jobs * self.job_s / (self.parallel * TASK_S))
        return max(1, min(most, max(wanted, self.at_once or 1)))
