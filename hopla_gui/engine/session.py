"""One run, from its first job to its last: hands out, retries, cancels, stores, publishes.

::

    caller ── cancel, retry, pause ──▶ Backlog ◀── take ── runner's workers
                     │                                        │ emit
                     └──────────▶ inbox (SimpleQueue) ◀───────┘
                                    │  pump thread, batches
                                    ▼
                     tally (one state a job) → store, commit → subscribers

Nothing is published before it is on disk. A batch that cannot be written (disk full) is kept,
the backlog is paused and the write tried again until it goes through.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

from hopla_gui.domain.events import (
    Event,
    JobFinished,
    JobRequeued,
    JobStarted,
    RunFinished,
    RunNote,
)
from hopla_gui.domain.job import Counts, JobOutcome, JobSpec, JobState
from hopla_gui.engine.backlog import Backlog
from hopla_gui.engine.runners.base import RunContext, Runner
from hopla_gui.engine.store import RunStore
from hopla_gui.engine.stored_run import StoredRun
from hopla_gui.engine.tally import Tally
from hopla_gui.errors import HoplaError

BATCH_S = 0.05  # commits are at least this far apart while events keep coming
RETRY_WRITE_S = 1.0

Command: TypeAlias = Callable[[], list[Event]]

_RETRIED = (JobState.FAILED, JobState.TIMEOUT, JobState.LOST)

logger = logging.getLogger(__name__)


class Session:
    """A run that is being worked on.

    Every method may be called from any thread; only ``start`` and ``close`` block.

    Parameters
    ----------
    store
        The run's store; the session closes it.
    run
        The same folder, for reading.
    jobs
        The run's jobs by index: computed from the sweep, or read from the store.
    context
        What all jobs have in common.
    make_runner
        Makes a runner for each stretch of work: a finished run that gets a retry starts anew.
    """

    def __init__(
        self,
        store: RunStore,
        run: StoredRun,
        jobs: Sequence[JobSpec],
        context: RunContext,
        make_runner: Callable[[], Runner],
    ) -> None:
        self.run = run
        self._store = store
        self._jobs = jobs
        self._context = context
        self._make_runner = make_runner
        self._workers = run.info.workers
        self._retries = run.info.retries
        self._tally = Tally(run.statuses())
        self._inbox: queue.SimpleQueue[Event | Command] = queue.SimpleQueue()
        self._subscribers: list[queue.SimpleQueue[Event]] = []
        self._finished = threading.Event()
        self._closing = threading.Event()
        self._pump = threading.Thread(target=self._pump_events, name="run pump")
        self._backlog = Backlog(jobs)
        self._paused = False
        # From here on the pump's own, once it has started.
        self._runner: Runner | None = None
        self._cancelled: set[int] = set()

    def start(self, rerun: Collection[int] = ()) -> None:
        """Begin to work on the queued jobs, and on ended ones that are to run again.

        Raises
        ------
        EnvironmentProblem
            Where the interpreter or the scheduler cannot be started; the session is then closed.
        """
        try:
            self._start_runner()
        except BaseException:
            self.close()
            raise
        for index in self._tally.queued():
            self._backlog.add([index], self._tally.next_attempt(index))
        self._inbox.put(lambda: self._requeue(rerun))
        self._pump.start()

    def events(self) -> queue.SimpleQueue[Event]:
        """Subscribe: a queue of its own that gets every event from now on."""
        subscriber: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._subscribers.append(subscriber)
        return subscriber

    def follow(self) -> Iterator[Event]:
        """Subscribe: an iterator over every event from now on, up to the `RunFinished`."""
        return _until_finished(self.events())

    @property
    def counts(self) -> Counts:
        """Number of jobs in each state."""
        return self._tally.counts()

    @property
    def is_finished(self) -> bool:
        """Whether nothing runs any more and all is on disk."""
        return self._finished.is_set()

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Cancel waiting jobs and stop running ones, all of them for ``None``."""
        self._inbox.put(lambda: self._cancel(indices))

    def retry(self, indices: Collection[int]) -> None:
        """Run ended jobs once more, as a further attempt."""
        self._inbox.put(lambda: self._requeue(indices))

    def pause(self, paused: bool = True) -> None:
        """Start no more jobs, or go on."""
        self._paused = paused  # before the backlog: the pump may just be making a new one
        self._backlog.pause(paused)

    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time; surplus ones finish first."""
        self._inbox.put(lambda: self._resize(workers))

    def close(self) -> None:
        """Stop what runs, leave what waits queued, and return when nothing is left."""
        self._closing.set()
        if self._pump.is_alive():
            self._inbox.put(list)  # wakes the pump
            self._pump.join()
        self._stop_runner()
        self._store.close()
        self.run.close()

    # On the pump's thread

    def _pump_events(self) -> None:
        while not self._closing.is_set():
            self._settle(self._collect())
            if not self._tally.unfinished and not self._finished.is_set():
                self._finish()
        self._stop_runner()
        self._settle(self._drain())
        if not self._finished.is_set():
            self._finish()

    def _collect(self) -> list[Event]:
        """Wait for something to happen, then a little more, so that commits are few."""
        first = self._inbox.get()
        self._closing.wait(BATCH_S)
        return self._drain(first)

    def _drain(self, *items: Event | Command) -> list[Event]:
        """Take in what is given and all that waits in the inbox; return what is to be stored."""
        events: list[Event] = []
        waiting = deque(items)
        while True:
            try:
                waiting.append(self._inbox.get_nowait())
            except queue.Empty:
                break
        for item in waiting:
            for event in item() if callable(item) else (item,):
                self._take_in(event, events)
        return events

    def _take_in(self, event: Event, events: list[Event]) -> None:
        if not self._tally.apply(event):
            return
        events.append(event)
        match event:
            case JobStarted(index) if index in self._cancelled and self._runner:
                self._runner.cancel([index])  # it was on its way when it was cancelled
            case JobFinished(index, attempt, outcome):
                is_retried = outcome.state in _RETRIED and attempt <= self._retries
                if is_retried and index not in self._cancelled and not self._closing.is_set():
                    self._take_in(JobRequeued(index, self._tally.next_attempt(index)), events)

    def _settle(self, events: list[Event]) -> None:
        """Store, then publish, then hand out again what is to run once more."""
        if not self._write(events):
            return
        self._publish(events)
        again = [event for event in events if isinstance(event, JobRequeued)]
        if again and not self._closing.is_set():
            self._hand_out(again)

    def _write(self, events: list[Event]) -> bool:
        """Write until it goes through; give up only when the session closes."""
        if not events:
            return True
        while (error := self._try_write(events)) is not None:
            logger.warning("run %s: %s", self.run.run_dir.name, error)
            self._backlog.pause()
            self._publish([RunNote(f"results cannot be written: {error}; trying again", "warning")])
            if self._closing.wait(RETRY_WRITE_S):
                return self._try_write(events) is None
        self._backlog.pause(self._paused)
        return True

    def _try_write(self, events: list[Event]) -> sqlite3.Error | None:
        try:
            self._store.write(events)
        except sqlite3.Error as error:
            return error
        return None

    def _publish(self, events: Sequence[Event]) -> None:
        for subscriber in self._subscribers:
            for event in events:
                subscriber.put(event)

    def _finish(self) -> None:
        self._stop_runner()
        self._finished.set()
        self._publish([RunFinished(self.counts)])

    def _start_runner(self) -> None:
        self._finished.clear()
        self._runner = self._make_runner()
        self._runner.start(self._context, self._backlog, self._workers, self._inbox.put)

    def _stop_runner(self) -> None:
        self._backlog.close()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _hand_out(self, again: Sequence[JobRequeued]) -> None:
        if self._runner is None:
            self._backlog = Backlog(self._jobs)
            self._backlog.pause(self._paused)
            try:
                self._start_runner()
            except HoplaError as error:
                lost = JobOutcome(JobState.LOST, detail=error.what)
                self._settle(self._drain(*(JobFinished(e.index, e.attempt, lost) for e in again)))
                return
        for event in again:
            self._backlog.add([event.index], event.attempt)

    def _cancel(self, indices: Collection[int] | None) -> list[Event]:
        waiting = self._backlog.remove(indices)
        chosen = self._tally.unfinished_indices() if indices is None else indices
        self._cancelled.update(set(chosen).difference(waiting))
        if self._runner is not None:
            self._runner.cancel(indices)
        outcome = JobOutcome(JobState.CANCELLED, detail="cancelled before its start")
        return [JobFinished(i, self._tally.next_attempt(i), outcome) for i in waiting]

    def _requeue(self, indices: Collection[int]) -> list[Event]:
        self._cancelled.difference_update(indices)
        return [JobRequeued(index, self._tally.next_attempt(index)) for index in indices]

    def _resize(self, workers: int) -> list[Event]:
        self._workers = workers
        if self._runner is not None:
            self._runner.resize(workers)
        return []


def _until_finished(events: queue.SimpleQueue[Event]) -> Iterator[Event]:
    while True:
        event = events.get()
        yield event
        if isinstance(event, RunFinished):
            return
