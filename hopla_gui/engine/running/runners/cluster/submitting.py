"""Submits the tasks of a run, and takes them back: the runner's dealings with the queue.

What is about to be submitted is written down first: where nobody knows whether the scheduler has
got it, its unique name tells.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Collection, Set
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.running.runners.cluster.backend import (
    Backend,
    LimitReached,
    NotAnswering,
    Submission,
    TaskState,
)
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.running.runners.cluster.node_setup import node_command
from hopla_gui.engine.running.runners.cluster.packing import Need
from hopla_gui.engine.running.runners.cluster.tasks import Array, Key, Tasks
from hopla_gui.errors import EnvironmentProblem

UNSURE_S = 10.0  # after that a submission without an answer is looked for by its name
FULL_S = 20.0  # between two tries, where the scheduler takes no more
MARKS = string.ascii_lowercase + string.digits
FRUITLESS = 3  # arrays that end without having claimed a job, before the run is given up
TAIL = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A batch script, where it lies or would lie, and the command that submits it."""

    script: Path
    command: tuple[str, ...]
    text: str


def submission_of(
    folder: SharedFolder,
    python: str,
    options: ClusterOptions,
    mark: str,
    number: int,
    tasks: int,
    at_once: int | None,
) -> Submission:
    """Return the submission of so many tasks, whose name nothing else in the queue has."""
    name = f"hopla-{mark}-{number}"
    return Submission(
        name=name,
        script=folder.scheduler / f"submit-{number}.sh",
        log=folder.scheduler,
        command=node_command(folder, python, name),
        tasks=tasks,
        at_once=at_once if at_once and at_once < tasks else None,
        options=options,
        title=f"hopla_gui, run {folder.name}: {tasks} tasks",
    )


def preview(
    backend: Backend, run_dir: Path, python: str, options: ClusterOptions, jobs: int, need: Need
) -> list[Written]:
    """Return what would be submitted for a run that is not there yet; nothing is written."""
    folder = SharedFolder(run_dir)
    shown: list[Written] = []
    most, missing = backend.limits().array_tasks, need.tasks(jobs)
    while missing > 0 and most:
        tasks = min(missing, most)
        made = submission_of(
            folder, python, options, "preview", len(shown) + 1, tasks, need.at_once
        )
        shown.append(Written(made.script, tuple(backend.command(made)), backend.script(made)))
        missing -= tasks
    return shown


