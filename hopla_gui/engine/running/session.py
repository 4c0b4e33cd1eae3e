"""One run, from its first job to its last: hands out, retries, cancels, stores, publishes.

::

    caller ── cancel, retry, pause ──▶ Backlog ◀── take ── runner's workers
                     │                                        │ emit
                     └──────────▶ inbox (SimpleQueue) ◀───────┘
                                    │  pump thread, batches
                                    ▼
          course (one state a job, what follows) → store, commit → subscribers

Nothing is published before it is on disk. A batch that cannot be written (disk full) is kept,
the backlog is paused and the write tried again until it goes through. Where it never will (the
run's folder is gone), the run ends.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from hopla_gui.domain.diagnosis import UNSUCCESSFUL, diagnosed
from hopla_gui.domain.events import (
    Event,
    JobFinished,
    JobRequeued,
    JobStarted,
    RunFinished,
    RunNote,
    WaitingNote,
)
from hopla_gui.domain.job import Counts
from hopla_gui.engine.results import provenance
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import MOVED_FIRST, WORKERS, StoredRun
from hopla_gui.engine.running.backlog import Backlog
from hopla_gui.engine.running.course import Course
from hopla_gui.engine.running.end_command import run_end_command
from hopla_gui.engine.running.memory import MemoryWatch
from hopla_gui.engine.running.runners.base import RunContext, Runner
from hopla_gui.engine.running.writer import StubbornWriter
from hopla_gui.errors import EnvironmentProblem, HoplaError
from hopla_gui.turns import give_way

TOO_MANY_FAILURES = "too many failures"
BATCH_S = 0.05  # commits are at least this far apart while events keep coming

Command: TypeAlias = Callable[[], Iterable[Event]]

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
    context
        What all jobs have in common.
    make_runner
        Makes a runner for each stretch of work: a finished run that gets a retry starts anew.
    """

    def __init__(
        self,
        store: RunStore,
        run: StoredRun,
        context: RunContext,
        make_runner: Callable[[], Runner],
    ) -> None:
        self.run = run
        self._store = store
        self._context = context
        self._make_runner = make_runner
        self._workers = run.workers or len(run)
        self._inbox: queue.SimpleQueue[Event | Command] = queue.SimpleQueue()
        self._subscribers: list[queue.SimpleQueue[Event]] = []
        self._problem: EnvironmentProblem | None = None
        self._finished = threading.Event()
        self._closing = threading.Event()
        self._pump = threading.Thread(target=self._pump_events, name="run pump")
        self._gathering = threading.Thread(target=self._gather_facts, name="run facts")
        # After the first failure no job is to begin, not even one that was sent ahead.
        one_by_one = run.info.options.max_failures == 1
        self._backlog = Backlog(len(run), run.specs, one_by_one=one_by_one)
        # From here on the pump's own, once it has started.
        self._course = Course(run.info, run.statuses(), self._backlog, self._closing)
        self._runner: Runner | None = None
        self._writer = StubbornWriter(store, self._closing, self._tell_trouble)
        self._memory = MemoryWatch(
            run.info.options.min_free_memory_gb if run.info.is_local else 0.0
        )

    def start(self, rerun: Collection[int] = (), pilot: Collection[int] = ()) -> None:
        """Begin to work on the queued jobs, and on ended ones that are to run again.

        Parameters
        ----------
        pilot
            Queued jobs that go first; the others wait until ``go_on``.

        Raises
        ------
        EnvironmentProblem
            Where the interpreter or the scheduler cannot be started, or the disk is full; the
            session is then closed.
        """
        try:
            self._start_runner()
            self._take_up(rerun)
        except BaseException:
            self.close()
            raise
        for event in self._watch_memory():  # before the first job, not a second after it
            self._inbox.put(event)
        self._course.begin(pilot, self.run.moved_first)
        self._inbox.put(tuple)  # there may be no job to begin: the pump is to see that
        self._pump.start()
        self._gathering.start()

    def events(self) -> queue.SimpleQueue[Event]:
        """Subscribe: a queue of its own that gets every event from now on."""
        subscriber: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._subscribers.append(subscriber)
        return subscriber

    def follow(self) -> Iterator[Event]:
        """Subscribe: an iterator over every event from now on, up to the `RunFinished`.

        Raises
        ------
        EnvironmentProblem
            Behind the last event, where the results could not be kept.
        """
        return self._until_finished(self.events())

    @property
    def counts(self) -> Counts:
        """Number of jobs in each state."""
        return self._course.counts

    @property
    def workers(self) -> int:
        """Jobs at a time."""
        return self._workers

    @property
    def is_finished(self) -> bool:
        """Whether nothing runs any more and all is on disk."""
        return self._finished.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the run's end, so long at most; tell whether it has come.

        A command given just now, such as `retry`, may not have been taken in yet.
        """
        return self._finished.wait(seconds)

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Cancel waiting jobs and stop running ones, all of them for ``None``."""
        chosen = None if indices is None else frozenset(indices)
        self._inbox.put(lambda: self._cancel(chosen))

    def retry(self, indices: Collection[int]) -> None:
        """Run ended jobs once more, as a further attempt."""
        chosen = tuple(dict.fromkeys(indices))
        self._inbox.put(lambda: self._course.requeue(chosen))

    def go_on(self) -> None:
        """Run what waits behind the pilot."""
        self._inbox.put(self._course.go_on)

    def move_first(self, indices: Sequence[int]) -> None:
        """Run waiting jobs before the others, in the order given; also once the run is resumed."""
        self._backlog.move_first(indices)
        self._inbox.put(lambda: self._move_first(indices))

    def pause(self, paused: bool = True) -> None:
        """Start no more jobs, or go on."""
        self._hold("paused by the user", paused)

    def suspend(self, suspended: bool = True) -> None:
        """Freeze the jobs that run, or let them go on."""
        self._inbox.put(lambda: self._suspend(suspended))

    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time; surplus ones finish first."""
        self._workers = workers
        self._inbox.put(self._resize)

    def describe(self, facts: Mapping[str, str]) -> None:
        """Keep what a person says of the run: its ``title``, a ``note``."""
        self._inbox.put(lambda: self._add_facts(facts))

    def close(self) -> None:
        """Stop what runs, leave what waits queued, and return when nothing is left."""
        self._closing.set()
        if self._pump.is_alive():
            self._inbox.put(tuple)  # wakes the pump
            self._pump.join()
        self._stop_runner()
        self._store.close()
        self.run.close()

    def _until_finished(self, events: queue.SimpleQueue[Event]) -> Iterator[Event]:
        event: Event | None = None
        while not isinstance(event, RunFinished):
            event = events.get()
            yield event
        if self._problem:
            raise self._problem

    def _take_up(self, indices: Collection[int]) -> None:
        """Have ended jobs wait again before any is handed out: they take their turn."""
        events: list[Event] = []
        for event in self._course.requeue(indices):
            self._take_in(event, events)
        if events:
            self._store.write(events)
            self._publish(events)

    def _gather_facts(self) -> None:
        if self.run.fact("packages") is None:
            facts = provenance.gather(self.run.info)
            self._inbox.put(lambda: self._add_facts(facts))

    # On the pump's thread

    def _pump_events(self) -> None:
        try:
            self._work_until_closed()
        except Exception as error:
            logger.exception("the run's pump has failed")
            self._abandon(EnvironmentProblem(f"internal error: {error!r}"))
            self._finish()

    def _work_until_closed(self) -> None:
        while not self._closing.is_set():
            self._settle(self._collect())
            if self._course.is_over and not self._finished.is_set():
                self._end()
                self._finish()
        self._stop_runner()
        if self._gathering.ident is not None:  # or we were interrupted before it was started
            self._gathering.join()
        self._settle(self._drain())
        if not self._finished.is_set():
            self._finish()

    def _collect(self) -> list[Event]:
        """Wait for something to happen, then a little more, so that commits are few."""
        try:
            first = self._inbox.get(timeout=self._memory.interval)
        except queue.Empty:
            return self._drain(self._watch_memory)
        self._closing.wait(BATCH_S)
        return self._drain(first, self._watch_memory)

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
            give_way()
            for event in item() if callable(item) else (item,):
                self._take_in(event, events)
        return events

    def _take_in(self, event: Event, events: list[Event]) -> None:
        if isinstance(event, JobFinished) and event.outcome.state in UNSUCCESSFUL:
            event = replace(event, outcome=diagnosed(event.outcome))
        for happened in self._course.take_in(event):
            events.append(happened)
            if isinstance(happened, JobStarted) and self._course.is_cancelled(happened.index):
                self._stop([happened.index])  # it was on its way when it was cancelled

    def _settle(self, events: list[Event]) -> None:
        """Store, then publish, then hand out again what is to run once more."""
        if not self._write(events):
            return
        self._publish(events)
        again = [event.index for event in events if isinstance(event, JobRequeued)]
        if again and not self._closing.is_set():
            self._restart(again)

    def _write(self, events: list[Event]) -> bool:
        if not events or self._problem:
            return not events
        give_way()
        try:
            return self._writer.write(events)
        except EnvironmentProblem as problem:
            self._abandon(problem)
            return False

    def _tell_trouble(self, trouble: str | None) -> None:
        reason = "results cannot be written"
        self._hold(reason, trouble is not None)
        if trouble is not None:
            note = RunNote(f"{reason} ({trouble}); trying again", "warning")
            self._publish([note, WaitingNote(reason)])
        else:
            self._publish([RunNote("results are written again"), WaitingNote("")])

    def _abandon(self, problem: EnvironmentProblem) -> None:
        """End the run: what its jobs find can be kept no more."""
        logger.error("run %s: %s", self.run.run_dir.name, problem)
        self._problem = problem
        self._publish([RunNote(f"the run is ended: {problem}", "warning")])
        self._closing.set()

    def _publish(self, events: Sequence[Event]) -> None:
        for subscriber in self._subscribers:
            for event in events:
                subscriber.put(event)

    def _end(self) -> None:
        """Run the command that the run ends with, before anybody hears of its end."""
        self._stop_runner()
        info, run_dir = self.run.info, self.run.run_dir
        note = run_end_command(info, run_dir, self.counts, self._closing)
        self._settle([note] if note else [])

    def _finish(self) -> None:
        self._stop_runner()
        self._finished.set()
        self._publish([RunFinished(self.counts)])

    # The runner and what it takes from

    def _start_runner(self) -> None:
        self._finished.clear()
        self._runner = self._make_runner()
        try:
            self._runner.start(self._context, self._backlog, self._workers, self._hear)
        except BaseException:
            self._stop_runner()
            raise

    def _hear(self, event: Event) -> None:
        """Take what the runner tells, on its thread; the failure that ends a run holds it now."""
        is_last_straw = self.run.info.is_local and self._course.is_last_straw(event)
        if is_last_straw:
            self._backlog.hold(TOO_MANY_FAILURES)
        self._inbox.put(event)
        if is_last_straw:  # once it is taken in, what waits has been cancelled
            self._inbox.put(self._let_go_on)

    def _stop_runner(self) -> None:
        self._backlog.close()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _restart(self, indices: Sequence[int]) -> None:
        """Hand out jobs again; a finished run gets a new runner."""
        if self._runner is None:
            self._backlog.reopen()
            try:
                self._start_runner()
            except HoplaError as error:
                self._settle(self._drain(*self._course.lose(indices, error.what)))
                return
        self._course.hand_out(self._course.in_turn(indices, self.run.moved_first))

    def _stop(self, indices: Collection[int] | None) -> None:
        if self._runner is not None:
            self._runner.cancel(indices)

    def _hold(self, reason: str, held: bool = True) -> None:
        if held:
            self._backlog.hold(reason)
        else:
            self._backlog.release(reason)

    # Commands

    def _let_go_on(self) -> Iterator[Event]:
        self._backlog.release(TOO_MANY_FAILURES)
        return iter(())

    def _cancel(self, indices: Collection[int] | None) -> Iterator[Event]:
        cancelled = list(self._course.cancel(indices))
        self._stop(indices)
        yield from cancelled

    def _watch_memory(self) -> Iterator[Event]:
        for reason, held in self._memory.changes(self.counts.queued > 0):
            self._hold(MemoryWatch.REASON, held)
            yield RunNote(reason, "warning" if held else "info")
            yield WaitingNote(MemoryWatch.REASON if held else "")

    def _move_first(self, indices: Sequence[int]) -> Iterator[Event]:
        if self._runner is not None:
            self._runner.move_first(indices)
        self._course.move_first(indices)
        moved = [index for index in indices if self._course.is_waiting(index)]
        kept = list(dict.fromkeys([*moved, *self.run.moved_first]))
        return self._add_facts({MOVED_FIRST: kept})

    def _suspend(self, suspended: bool) -> Iterator[Event]:
        if self._runner is not None:
            self._runner.suspend(suspended)
        return iter(())

    def _resize(self) -> Iterator[Event]:
        if self._runner is not None:
            self._runner.resize(self._workers)
        return self._add_facts({WORKERS: self._workers})

    def _add_facts(self, facts: Mapping[str, object]) -> Iterator[Event]:
        try:
            for name, fact in facts.items():
                self._store.set_info(name, fact)
        except EnvironmentProblem as problem:
            yield RunNote(f"{', '.join(facts)}: not kept ({problem})", "warning")
