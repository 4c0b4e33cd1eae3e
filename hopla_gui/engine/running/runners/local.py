"""Runs jobs on this machine: a thread of a QThreadPool for each worker.

Each thread takes a job off the backlog, has its worker process run it, waits, and tells. The
threads sleep in the kernel while jobs run: they cost the window nothing.
"""

from __future__ import annotations

import logging
import random
import sys
import threading
import time
from collections.abc import Callable, Collection

from PySide6.QtCore import QRunnable, QThreadPool

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome
from hopla_gui.engine.running.backlog import Backlog, Ticket
from hopla_gui.engine.running.runners.base import Emit, RunContext
from hopla_gui.engine.running.runners.outcome import cancelled_before_start, lost
from hopla_gui.errors import EnvironmentProblem

if sys.platform == "win32":
    from hopla_gui.engine.running.runners.local_plain import PlainWorker as Worker
    from hopla_gui.engine.running.runners.local_plain import Template
else:
    from hopla_gui.engine.running.runners.local_posix import PosixWorker as Worker
    from hopla_gui.engine.running.runners.local_posix import Template

CLOSE_S = 9.0  # a job that is asked to end has 5 s until SIGKILL

logger = logging.getLogger(__name__)


class LocalRunner:
    """Runs jobs in processes of this machine; see `Runner`."""

    def __init__(self) -> None:
        self._pool = QThreadPool()
        self._lock = threading.Lock()
        self._slots: list[_Slot] = []  # by number; a retired one is out, though it may still run
        self._running: set[_Slot] = set()
        self._template: Template | None = None
        self._is_suspended = False

    def start(self, context: RunContext, backlog: Backlog, workers: int, emit: Emit) -> None:
        """Begin to take and run jobs."""
        self._context, self._backlog, self._emit = context, backlog, emit
        self._template = Template(context, emit)
        self.resize(workers)

    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time; surplus ones finish first."""
        with self._lock:
            self._pool.setMaxThreadCount(max(1, workers))
            while len(self._slots) > workers:
                self._slots.pop().is_retired = True
            while len(self._slots) < workers:
                self._add_slot()
        self._backlog.wake()

    def suspend(self, suspended: bool) -> None:
        """Freeze the jobs that run, or let them go on; their time limits stand still meanwhile."""
        with self._lock:
            self._is_suspended = suspended
            for slot in self._running:
                slot.suspend(suspended)

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Stop running jobs, all of them for ``None``."""
        with self._lock:
            slots = list(self._running)
        for slot in slots:
            slot.cancel(indices)

    def close(self) -> None:
        """Stop what still runs and return when no thread and no process is left."""
        if self._template is None:
            return
        self.resize(0)
        with self._lock:
            for slot in self._running:
                slot.close()
        if not self._template.is_ready:
            self._template.close()  # else a thread would wait for the script's imports
        if not self._pool.waitForDone(int(CLOSE_S * 1000)):
            logger.error("workers do not end; they are killed")
            self._template.kill()
            self._pool.waitForDone()
        self._template.close()
        self._template = None

    def _add_slot(self) -> None:
        assert self._template is not None
        worker = Worker(self._template, self._context)
        delay_upto = self._context.delay_upto
        number = len(self._slots)
        slot = _Slot(number, worker, self._backlog, self._emit, delay_upto, self._forget)
        slot.suspend(self._is_suspended)
        self._slots.append(slot)
        self._running.add(slot)
        self._pool.start(slot)

    def _forget(self, slot: _Slot) -> None:
        with self._lock:
            self._running.discard(slot)


class _Slot(QRunnable):
    """One thread of the pool: takes jobs and drives them, one at a time."""

    def __init__(
        self,
        number: int,
        worker: Worker,
        backlog: Backlog,
        emit: Emit,
        delay_upto: float,
        on_end: Callable[[_Slot], None],
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.is_retired = False
        self._number = number
        self._worker = worker
        self._backlog = backlog
        self._emit = emit
        self._delay_upto = delay_upto
        self._on_end = on_end
        self._lock = threading.Lock()
        self._ticket: Ticket | None = None
        self._is_sent = False
        self._is_suspended = False
        self._is_closing = False
        self._cancelled = threading.Event()

    def run(self) -> None:
        """Drive jobs until the slot is retired; nothing that goes wrong ends it before."""
        while True:
            try:
                self._drive_jobs()
                break
            except Exception as error:
                logger.exception("a worker's thread failed")
                self._worker.close()
                ticket, self._ticket = self._ticket, None
                if ticket:
                    self._tell(ticket, lost(f"internal error: {error!r}"))
        self._worker.close()
        self._on_end(self)

    def cancel(self, indices: Collection[int] | None) -> None:
        """Stop the job at hand where it is meant; called from other threads."""
        with self._lock:
            ticket = self._ticket
            if ticket and (indices is None or ticket.spec.index in indices):
                self._cancelled.set()
                if self._is_sent:
                    self._worker.stop(ticket.spec.index)

    def close(self) -> None:
        """Stop the job at hand, and those that come."""
        with self._lock:
            self._is_closing = True
            self._cancelled.set()
            if self._is_sent and self._ticket:
                self._worker.stop(self._ticket.spec.index)

    def suspend(self, suspended: bool) -> None:
        """Freeze the job at hand, and those that come to be started; from other threads."""
        with self._lock:
            self._is_suspended = suspended
            if self._is_sent:
                self._worker.suspend(suspended)

    def _drive_jobs(self) -> None:
        while (ticket := self._backlog.take(lambda: self.is_retired)) is not None:
            with self._lock:
                self._ticket, self._is_sent = ticket, False
                if not self._is_closing:
                    self._cancelled.clear()
            outcome = self._drive(ticket)
            with self._lock:
                self._ticket, self._is_sent = None, False
            self._tell(ticket, outcome)

    def _drive(self, ticket: Ticket) -> JobOutcome:
        if self._delay_upto:
            self._cancelled.wait(random.uniform(0, self._delay_upto))
        try:
            self._worker.prepare()
        except EnvironmentProblem as problem:
            return cancelled_before_start() if self._cancelled.is_set() else lost(problem.what)
        with self._lock:
            if self._cancelled.is_set():
                return cancelled_before_start()
            self._emit(JobStarted(ticket.spec.index, ticket.attempt, time.time(), self._number))
            self._worker.begin(ticket)
            self._is_sent = True
            if self._is_suspended:
                self._worker.suspend(True)
        return self._worker.finish()

    def _tell(self, ticket: Ticket, outcome: JobOutcome) -> None:
        self._emit(JobFinished(ticket.spec.index, ticket.attempt, outcome, self._number))