class Submitter:
    """Deals with the queue for one run; used by the runner's thread."""

    def __init__(
        self,
        backend: Backend,
        folder: SharedFolder,
        tasks: Tasks,
        options: ClusterOptions,
        python: str,
    ) -> None:
        self._backend = backend
        self._folder = folder
        self._tasks = tasks
        self._options = options
        self._python = python
        known = folder.read("run.json")
        # With the number the name has 15 characters: TORQUE, and PBS of old, take no more.
        self._mark = str(known.get("mark") or "".join(secrets.choice(MARKS) for _ in range(4)))
        self._number = int(known.get("submissions", 0))
        self._at_once: int | None = None  # of the newest array's tasks
        self._array_tasks = backend.limits().array_tasks
        self._full_until = 0.0
        self.full = ""  # why the scheduler takes no more, in its words
        self._cancelled: set[Key] = set()
        self._judged_from = len(tasks.arrays)  # arrays before this one are forgiven
        self._save()

    # -- more tasks ------------------------------------------------------------------------------

    def provide(self, jobs: int, need: Need, busy: Set[Key] = frozenset()) -> None:
        """Submit what is missing for so many jobs that nobody has claimed.

        Parameters
        ----------
        busy
            Tasks that will not soon take another job.

        Raises
        ------
        NotAnswering
        EnvironmentProblem
            Where it is refused.
        """
        missing = min(self._missing(jobs, need, busy), self._array_tasks)
        if missing < 1 or time.monotonic() < self._full_until or self._is_unsure():
            return
        if need.at_once:  # a limit holds for each array: one after another, the next with the rest
            rest = need.at_once - len(self._tasks.live())
            if self._tasks.statuses(TaskState.WAITING) or rest < 1:
                return
            self._at_once = rest
        else:
            self._at_once = None
        self._submit(missing)

    def write(self, jobs: int, need: Need) -> list[Written]:
        """Write the scripts for so many jobs; submit none."""
        self._at_once = need.at_once
        missing, written = need.tasks(jobs), []
        while missing > 0 and self._array_tasks:
            tasks = min(missing, self._array_tasks)
            submission = self._submission(tasks)
            self._write_script(submission)
            command = tuple(self._backend.command(submission))
            written.append(Written(submission.script, command, self._backend.script(submission)))
            missing -= tasks
        return written

    def _missing(self, jobs: int, need: Need, busy: Set[Key]) -> int:
        live = self._tasks.live()
        if need.quota is None:
            return need.tasks(jobs) - len(live - busy)
        to_come = sum(max(0, need.quota - self._tasks.taken_by(key)) for key in live)
        return need.tasks(max(0, jobs - to_come))

    def _submission(self, tasks: int) -> Submission:
        self._number += 1
        return submission_of(
            self._folder,
            self._python,
            self._options,
            self._mark,
            self._number,
            tasks,
            self._at_once,
        )

    def _write_script(self, submission: Submission) -> None:
        with replacing(submission.script) as file:
            file.write(self._backend.script(submission))

    def _submit(self, tasks: int) -> None:
        submission = self._submission(tasks)
        self._write_script(submission)
        array = Array(submission.name, tasks, time.time())
        self._tasks.add(array)
        self._save()
        try:
            array.id = self._backend.submit(submission)
            self.full = ""
        except LimitReached as limit:
            self._tasks.drop(array)
            self.full = limit.what
            self._array_tasks = max(1, tasks // 2)
            self._full_until = time.monotonic() + (FULL_S if tasks == 1 else 0.0)
        except NotAnswering:
            raise  # it may have got through
        except EnvironmentProblem:
            self._tasks.drop(array)
            raise
        finally:
            self._save()

    def settle(self) -> None:
        """Find out about a submission whose answer never came."""
        for array in [array for array in self._tasks.arrays if array.id is None]:
            if time.time() - array.submitted > UNSURE_S:
                array.id = self._backend.find(array.name)
                if array.id is None:
                    self._tasks.drop(array)
                self._save()

    def _is_unsure(self) -> bool:
        return any(array.id is None for array in self._tasks.arrays)

    def _save(self) -> None:
        self._folder.write(
            "run.json",
            {
                "schema": 1,
                "backend": self._backend.name,
                "mark": self._mark,
                "submissions": self._number,
                "arrays": self._tasks.to_json(),
            },
        )

    # -- when it is of no use --------------------------------------------------------------------

    def forgive(self) -> None:
        """Let bygones be bygones: somebody has asked for more."""
        self._judged_from = len(self._tasks.arrays)
        self._array_tasks = self._backend.limits().array_tasks
        self._full_until = 0.0

    def reason_to_give_up(self) -> JobOutcome | None:
        """Return what becomes of the jobs that wait, where more tasks would end as the last did.

        Only asked while no task waits or runs.
        """
        arrays = self._tasks.arrays[self._judged_from :]
        if not arrays:
            return None
        last = arrays[-1]
        ended = self._tasks.of(last)
        if any(s.state is TaskState.CANCELLED and k not in self._cancelled for k, s in ended):
            return JobOutcome(JobState.CANCELLED, detail="its task was cancelled in the queue")
        fruitless = list(takewhile(lambda a: not self._tasks.claims_of(a), reversed(arrays)))
        error = self._tasks.error_of(last)
        failed = [s for _, s in ended if s.state in (TaskState.FAILED, TaskState.NOT_STARTED)]
        # What fails by itself before any job began fails anywhere; else a node may be at fault.
        fails_anywhere = error or any(s.state is TaskState.FAILED for s in failed)
        is_hopeless = len(fruitless) == len(arrays) and fails_anywhere
        if not is_hopeless and len(fruitless) < FRUITLESS:
            return None
        if error:
            return JobOutcome(JobState.LOST, detail=error)
        word = failed[0].detail if failed else "ended"
        what = f"its tasks end before they begin ({word})"
        return JobOutcome(JobState.LOST, detail=f"{what}: {self._last_words(last)}")

    def _last_words(self, array: Array) -> str:
        """Return the end of what one of the tasks has written."""
        paths = sorted(self._folder.scheduler.glob(f"{array.name}.*"))
        for path in paths:
            text = path.read_text("utf-8", "replace").strip()
            if text:
                return text[-TAIL:]
        if not paths:
            return f"nothing was written to {self._folder.scheduler}: do the nodes see it?"
        return "they said nothing"

    # -- fewer tasks -----------------------------------------------------------------------------

    def cancel_waiting(self) -> None:
        """Take the tasks that wait out of the queue."""
        self._cancel(self._tasks.waiting())

    def cancel(self, keys: Collection[Key]) -> None:
        """Cancel tasks, whatever they are at."""
        self._cancel(set(keys))

    def _cancel(self, keys: set[Key]) -> None:
        new = keys - self._cancelled
        ids = self._tasks.ids(new)
        if ids:
            self._backend.cancel(ids)
            self._cancelled |= new

    def hold(self, held: bool) -> None:
        """Have the tasks that wait wait on, or let them go."""
        arrays = self._tasks.open_arrays
        if arrays:
            self._backend.hold(arrays, held)

    def keep_limit(self, at_once: int | None) -> None:
        """Let the newest array have the places that those before it have left."""
        newest = self._tasks.arrays[-1] if self._tasks.arrays else None
        if at_once is None or newest is None or newest.id is None or newest.is_done:
            return
        others = sum(name != newest.name for name, _ in self._tasks.live())
        rest = max(1, at_once - others)
        if rest != self._at_once:
            self._backend.set_at_once(newest.id, rest)
            self._at_once = rest

    def set_at_once(self, at_once: int | None) -> None:
        """Change how many tasks may run at a time."""
        self._at_once = at_once
        for array in self._tasks.open_arrays:
            self._backend.set_at_once(array, at_once)
