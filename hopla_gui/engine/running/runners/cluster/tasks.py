"""The tasks of a run: what was submitted, what the scheduler says of it, what they have claimed.

Two things bear the name. A *task* is the scheduler's, known by its submission and number. A
*worker* is what it becomes on a node: a file of events. A task that is started anew by its
scheduler has several workers, one after another; a worker on a host without a scheduler has no
task.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from hopla_gui.engine.running.runners.cluster.backend import TaskState, TaskStatus
from hopla_gui.engine.running.runners.cluster.folder import Claim

Key = tuple[str, int]  # a submission's name, the number of the task

GRACE_S = 30.0  # what was just submitted may not be told of yet
SILENT_S = 120.0  # a worker that no scheduler knows of tells that it lives every 20 s

UNSCHEDULED = "work"  # the submission of a worker that somebody started by hand


@dataclass(slots=True)
class Array:
    """One submission; ``id`` is ``None`` while nobody knows whether the scheduler has it."""

    name: str
    tasks: int
    submitted: float
    id: str | None = None
    is_done: bool = False


@dataclass(slots=True)
class Worker:
    """One start of a task on a node, known by its file of events."""

    key: Key
    host: str
    number: int
    seen: float  # monotonic: when it last told something
    is_put_back: bool = False  # its task waits again: the node has died, or somebody wanted it so
    claims: set[Claim] = field(default_factory=set)
    taken: int = 0
    bye: str | None = None
    error: str | None = None


class Tasks:
    """All tasks and workers of a run; used by the runner's thread."""

    def __init__(self, arrays: Iterable[dict[str, Any]] = ()) -> None:
        self.arrays: list[Array] = []
        self.workers: dict[str, Worker] = {}
        self._statuses: dict[Key, TaskStatus] = {}
        self._live: dict[str, set[Key]] = {}  # by array: its tasks that wait or run
        for array in arrays:
            self.add(Array(**array))
        self._by_key: dict[Key, list[Worker]] = {}

    def to_json(self) -> list[dict[str, Any]]:
        """Return what another program needs to go on."""
        return [asdict(array) for array in self.arrays]

    def add(self, array: Array) -> None:
        """Take in what is about to be submitted."""
        self.arrays.append(array)
        is_done = array.is_done
        self._live[array.name] = set() if is_done else {(array.name, i) for i in range(array.tasks)}

    def drop(self, array: Array) -> None:
        """Forget what the scheduler has not got."""
        self.arrays.remove(array)
        del self._live[array.name]

    # -- what workers tell -----------------------------------------------------------------------

    def hear(self, file: str, fact: dict[str, Any]) -> Worker | None:
        """Take in one fact; return who tells it, ``None`` for what cannot be understood."""
        worker = self.workers.get(file)
        if worker is None:
            if "task" not in fact:
                return None
            name, index = fact["task"]
            worker = Worker((name, index), str(fact.get("host", "")), len(self.workers), 0.0)
            self.workers[file] = worker
            self._by_key.setdefault(worker.key, []).append(worker)
        worker.seen = time.monotonic()
        if "start" in fact:
            worker.taken += 1
        worker.bye = fact.get("bye", worker.bye)
        worker.error = fact.get("error", worker.error)
        return worker

    # -- what the scheduler tells ---------------------------------------------------------------

    @property
    def open_arrays(self) -> list[str]:
        """The ids of the arrays that may have tasks left."""
        return [array.id for array in self.arrays if array.id and not array.is_done]

    def take_in(self, statuses: Iterable[TaskStatus]) -> None:
        """Take in what the scheduler says of every task that it knows."""
        names = {array.id: array.name for array in self.arrays}
        told: set[Key] = set()
        ended: set[Key] = set()
        for status in statuses:
            key = (names[status.array], status.index)
            told.add(key)
            self._statuses[key] = status
            if not status.state.is_live:
                ended.add(key)
            elif status.state is TaskState.WAITING and key in self._by_key:
                for worker in self._by_key[key]:  # heard before this was asked
                    worker.is_put_back = True
        for array in self.arrays:
            if array.id and not array.is_done:
                live = self._live[array.name]
                live -= ended
                self._forget(array, live - told)
                array.is_done = not live

    def _forget(self, array: Array, untold: set[Key]) -> None:
        """Take in that the queue says nothing of some tasks, unless they are too new for it."""
        is_new = time.time() - array.submitted < GRACE_S
        for key in untold:
            if key in self._statuses or not is_new:
                self._statuses.pop(key, None)
                self._live[array.name].discard(key)

    def learn(self, statuses: Iterable[TaskStatus]) -> None:
        """Take in what the scheduler's accounts say of tasks that its queue has forgotten."""
        names = {array.id: array.name for array in self.arrays}
        for status in statuses:
            self._statuses.setdefault((names[status.array], status.index), status)

    def ended_untold(self) -> list[str]:
        """Return the arrays of whose tasks the scheduler's queue does not say how they ended."""
        silent = {
            worker.key[0]
            for worker in self.workers.values()
            if worker.claims and self.is_over(worker) and self.status(worker) is None
        }
        return [array.id for array in self.arrays if array.id and array.name in silent]

    def status(self, worker: Worker) -> TaskStatus | None:
        """Return how a worker's task has ended, where the scheduler has said so, or shown it.

        PBS starts a task anew when its node has died, and has no word for the first start.
        """
        if self._is_replaced(worker):
            return TaskStatus(*worker.key, "", TaskState.NODE_FAILED, "started anew")
        status = self._statuses.get(worker.key)
        return None if status is None or status.state.is_live else status

    def is_over(self, worker: Worker) -> bool:
        """Tell whether nothing more can come of a worker."""
        if worker.bye is not None or self._is_replaced(worker):
            return True
        if worker.key[0] == UNSCHEDULED:
            return time.monotonic() - worker.seen > SILENT_S
        return worker.key not in self._live.get(worker.key[0], ())

    def _is_replaced(self, worker: Worker) -> bool:
        return worker.is_put_back or worker is not self._by_key[worker.key][-1]

    def live(self) -> set[Key]:
        """Return the tasks that wait or run, those that were just submitted too."""
        return set().union(*self._live.values())

    def statuses(self, state: TaskState) -> list[TaskStatus]:
        """Return what the scheduler says of the tasks in a state."""
        return [status for status in self._statuses.values() if status.state is state]

    def waiting(self) -> set[Key]:
        """Return the tasks that have not begun: neither has the scheduler said so, nor they."""
        return {
            key
            for key, status in self._statuses.items()
            if status.state is TaskState.WAITING
            and all(map(self.is_over, self._by_key.get(key, ())))
        }

    def ids(self, keys: Iterable[Key]) -> list[str]:
        """Return what the scheduler calls tasks that it knows; one word for all of an array."""
        known: dict[str, set[Key]] = {}
        for key in keys:
            if key in self._statuses:
                known.setdefault(key[0], set()).add(key)
        ids: list[str] = []
        for array in self.arrays:
            asked = known.get(array.name, set())
            if array.id and len(asked) > 1 and asked >= self._live[array.name]:
                ids.append(array.id)
            else:
                ids += [self._statuses[key].id for key in sorted(asked)]
        return ids

    def of(self, array: Array) -> list[tuple[Key, TaskStatus]]:
        """Return what the scheduler has said of the tasks of an array."""
        return [(key, status) for key, status in self._statuses.items() if key[0] == array.name]

    def claims_of(self, array: Array) -> int:
        """Return how many jobs the tasks of an array have claimed."""
        workers = (worker for worker in self.workers.values() if worker.key[0] == array.name)
        return sum(worker.taken for worker in workers)

    def error_of(self, array: Array) -> str | None:
        """Return why a task of an array could start no job, where one has said so."""
        for worker in self.workers.values():
            if worker.key[0] == array.name and worker.error:
                return worker.error
        return None

    def taken_by(self, key: Key) -> int:
        """Return how many jobs a task has claimed."""
        return sum(worker.taken for worker in self._by_key.get(key, ()))
