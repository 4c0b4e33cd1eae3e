"""Runs jobs on a cluster: puts them on lists, asks for tasks that work on these, follows both.

::

    backlog ─▶ blocks/ ◀─ claim ─ tasks on nodes ─▶ events/, result.json
                  ▲                    ▲                      │ read again and again
    this thread ──┘    submit, cancel  │                      ▼
                ─────── scheduler ─────┘ ◀─ poll ─    JobStarted, JobFinished

One thread does it all, and sleeps in between. It holds nothing that is not in the shared folder
as well: when it is gone the tasks go on, and another program takes over where it was.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.events import RunNote, WaitingNote
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.running.backlog import Backlog, Ticket
from hopla_gui.engine.running.runners.base import Emit, RunContext
from hopla_gui.engine.running.runners.cluster import packing
from hopla_gui.engine.running.runners.cluster.backend import Backend, NotAnswering, TaskState
from hopla_gui.engine.running.runners.cluster.folder import EventReader, SharedFolder
from hopla_gui.engine.running.runners.cluster.node_setup import node_setup
from hopla_gui.engine.running.runners.cluster.submitting import Submitter, Written
from hopla_gui.engine.running.runners.cluster.tasks import Tasks
from hopla_gui.engine.running.runners.cluster.under_way import UnderWay, claim_of
from hopla_gui.errors import EnvironmentProblem

LOOK_S = 0.5  # between two looks at the folder, at first; when nothing happens they grow apart
LOOK_MOST_S = 5.0
LIST_MOST = 200  # jobs on one list
POLL_S = 2.0  # between two questions to the scheduler, at first
POLL_MOST_S = 20.0

logger = logging.getLogger(__name__)


class ClusterRunner:
    """Runs jobs as tasks of a scheduler; see `Runner`. ``close`` leaves them running.

    Parameters
    ----------
    backend
        Speaks to the scheduler.
    options
        What a task asks for.
    """

    def __init__(self, backend: Backend, options: ClusterOptions) -> None:
        self._backend = backend
        self._options = options
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._work, name="cluster runner")
        # From here on the thread's own.
        self._silent_since: float | None = None
        self._waiting_note = ""
        self._look_s, self._poll_s = LOOK_S, POLL_S
        self._poll_at = 0.0
        self._is_held = False
        self._changes: dict[str, Callable[[], None]] = {}  # asked for, and not yet done

    def start(self, context: RunContext, backlog: Backlog, workers: int, emit: Emit) -> None:
        """Share the run's folder, and begin to follow it."""
        self._backlog, self._emit = backlog, emit
        self._share(context, workers, backlog.jobs)
        self._events = EventReader(self._folder)
        self._jobs = UnderWay(self._folder, self._tasks, context.timeout, emit)
        self._thread.start()

    def write(self, context: RunContext, tickets: Sequence[Ticket], workers: int) -> list[Written]:
        """Write all that would be submitted, and submit nothing."""
        self._share(context, workers, len(tickets))
        self._list(tickets)
        return self._submitter.write(len(tickets), self._need(None))

    def _share(self, context: RunContext, workers: int, jobs: int) -> None:
        self._context = context
        self._count = jobs
        self._folder = SharedFolder(context.run_dir)
        elsewhere = Path(self._options.folder) if self._options.folder else None
        self._folder.create(elsewhere, context.source)
        known = self._folder.read("run.json")
        self._tasks = Tasks(known.get("arrays", ()))
        self._quota = packing.share(self._options.points_per_task, self._options.gpus)
        self._parallel = self._options.parallel_per_task or 1
        self._at_once = self._tasks_at_once(workers)
        setup = node_setup(
            context, self._options, self._folder, self._quota, self._backend.limits()
        )
        self._folder.write("setup.json", setup)
        self._submitter = Submitter(
            self._backend, self._folder, self._tasks, self._options, setup["python"]
        )

    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time."""
        self._call(lambda: self._set_at_once(workers))

    def suspend(self, suspended: bool) -> None:
        """Have the tasks freeze the jobs that run, or let them go on."""
        self._call(lambda: self._folder.set_mark("suspended", suspended))

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Take back jobs that nobody has claimed; have the others stopped where they run."""
        self._call(lambda: self._cancel(indices))

    def move_first(self, indices: Sequence[int]) -> None:
        """Have the tasks claim these jobs before all others."""
        self._call(lambda: self._jobs.move_first(indices))

    def close(self) -> None:
        """Follow the run no more; its tasks go on, if they have something to do."""
        self._leaving.set()
        if self._thread.is_alive():
            self._backlog.wake()
            self._thread.join()

    def _call(self, call: Callable[[], None]) -> None:
        self._calls.put(call)
        self._backlog.wake()

    def _tasks_at_once(self, workers: int) -> int | None:
        return packing.tasks_at_once(workers, self._count, self._parallel)

    # -- the thread ------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            try:
                tickets = self._wait()
                leaving = self._leaving.is_set()
                calls = self._new_calls()
                # Taken after the calls: what these are about has been handed out before.
                self._add(tickets + self._backlog.take_all(0.0, lambda: True))
                for call in calls:
                    self._carry_out(call)
                self._step()
                if leaving:
                    self._leave()
                    return
            except Exception as error:
                if not isinstance(error, OSError | EnvironmentProblem):
                    logger.exception("the cluster runner has failed")
                self._emit(RunNote(f"{self._backend.title}: {error}", "warning"))
                if self._leaving.is_set():
                    return
                self._leaving.wait(POLL_S)

    def _wait(self) -> list[Ticket]:
        pause = min(self._look_s, max(0.0, self._poll_at - time.monotonic()))
        return self._backlog.take_all(
            pause,
            lambda: (
                self._leaving.is_set()
                or not self._calls.empty()
                or self._backlog.is_held != self._is_held
            ),
        )

    def _new_calls(self) -> list[Callable[[], None]]:
        calls = []
        while not self._calls.empty():
            calls.append(self._calls.get())
            self._hurry()
        return calls

    def _carry_out(self, call: Callable[[], None]) -> None:
        try:
            call()
        except NotAnswering as problem:  # what is left to do is done at the next poll
            self._not_answered(problem)

    def _hurry(self) -> None:
        """Look more often: something has happened, and more may follow."""
        self._look_s, self._poll_s = LOOK_S, POLL_S
        self._poll_at = min(self._poll_at, time.monotonic() + POLL_S)

    def _add(self, tickets: list[Ticket]) -> None:
        """Put jobs on lists, but for those that an earlier program has put there."""
        if not tickets:
            return
        for ticket in tickets:
            self._jobs.add(ticket)
        self._list([ticket for ticket in tickets if not self._folder.knows(claim_of(ticket))])
        self._submitter.forgive()
        self._hurry()
        self._poll_at = 0.0

    def _list(self, tickets: Sequence[Ticket]) -> None:
        size = self._quota or max(1, min(LIST_MOST, math.ceil(len(tickets) / packing.FIRST_TASKS)))
        self._folder.add(tickets, size, skip_first_word=self._context.python is not None)

    def _step(self) -> None:
        if self._read_events():
            self._hurry()
        else:
            self._look_s = min(self._look_s * 1.3, LOOK_MOST_S)
        self._jobs.finish_ended()
        self._follow_holds()
        if time.monotonic() >= self._poll_at:
            self._ask_scheduler()

    def _leave(self) -> None:
        """Take what nobody needs out of the queue: tasks that wait when no job is left."""
        if not self._jobs:
            self._submitter.cancel_waiting()

    def _read_events(self) -> bool:
        something = False
        for file, fact in self._events.new():
            worker = self._tasks.hear(file, fact)
            if worker is not None:
                something = True
                self._jobs.take_in(worker, fact)
        return something

    # -- what the scheduler tells ----------------------------------------------------------------

    def _ask_scheduler(self) -> None:
        try:
            self._submitter.settle()
            self._ask_for_changes()
            self._tasks.take_in(self._backend.poll(self._tasks.open_arrays))
            self._tasks.learn(self._backend.look_up(self._tasks.ended_untold()))
            self._answered()
            self._tell_what_waits()
            self._submitter.cancel(self._jobs.stubborn_tasks())
            self._submitter.keep_limit(self._at_once)
            self._provide_tasks()
        except NotAnswering as problem:
            self._not_answered(problem)
        self._poll_at = time.monotonic() + self._poll_s
        self._poll_s = min(self._poll_s * 1.3, POLL_MOST_S)

    def _ask_for_changes(self) -> None:
        """Have the scheduler do what the user wants of all tasks, once it answers."""
        for name, change in list(self._changes.items()):
            change()
            del self._changes[name]

    def _answered(self) -> None:
        if self._silent_since is not None:
            self._silent_since = None
            self._emit(RunNote(f"{self._backend.title} answers again"))

    def _not_answered(self, problem: NotAnswering) -> None:
        if self._silent_since is None:
            self._silent_since = time.time()
            at = time.strftime("%H:%M", time.localtime())
            note = f"{self._backend.title} not answering since {at} ({problem.what})"
            self._emit(RunNote(note, "warning"))

    def _tell_what_waits(self) -> None:
        """Pass on why tasks wait, in the scheduler's own words."""
        waiting = self._tasks.statuses(TaskState.WAITING)
        if not self._backend.limits().array_tasks:
            self._tell_waiting(f"on each host: hopla-gui work {self._folder.path}")
            return
        why = sorted({status.detail for status in waiting})[:3]
        self._tell_waiting(", ".join([*why, *filter(None, [self._submitter.full])]))

    def _tell_waiting(self, note: str) -> None:
        if note != self._waiting_note:
            self._waiting_note = note
            self._emit(WaitingNote(note))

    def _provide_tasks(self) -> None:
        """Have as many tasks as there is work for."""
        unclaimed = self._jobs.unclaimed
        if not unclaimed:
            self._submitter.cancel_waiting()
        if self._is_held or not unclaimed:
            return
        if not self._tasks.live():
            unclaimed = self._jobs.without_orphans()
            given_up = self._submitter.reason_to_give_up()
            if given_up:
                self._jobs.give_up(unclaimed, given_up)
                return
        try:
            busy = self._jobs.busy_tasks(self._parallel)
            self._submitter.provide(len(unclaimed), self._need(self._jobs.mean_s), busy)
        except NotAnswering:
            raise
        except EnvironmentProblem as problem:  # it would be refused the next time, too
            why = f"{problem.what}: {problem.detail}" if problem.detail else problem.what
            self._emit(RunNote(why, "warning"))
            self._jobs.give_up(unclaimed, JobOutcome(JobState.LOST, detail=why))

    def _need(self, job_s: float | None) -> packing.Need:
        return packing.Need(self._parallel, self._quota, job_s, self._at_once)

    # -- what the user wants ---------------------------------------------------------------------

    def _cancel(self, indices: Collection[int] | None) -> None:
        self._jobs.cancel(indices)
        if not self._jobs.unclaimed:
            self._submitter.cancel_waiting()

    def _follow_holds(self) -> None:
        """Start no more jobs, or go on."""
        held = self._backlog.is_held
        if held != self._is_held:
            self._is_held = held
            self._folder.set_mark("paused", held)
            self._changes["hold"] = lambda: self._submitter.hold(held)
            self._poll_at = 0.0

    def _set_at_once(self, workers: int) -> None:
        at_once = self._at_once = self._tasks_at_once(workers)
        self._changes["at once"] = lambda: self._submitter.set_at_once(at_once)
        self._poll_at = 0.0
