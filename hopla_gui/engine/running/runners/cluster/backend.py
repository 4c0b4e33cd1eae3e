"""What the cluster runner asks of a scheduler. Another scheduler is one more class like this.

A backend keeps nothing but what it has found out about its site: which arrays belong to a run is
the runner's to know. Its calls block, for a minute at most, on the runner's own thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.engine.running.runners.cluster.queues import Queue
from hopla_gui.errors import EnvironmentProblem


class NotAnswering(EnvironmentProblem):
    """The scheduler cannot be reached just now: nothing is known, nothing has changed."""


class LimitReached(EnvironmentProblem):
    """The scheduler takes no more from this user for now: wait, or ask for less."""


class TaskState(Enum):
    """How a scheduler's task stands, in words that all schedulers share."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"
    OUT_OF_MEMORY = "out of memory"
    CANCELLED = "cancelled"
    TIMEOUT = "time limit"
    NODE_FAILED = "node failure"
    PREEMPTED = "preempted"
    NOT_STARTED = "could not start"

    @property
    def is_live(self) -> bool:
        """Whether the task may still run jobs."""
        return self in (TaskState.WAITING, TaskState.RUNNING)


@dataclass(slots=True)  # not frozen: that takes twice as long, and 10,000 may come at each poll
class TaskStatus:
    """What a scheduler says of one task.

    Attributes
    ----------
    array
        What ``submit`` has returned.
    index
        Which task of the array, from 0.
    id
        What the scheduler calls it: the word that cancels it, and that users look for.
    word
        The state in the scheduler's own word.
    reason
        Why it waits, or why it ended, in the scheduler's own words; empty where it says nothing.
    """

    array: str
    index: int
    id: str
    state: TaskState
    word: str
    reason: str = ""
    node: str = ""

    @property
    def detail(self) -> str:
        """The scheduler's own word and reason: ``PENDING: Priority``."""
        return f"{self.word}: {self.reason}" if self.reason else self.word


@dataclass(frozen=True, slots=True)
class Limits:
    """What a site lets a user do.

    Attributes
    ----------
    array_tasks
        Tasks that one array may have.
    kill_wait_s
        Seconds between SIGTERM and SIGKILL when a task is ended.
    """

    array_tasks: int = 1000
    kill_wait_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Submission:
    """One array that is to be submitted.

    Attributes
    ----------
    name
        What the scheduler is to call it; no other submission has it.
    script
        Where its batch script lies; what the tasks say before the work goes to ``log``.
    command
        The words of the work; the number of the task follows them.
    at_once
        Tasks that may run at a time; ``None`` for as many as there is room for.
    options
        As the user gave them: memory, cores and cards of *one* job.
    title
        A line about the run, for a person who reads the script.
    """

    name: str
    script: Path
    log: Path
    command: tuple[str, ...]
    tasks: int
    at_once: int | None
    options: ClusterOptions
    title: str = ""


class Backend(Protocol):
    """Speaks to one scheduler, by its commands."""

    name: str  # as ``on`` has it
    title: str  # as users know it
    unsaid: tuple[str, ...]  # options that its template has no word for

    def missing(self) -> str | None:
        """Return what is not here and how to get it; ``None`` where all is."""

    def limits(self) -> Limits:
        """Return what the site lets a user do; looked up once."""

    def queues(self) -> list[Queue]:
        """Return the queues, with what they grant.

        Raises
        ------
        NotAnswering
        """

    def script(self, submission: Submission) -> str:
        """Return the batch script's text.

        Raises
        ------
        UserError
            Where the user's template, or an option, cannot be used.
        """

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""

    def submit(self, submission: Submission) -> str:
        """Submit the script, which has been written, and return the array's id.

        Raises
        ------
        LimitReached, NotAnswering
        EnvironmentProblem
            Where it is refused, with what the scheduler says.
        """

    def find(self, name: str) -> str | None:
        """Return the id of the array with this name, where there is one."""

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how the tasks of the arrays stand, in one question to the scheduler.

        Tasks that it has forgotten are left out.

        Raises
        ------
        NotAnswering
        """

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how tasks ended that ``poll`` tells no more of, where accounts are kept.

        Raises
        ------
        NotAnswering
        """

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel tasks or whole arrays; those that have ended are no error.

        Raises
        ------
        NotAnswering
        """

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time."""
