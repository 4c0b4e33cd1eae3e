"""Runs jobs on this machine: a thread of a QThreadPool for each worker.

Each thread takes a job off the backlog, has its worker process run it, waits, and tells. The
threads sleep in the kernel while jobs run: they cost the window nothing.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Collection, Sequence

from PySide6.QtCore import QThreadPool

from hopla_gui.engine.running.backlog import Backlog
from hopla_gui.engine.running.runners.base import Emit, RunContext
from hopla_gui.engine.running.runners.slot import Slot

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
        self._slots: list[Slot] = []  # by number; a retired one is out, though it may still run
        self._running: set[Slot] = set()
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

    def move_first(self, indices: Sequence[int]) -> None:
        """Do nothing: what a worker has taken is begun within milliseconds."""

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
            with self._lock:
                for slot in self._running:
                    slot.hang_up()
            self._template.kill()
            self._pool.waitForDone()
        self._template.close()
        self._template = None

    def _add_slot(self) -> None:
        assert self._template is not None
        worker = Worker(self._template, self._context)
        delay_upto = self._context.delay_upto
        number = len(self._slots)
        slot = Slot(number, worker, self._backlog, self._emit, delay_upto, self._forget)
        slot.suspend(self._is_suspended)
        self._slots.append(slot)
        self._running.add(slot)
        self._pool.start(slot.run)

    def _forget(self, slot: Slot) -> None:
        with self._lock:
            self._running.discard(slot)
