"""A slot and what it sends ahead, against a worker that answers when the test says so."""

import queue
import threading
from pathlib import Path

import pytest

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.engine.payload.channel import AHEAD
from hopla_gui.engine.running.backlog import Backlog
from hopla_gui.engine.running.runners.slot import Slot

SUCCEEDED = JobOutcome(JobState.SUCCEEDED, 0, ended=7.0)


class ToldWorker:
    """Holds what it is sent; its answers come from a queue."""

    def __init__(self):
        self.is_ready = self.may_go_ahead = True
        self.sent, self.stopped, self.refused = queue.SimpleQueue(), [], set()
        self.begun, self.suspensions = {}, []
        self.answers = queue.SimpleQueue()

    def prepare(self):
        self.is_ready = True

    def begin(self, ticket):
        self.sent.put(ticket.spec.index)

    def begin_ahead(self, tickets):
        for number, ticket in enumerate(tickets):
            if ticket.spec.index in self.refused:
                return number
            self.begin(ticket)
        return len(tickets)

    def begun_at(self, ticket):
        return self.begun.get(ticket.spec.index)

    def finish(self):
        answer = self.answers.get(timeout=10)
        if isinstance(answer, JobOutcome) and answer.state is JobState.LOST:
            self.is_ready = self.may_go_ahead = False
        return answer

    def stop(self, index):
        self.stopped.append(index)

    def suspend(self, suspended):
        self.suspensions.append(suspended)

    def close(self):
        self.is_ready = False


class Bench:
    """A slot at work, and what it has told."""

    def __init__(self, jobs):
        specs = [JobSpec(i, f"job_{i}", {}, (str(Path("s.py")),)) for i in range(jobs)]
        self.backlog = Backlog(jobs, lambda some: [specs[i] for i in some])
        self.worker = ToldWorker()
        self.told = queue.SimpleQueue()
        self.slot = Slot(0, self.worker, self.backlog, self.told.put, 0.0, lambda slot: None)
        self.thread = threading.Thread(target=self.slot.run)
        self.backlog.add((index, 1) for index in range(jobs))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.backlog.close()
        self.worker.answers.put(SUCCEEDED)
        self.thread.join(10)
        assert not self.thread.is_alive()

    def sent(self, number):
        return [self.worker.sent.get(timeout=10) for _ in range(number)]

    def event(self):
        return self.told.get(timeout=10)


@pytest.fixture
def bench():
    return Bench


def test_jobs_sent_ahead_have_started_only_when_the_one_before_has_ended(bench):
    with bench(AHEAD + 1) as at:
        assert at.sent(AHEAD + 1) == list(range(AHEAD + 1))
        assert at.event().index == 0
        assert at.told.empty()

        at.worker.answers.put(SUCCEEDED)

        assert at.event() == JobFinished(0, 1, SUCCEEDED)
        assert at.event() == JobStarted(1, 1, started=7.0)  # when the one before had ended
        for _ in range(AHEAD - 1):
            at.worker.answers.put(SUCCEEDED)


def test_jobs_that_come_back_are_the_next_for_anybody(bench):
    with bench(AHEAD + 3) as at:
        at.sent(AHEAD + 1)
        at.worker.may_go_ahead = False
        at.worker.answers.put([2, 3])
        at.worker.answers.put(SUCCEEDED)
        while not isinstance(at.event(), JobFinished):
            pass

        assert [at.backlog.take().spec.index for _ in range(4)] == [2, 3, AHEAD + 1, AHEAD + 2]
        for _ in range(AHEAD - 2):
            at.worker.answers.put(SUCCEEDED)


def test_a_job_cancelled_while_it_was_sent_ahead_ends_without_a_start(bench):
    with bench(3) as at:
        at.sent(3)
        at.slot.cancel([2])
        assert at.worker.stopped == [2]

        at.worker.answers.put([1, 2])
        at.worker.may_go_ahead = False
        at.worker.answers.put(SUCCEEDED)

        events = [at.event() for _ in range(3)]
        assert events[1].index == 2
        assert events[1].outcome.state is JobState.CANCELLED
        assert events[2] == JobFinished(0, 1, SUCCEEDED)
        assert at.event().index == 1  # it came back, and nobody had meant it


def test_a_worker_that_dies_loses_the_job_at_hand_alone(bench):
    with bench(3) as at:
        at.sent(3)
        at.worker.answers.put(JobOutcome(JobState.LOST))

        assert at.event().index == 0
        assert at.event().outcome.state is JobState.LOST
        assert at.event() == JobStarted(1, 1, started=pytest.approx(0, abs=1e12))
        assert at.sent(1) == [1]
        at.worker.answers.put(SUCCEEDED)


def test_jobs_that_a_worker_had_begun_when_it_died_are_lost_with_the_one_at_hand(bench):
    with bench(4) as at:
        at.sent(4)
        at.worker.begun = {1: 5.0, 2: 6.0}  # it has ended 0 and 1, and could not tell
        at.worker.answers.put(JobOutcome(JobState.LOST, detail="killed"))

        events = [at.event() for _ in range(6)]
        assert [event.index for event in events] == [0, 0, 1, 1, 2, 2]
        assert [event.started for event in events[2::2]] == [5.0, 6.0]
        ends = [event.outcome for event in events[1::2]]
        assert [(end.state, end.detail) for end in ends] == [(JobState.LOST, "killed")] * 3
        assert [end.started for end in ends[1:]] == [5.0, 6.0]
        assert at.event().index == 3
        at.worker.answers.put(SUCCEEDED)


def test_a_worker_is_told_between_two_jobs_that_the_next_is_not_to_be_frozen(bench):
    at = bench(1)
    at.slot.suspend(True)
    with at:
        at.sent(1)
        at.worker.answers.put(SUCCEEDED)
        while not isinstance(at.event(), JobFinished):
            pass
        at.slot.suspend(False)
        assert at.worker.suspensions[-1] is False


def test_a_job_with_a_long_command_is_not_sent_ahead(bench):
    at = bench(3)
    at.worker.refused = {1}
    with at:
        assert at.sent(1) == [0]
        at.worker.answers.put(SUCCEEDED)
        assert at.sent(1) == [1]
        assert at.sent(1) == [2]
        at.worker.answers.put(SUCCEEDED)


def test_nothing_is_sent_ahead_while_starts_are_held(bench):
    at = bench(3)
    with at:
        at.sent(3)
        at.backlog.hold("paused")
        at.worker.answers.put([1, 2])
        at.worker.answers.put(SUCCEEDED)
        while not isinstance(at.event(), JobFinished):
            pass
        assert len(at.backlog) == 2
        assert at.worker.sent.empty()


def test_closing_stops_a_job_that_had_begun_before_the_worker_heard_of_it(bench):
    with bench(3) as at:
        at.sent(3)
        at.slot.close()
        assert at.worker.stopped == [0]

        at.worker.answers.put([2])  # job 1 is not among what comes back: it runs
        at.worker.answers.put(SUCCEEDED)

        while at.event() != JobStarted(1, 1, started=7.0):
            pass
        at.backlog.close()
        at.worker.answers.put(SUCCEEDED)
        at.thread.join(10)
        assert at.worker.stopped == [0, 1]
