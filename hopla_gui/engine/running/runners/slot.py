"""One job at a time on this machine: takes jobs off the backlog and drives them, on one thread.

Where jobs are short the worker is sent further ones ahead, while one is at hand, so that it never
waits for us. Those have not begun: for everybody else they are waiting jobs, and the worker hands
them back where they would not begin within a moment.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome
from hopla_gui.engine.payload.channel import AHEAD
from hopla_gui.engine.running.backlog import Backlog, Ticket
from hopla_gui.engine.running.runners.base import Emit
from hopla_gui.engine.running.runners.outcome import cancelled_before_start, lost
from hopla_gui.errors import EnvironmentProblem

if TYPE_CHECKING:
    from hopla_gui.engine.running.runners.local_plain import PlainWorker
    from hopla_gui.engine.running.runners.local_posix import PosixWorker

BETWEEN_FAILURES_S = 0.5

logger = logging.getLogger(__name__)


class Slot:
    """Drives a worker. ``run`` is the thread; the other methods are called from others."""

    def __init__(
        self,
        number: int,
        worker: PosixWorker | PlainWorker,
        backlog: Backlog,
        emit: Emit,
        delay_upto: float,
        on_end: Callable[[Slot], None],
    ) -> None:
        self.is_retired = False
        self._number = number
        self._worker = worker
        self._backlog = backlog
        self._emit = emit
        self._delay_upto = delay_upto
        self._on_end = on_end
        self._lock = threading.Lock()
        self._tickets: deque[Ticket] = deque()  # the job at hand, and those sent ahead
        self._is_sent = False  # whether the job at hand is in the worker's hands
        self._is_suspended = False
        self._is_closing = False
        self._unwanted: set[int] = set()  # of the tickets
        self._interrupted = threading.Event()  # a delay

    def run(self) -> None:
        """Drive jobs until the slot is retired; nothing that goes wrong ends it before."""
        while True:
            try:
                self._drive_jobs()
                break
            except Exception as error:
                logger.exception("a worker's thread failed")
                self._worker.close()
                if self._tickets:
                    self._end(lost(f"internal error: {error!r}"))
                time.sleep(BETWEEN_FAILURES_S)  # what fails may do so again at once
        self._worker.close()
        self._on_end(self)

    def cancel(self, indices: Collection[int] | None) -> None:
        """Stop the job at hand where it is meant, and take back those sent ahead that are."""
        with self._lock:
            for ticket in self._tickets:
                if indices is None or ticket.spec.index in indices:
                    self._stop(ticket)

    def close(self) -> None:
        """Stop the job at hand, and let no other begin."""
        with self._lock:
            self._is_closing = True
            self._interrupted.set()
            if self._tickets:
                self._stop(self._tickets[0])

    def hang_up(self) -> None:
        """End the worker, which does not end its job."""
        self._worker.hang_up()

    def suspend(self, suspended: bool) -> None:
        """Freeze the job at hand, and those that come to be started.

        The worker is told also between two jobs: it keeps to the last word.
        """
        with self._lock:
            self._is_suspended = suspended
            self._worker.suspend(suspended)

    def _stop(self, ticket: Ticket) -> None:
        self._unwanted.add(ticket.spec.index)
        self._interrupted.set()
        if self._is_sent:
            self._worker.stop(ticket.spec.index)

    # On the slot's own thread

    def _drive_jobs(self) -> None:
        while (ticket := self._backlog.take(lambda: self.is_retired)) is not None:
            self._begin(ticket)
            while self._tickets:
                self._send_ahead()
                self._take_answer()

    def _begin(self, ticket: Ticket) -> None:
        with self._lock:
            self._tickets.append(ticket)
            if not self._is_closing:
                self._interrupted.clear()
        if self._delay_upto:
            self._interrupted.wait(random.uniform(0, self._delay_upto))
        problem = self._prepare()
        with self._lock:
            is_stopped = self._interrupted.is_set()
            if not problem and not is_stopped:
                self._tell_start(ticket, time.time())
                self._worker.begin(ticket)
                self._is_sent = True
                if self._is_suspended:
                    self._worker.suspend(True)
                return
        self._end(lost(problem) if problem and not is_stopped else cancelled_before_start())

    def _prepare(self) -> str | None:
        """Have a worker; return what is wrong where there is none."""
        try:
            self._worker.prepare()
        except EnvironmentProblem as problem:
            return problem.what
        return None

    def _send_ahead(self) -> None:
        if len(self._tickets) > AHEAD // 2:  # several at once, so that each costs less
            return
        # With the lock: a job that is out of the backlog is among our tickets for who cancels it.
        with self._lock:
            is_calm = not (self._is_suspended or self._interrupted.is_set() or self._delay_upto)
            if is_calm and not self.is_retired and self._worker.may_go_ahead:
                tickets = self._backlog.take_now(AHEAD + 1 - len(self._tickets))
                sent = self._worker.begin_ahead(tickets)
                self._tickets.extend(tickets[:sent])
                self._backlog.give_back(tickets[sent:])

    def _take_answer(self) -> None:
        answer = self._worker.finish()
        if isinstance(answer, JobOutcome):
            self._end(answer)
        else:
            self._take_back(answer)

    def _end(self, outcome: JobOutcome) -> None:
        """Tell the end of the job at hand; the first of those sent ahead has then begun."""
        with self._lock:
            ended = self._tickets.popleft()
            self._unwanted.discard(ended.spec.index)
            self._tell(ended, outcome)
            self._is_sent = bool(self._tickets) and self._worker.is_ready
            if self._is_sent:
                self._tell_start(self._tickets[0], outcome.ended or time.time())
                if self._is_closing:  # it had begun before the worker heard of that
                    self._stop(self._tickets[0])
                return
            self._lose_begun(outcome)
        self._take_back([ticket.spec.index for ticket in self._tickets])

    def _lose_begun(self, outcome: JobOutcome) -> None:
        """Tell of jobs sent ahead that a worker had begun when it was lost."""
        for ticket in list(self._tickets):
            started = self._worker.begun_at(ticket)
            if started is not None:
                self._tickets.remove(ticket)
                self._unwanted.discard(ticket.spec.index)
                self._tell_start(ticket, started)
                self._tell(ticket, replace(lost(outcome.detail or ""), started=started))

    def _take_back(self, indices: Collection[int]) -> None:
        """Return jobs that have not begun to where they were; tell of those that are unwanted."""
        with self._lock:
            back = [ticket for ticket in self._tickets if ticket.spec.index in indices]
            for ticket in back:
                self._tickets.remove(ticket)
            unwanted = [ticket for ticket in back if ticket.spec.index in self._unwanted]
            self._unwanted.difference_update(indices)
            self._backlog.give_back([ticket for ticket in back if ticket not in unwanted])
        for ticket in unwanted:
            self._tell(ticket, cancelled_before_start())

    def _tell_start(self, ticket: Ticket, started: float) -> None:
        self._emit(JobStarted(ticket.spec.index, ticket.attempt, started, self._number))

    def _tell(self, ticket: Ticket, outcome: JobOutcome) -> None:
        self._emit(JobFinished(ticket.spec.index, ticket.attempt, outcome, self._number))
