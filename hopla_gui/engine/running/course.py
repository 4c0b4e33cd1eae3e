"""The course of a run: how its jobs stand, which of them wait, and what follows when one ends.

No threads, no store, no runner: those are the session's. Used by the session's pump alone, but for
``counts``.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterable, Iterator

from hopla_gui.domain.diagnosis import UNSUCCESSFUL
from hopla_gui.domain.events import Event, JobFinished, JobRequeued, RunNote
from hopla_gui.domain.job import Counts, JobOutcome, JobState
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import Order
from hopla_gui.engine.running.backlog import Backlog
from hopla_gui.engine.running.failure_limit import FailureLimit
from hopla_gui.engine.running.pilot import Pilot
from hopla_gui.engine.running.tally import Tally


class Course:
    """Takes in what happens to jobs and says what follows.

    Parameters
    ----------
    statuses
        How the jobs stand at the outset.
    backlog
        What the runner takes jobs from.
    closing
        Once set, nothing follows any more: what waits is left for another day.
    """

    def __init__(
        self,
        info: RunInfo,
        statuses: JobStatuses,
        backlog: Backlog,
        closing: threading.Event,
    ) -> None:
        self._info = info
        self._tally = Tally(statuses)
        self._backlog = backlog
        self._closing = closing
        self._pilot = Pilot()
        self._cancelled: set[int] = set()
        self._coming: set[int] = set()  # to run once more, and not handed out yet
        self._failures = FailureLimit(info.options.max_failures, self.counts.total)

    @property
    def counts(self) -> Counts:
        """Number of jobs in each state; from any thread."""
        return self._tally.counts()

    @property
    def is_over(self) -> bool:
        """Whether no job is queued or running."""
        return not self._tally.unfinished

    def is_cancelled(self, index: int) -> bool:
        """Tell whether a job was to stop before it had begun to run."""
        return index in self._cancelled

    def is_last_straw(self, event: Event) -> bool:
        """Whether what a runner tells is the failure after which no more jobs start.

        From any thread, once for each event, before it is taken in.
        """
        return (
            isinstance(event, JobFinished)
            and event.outcome.state in UNSUCCESSFUL
            and event.attempt > self._info.options.retries
            and self._failures.is_told()
        )

    def is_waiting(self, index: int) -> bool:
        """Tell whether a job is yet to begin."""
        return self._tally.state(index) is JobState.QUEUED

    def begin(self, pilot: Collection[int], moved_first: Collection[int] = ()) -> None:
        """Hand out the queued jobs, or first the pilot's alone.

        Where jobs run elsewhere some may run already: those the runner takes up again.
        """
        self._backlog.add(self._tally.running())
        queued = self._tally.queued()
        if self._info.options.order is Order.SHUFFLED:
            random.Random(self._info.id).shuffle(queued)
        self._coming.clear()
        self.hand_out(self._pilot.begin(self.in_turn(queued, moved_first), pilot))

    def in_turn(self, queued: Iterable[int], moved_first: Collection[int]) -> list[int]:
        """Return jobs that go on in the order in which they are to begin.

        Those that had begun before come first, whatever the order: they were under way. Then those
        that were moved by hand, in the order given.
        """
        place = {index: place for place, index in enumerate(moved_first)}
        by_hand = sorted(queued, key=lambda index: place.get(index, len(place)))
        return sorted(by_hand, key=lambda index: self._tally.next_attempt(index) == 1)

    def hand_out(self, indices: Iterable[int]) -> None:
        """Have jobs wait for a worker, each as its next attempt, but those cancelled meanwhile."""
        queued = list(filter(self.is_waiting, indices))
        self._coming.difference_update(queued)
        self._backlog.add((index, self._tally.next_attempt(index)) for index in queued)

    def take_in(self, event: Event) -> Iterator[Event]:
        """Yield what happened and all that follows; nothing for what cannot have happened."""
        if not self._tally.apply(event):
            return
        if isinstance(event, JobRequeued):
            self._coming.add(event.index)
        yield event
        if isinstance(event, JobFinished) and not self._closing.is_set():
            for following in self._after_end(event):
                yield from self.take_in(following)

    def _after_end(self, event: JobFinished) -> Iterator[Event]:
        """Yield what follows from the end of an attempt: another one, or the end of the run."""
        index, outcome = event.index, event.outcome
        self._pilot.attempt_ended(index, outcome)
        failed = outcome.state in UNSUCCESSFUL
        is_given_up = index in self._cancelled or self._failures.was_reached
        retries = 0 if is_given_up else self._info.options.retries
        if failed and event.attempt <= retries:
            yield JobRequeued(index, self._tally.next_attempt(index))
            return
        if failed and self._failures.is_reached():
            reason = self._failures.reason
            yield RunNote(reason, "warning")
            yield from self._cancel_waiting(None, reason)
        yield from self._pilot.ended(index, outcome)

    # What a person asks for: each yields what has happened by it

    def cancel(self, indices: Collection[int] | None) -> Iterator[Event]:
        """End jobs that wait; one that is just being taken is to be stopped when it starts."""
        waiting = list(self._cancel_waiting(indices, "cancelled before its start"))
        chosen = self._tally.unfinished_indices() if indices is None else indices
        self._cancelled.update(set(chosen).difference(event.index for event in waiting))
        yield from waiting

    def requeue(self, indices: Collection[int]) -> Iterator[Event]:
        """Run ended jobs once more, as a further attempt."""
        self._cancelled.difference_update(indices)
        self._failures.reset()
        for index in indices:
            yield JobRequeued(index, self._tally.next_attempt(index))

    def go_on(self) -> Iterator[Event]:
        """Hand out what waits behind the pilot."""
        self.hand_out(self._pilot.release())
        return iter(())

    def move_first(self, indices: Iterable[int]) -> None:
        """Put jobs that wait behind the pilot before the others, for when it is released."""
        self._pilot.move_first(indices)

    def lose(self, indices: Iterable[int], why: str) -> Iterator[Event]:
        """Give up queued jobs that nobody can run."""
        outcome = JobOutcome(JobState.LOST, detail=why)
        for index in indices:
            yield JobFinished(index, self._tally.next_attempt(index), outcome)

    def _cancel_waiting(
        self, indices: Collection[int] | None, reason: str
    ) -> Iterator[JobFinished]:
        outcome = JobOutcome(JobState.CANCELLED, detail=reason)
        chosen = self._tally.queued() if indices is None else indices
        queued = list(filter(self.is_waiting, chosen))
        coming = sorted(self._coming.intersection(queued))
        self._coming.difference_update(coming)
        for index in self._backlog.remove(queued) + self._pilot.remove(indices) + coming:
            yield JobFinished(index, self._tally.next_attempt(index), outcome)
