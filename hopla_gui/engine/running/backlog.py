"""The jobs of a run that wait for a worker: the one place workers take them from.

Every method may be called from any thread.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hopla_gui.domain.job import JobSpec


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt of one job, taken by a worker."""

    spec: JobSpec
    attempt: int


ReadSpecs: TypeAlias = Callable[[Sequence[int]], list[JobSpec]]


class Backlog:
    """An ordered queue of job indices that can be held, reordered and closed.

    Parameters
    ----------
    jobs
        Number of jobs of the run, waiting or not.
    specs
        Reads what some jobs run, in the order asked for.
    one_by_one
        Whether no job is handed out before a worker is free to begin it.
    """

    def __init__(self, jobs: int, specs: ReadSpecs, *, one_by_one: bool = False) -> None:
        self.jobs = jobs
        self._specs = specs
        self._one_by_one = one_by_one
        self._waiting: OrderedDict[int, int] = OrderedDict()  # index → attempt
        self._changed = threading.Condition()
        self._holds: set[str] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, tickets: Iterable[tuple[int, int]]) -> None:
        """Put (index, attempt) pairs at the end of the queue."""
        with self._changed:
            self._waiting.update(tickets)
            self._changed.notify_all()

    def take(self, is_retired: Callable[[], bool] = lambda: False) -> Ticket | None:
        """Wait for the next job; ``None`` once the backlog is closed or the taker retired."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or is_retired() or (self._waiting and not self._holds)
            )
            if self._closed or is_retired():
                return None
            first = self._waiting.popitem(last=False)
        [ticket] = self._tickets([first])
        return ticket

    def take_now(self, number: int) -> list[Ticket]:
        """Return the next jobs, so many at most, that are to be had ahead, without waiting."""
        with self._changed:
            if self._closed or self._holds or self._one_by_one:
                return []
            number = min(number, len(self._waiting))
            first = [self._waiting.popitem(last=False) for _ in range(number)]
        return self._tickets(first)

    def give_back(self, tickets: Sequence[Ticket]) -> None:
        """Put jobs that were taken and not begun at the head of the queue again."""
        self._put_first([(ticket.spec.index, ticket.attempt) for ticket in tickets])

    def _put_first(self, taken: Sequence[tuple[int, int]]) -> None:
        with self._changed:
            for index, attempt in reversed(taken):
                self._waiting[index] = attempt
                self._waiting.move_to_end(index, last=False)
            self._changed.notify_all()

    def _tickets(self, taken: Sequence[tuple[int, int]]) -> list[Ticket]:
        try:
            specs = self._specs([index for index, _ in taken])
        except BaseException:  # the disk: they still wait
            self._put_first(taken)
            raise
        return [Ticket(spec, attempt) for spec, (_, attempt) in zip(specs, taken, strict=True)]

    def take_all(self, seconds: float, is_called: Callable[[], bool]) -> list[Ticket]:
        """Wait so long for jobs, or until the taker is called (``wake``); return all there are."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or is_called() or (self._waiting and not self._holds), seconds
            )
            if self._closed or self._holds:
                return []
            taken, self._waiting = self._waiting, OrderedDict()
        return self._tickets(list(taken.items()))

    @property
    def is_held(self) -> bool:
        """Whether there is a reason to start no more jobs."""
        return bool(self._holds)

    def remove(self, indices: Collection[int] | None = None) -> list[int]:
        """Take jobs out (all for ``None``) and return those that were waiting."""
        with self._changed:
            chosen = list(self._waiting) if indices is None else indices
            gone = [index for index in chosen if index in self._waiting]
            for index in gone:
                del self._waiting[index]
        return gone

    def move_first(self, indices: Iterable[int]) -> None:
        """Put waiting jobs at the head of the queue, in the order given."""
        with self._changed:
            for index in reversed(list(indices)):
                if index in self._waiting:
                    self._waiting.move_to_end(index, last=False)

    def hold(self, reason: str) -> None:
        """Hand out no more jobs until this reason, and every other, is released."""
        with self._changed:
            self._holds.add(reason)

    def release(self, reason: str) -> None:
        """Take one reason to hold away."""
        with self._changed:
            self._holds.discard(reason)
            self._changed.notify_all()

    def wake(self) -> None:
        """Make every waiting taker look again whether it is retired."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Send every taker home, now and until it is opened again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def reopen(self) -> None:
        """Hand out jobs again, to new takers."""
        with self._changed:
            self._closed = False
