"""The session against a runner whose jobs end as the test says."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from hopla_gui.domain.events import (
    JobFinished,
    JobRequeued,
    JobStarted,
    PilotFinished,
    RunFinished,
    RunNote,
    WaitingNote,
)
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import Order, RunOptions
from hopla_gui.engine.results.lock import FileLock
from hopla_gui.engine.results.recovery import recover
from hopla_gui.engine.results.store import NotWritten, RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.runners.base import RunContext
from hopla_gui.engine.running.session import Session
from hopla_gui.errors import EnvironmentProblem


class TableRunner:
    """Runs jobs on threads of its own; each ends as a table says, or when it is cancelled."""

    def __init__(self, ends):
        self.ends = ends  # (index, attempt) → state or outcome; what is not there succeeds
        self.stopped = set()
        self.threads = []

    def start(self, context, backlog, workers, emit):
        self.backlog, self.emit = backlog, emit
        self.threads = [threading.Thread(target=self._work) for _ in range(workers)]
        for thread in self.threads:
            thread.start()

    def _work(self):
        while ticket := self.backlog.take():
            index, attempt = ticket.spec.index, ticket.attempt
            self.emit(JobStarted(index, attempt, started=100.0))
            end = self.ends.get((index, attempt), JobState.SUCCEEDED)
            if isinstance(end, threading.Event):
                end.wait(10)
                end = JobState.CANCELLED if index in self.stopped else JobState.SUCCEEDED
            if not isinstance(end, JobOutcome):
                code = 0 if end is JobState.SUCCEEDED else 1
                end = JobOutcome(end, code, started=100.0)
            self.emit(JobFinished(index, attempt, end))

    def resize(self, workers):
        pass

    def move_first(self, indices):
        pass

    def suspend(self, suspended):
        pass

    def cancel(self, indices=None):
        running = {index for index, _ in self.ends} if indices is None else set(indices)
        self.stopped |= running
        for (index, _), end in self.ends.items():
            if index in running and isinstance(end, threading.Event):
                end.set()

    def close(self):
        self.cancel()
        for thread in self.threads:
            thread.join()


def run_info(folder, **facts):
    plain = {
        "id": folder.name,
        "script": "/s.py",
        "script_sha256": "",
        "python": "/p",
        "python_version": "3.11.7",
        "cwd": "/",
        "started": 1.0,
        "hostname": "h",
        "hopla_gui": "0",
        "options": RunOptions(**{"workers": 2, **facts}),
    }
    return RunInfo(**plain)


@pytest.fixture
def make_session(tmp_path):
    sessions = []

    def make(number, ends=None, **facts):
        folder = tmp_path / f"run{len(sessions)}"
        jobs = [JobSpec(i, f"job_{i}", {"x": i}, ("/s.py", str(i))) for i in range(number)]
        store = RunStore.create(folder, run_info(folder, **facts), jobs, b"")
        context = RunContext(folder, Path("/s.py"), None, None, Path("/"))
        session = Session(store, StoredRun(folder), context, lambda: TableRunner(dict(ends or {})))
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.close()


def work(session, rerun=()):
    events = session.follow()
    session.start(rerun)
    return list(events)


def test_every_job_ends_once_and_the_run_with_them(make_session):
    session = make_session(20, {(3, 1): JobState.FAILED})

    events = work(session)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].counts == session.run.counts()
    assert (session.counts.succeeded, session.counts.failed) == (19, 1)
    assert sorted(e.index for e in events if isinstance(e, JobFinished)) == list(range(20))


def test_nothing_is_published_before_it_is_stored(make_session):
    session = make_session(10)
    events = session.follow()
    session.start()

    for event in events:
        if isinstance(event, JobFinished):
            assert session.run.record(event.index).outcome.state is event.outcome.state


def test_what_waits_behind_a_pilot_runs_when_somebody_says_so(make_session):
    session = make_session(6, {(3, 1): JobState.FAILED, (3, 2): JobState.FAILED}, retries=1)
    events = session.follow()
    session.start(pilot=[1, 3])

    landed = next(event for event in events if isinstance(event, PilotFinished))
    assert landed == PilotFinished(4, None, jobs=2, failed=1)
    assert session.counts.queued == 4

    session.go_on()
    list(events)
    assert session.counts.succeeded == 5


def test_a_pilot_counts_all_attempts_of_its_jobs(make_session):
    # GIVEN a job that fails twice, one that succeeds at once, and one that nobody measured
    failed = JobOutcome(JobState.FAILED, 1, duration_s=2.0)
    succeeded = JobOutcome(JobState.SUCCEEDED, 0, duration_s=1.0)
    ends = {(0, 1): failed, (0, 2): failed, (1, 1): succeeded}
    session = make_session(6, ends, retries=1)
    events = session.follow()
    # WHEN they go first
    session.start(pilot=[0, 1, 2])
    # THEN the time that a job takes is that of both attempts
    landed = next(event for event in events if isinstance(event, PilotFinished))
    assert landed == PilotFinished(3, 2.5, jobs=3, failed=1)


def test_a_failed_job_is_retried_as_often_as_asked(make_session):
    failed = {(0, 1): JobState.FAILED, (0, 2): JobState.TIMEOUT, (0, 3): JobState.FAILED}
    session = make_session(1, failed, retries=2)

    work(session)

    attempts = [record.outcome.state for record in session.run.attempts(0)]
    assert attempts == [JobState.FAILED, JobState.TIMEOUT, JobState.FAILED]
    assert session.run.record(0).attempt == 3
    assert session.run.record(0).stdout == "logs/job_0.3.out"


def test_retries_come_after_all_jobs_that_wait(make_session):
    # GIVEN a job that fails, and three that wait: one of them still does when it is to run again
    gate = threading.Event()
    session = make_session(4, {(0, 1): JobState.FAILED, (1, 1): gate}, workers=1, retries=1)
    events = session.follow()
    session.start()
    order = []
    for event in events:
        if isinstance(event, JobStarted):
            order.append((event.index, event.attempt))
        if isinstance(event, JobRequeued):
            threading.Timer(0.2, gate.set).start()  # once it is handed out again
    assert order == [(0, 1), (1, 1), (2, 1), (3, 1), (0, 2)]


def test_jobs_moved_first_come_first_when_the_run_is_resumed(make_session):
    # GIVEN a run in which jobs were moved by hand, one that ran and two that waited
    session = make_session(6, {(0, 1): threading.Event()}, workers=1)
    events = session.follow()
    session.start()
    while not isinstance(next(events), JobStarted):
        pass
    session.move_first([4])
    session.move_first([0, 5, 3])
    # WHEN the program ends, and goes on with it another day
    session.close()
    run, store = StoredRun(session.run.run_dir), RunStore(session.run.run_dir)
    again = Session(store, run, session._context, lambda: TableRunner({}))
    begun = [event.index for event in work(again, rerun=[0]) if isinstance(event, JobStarted)]
    again.close()
    # THEN the one that was under way comes first, then those that were moved
    assert begun == [0, 5, 3, 4, 1, 2]


def test_jobs_moved_first_come_first_when_a_stopped_run_goes_on(make_session):
    # GIVEN a run in which jobs were moved by hand, and which was stopped then
    session = make_session(6, {(0, 1): threading.Event()}, workers=1)
    events = session.follow()
    session.start()
    while not isinstance(next(events), JobStarted):
        pass
    session.move_first([4, 2])
    session.cancel()
    for _ in events:
        pass
    # WHEN it goes on
    events = session.follow()
    session.retry(range(6))
    begun = [event.index for event in events if isinstance(event, JobStarted)]
    # THEN the one that was under way comes first, then those that were moved
    assert begun == [0, 4, 2, 1, 3, 5]


def test_jobs_moved_first_come_first_of_those_behind_a_pilot(make_session):
    session = make_session(5, workers=1)
    events = session.follow()
    session.start(pilot=[1])
    begun = []
    for event in events:
        if isinstance(event, PilotFinished):
            session.move_first([4, 2])
            session.go_on()
        if isinstance(event, JobStarted):
            begun.append(event.index)
    assert begun == [1, 4, 2, 0, 3]


def test_cancel_all_ends_waiting_and_running_jobs(make_session):
    session = make_session(50, {(0, 1): threading.Event(), (1, 1): threading.Event()})
    events = session.events()
    session.start()
    while not isinstance(events.get(timeout=10), JobStarted):
        pass

    session.cancel()

    assert finished(events).cancelled == 50
    assert session.run.record(49).outcome.exit_code is None


def finished(events):
    while not isinstance(event := events.get(timeout=10), RunFinished):
        pass
    return event.counts


def test_a_cancelled_job_is_not_retried_by_itself(make_session):
    session = make_session(1, {(0, 1): threading.Event()}, retries=5)
    events = session.events()
    session.start()
    while not isinstance(events.get(timeout=10), JobStarted):
        pass

    session.cancel([0])

    assert finished(events).cancelled == 1


def test_a_job_named_twice_is_cancelled_and_run_again_once(make_session):
    session = make_session(4)
    events = session.events()
    session.pause()
    session.start()
    session.cancel([3, 3])
    while session.counts.cancelled < 1:
        events.get(timeout=10)
    session.pause(False)
    assert finished(events).succeeded == 3
    session.retry([3, 3])
    assert finished(events).succeeded == 4
    assert len(session.run.attempts(3)) == 1


def test_a_finished_run_takes_a_retry(make_session):
    session = make_session(3, {(1, 1): JobState.FAILED})
    work(session)
    events = session.events()

    session.retry([1])

    assert finished(events).succeeded == 3
    assert [r.attempt for r in session.run.attempts(1)] == [1, 2]


def test_a_finished_run_that_cannot_start_again_loses_the_job_and_takes_the_next_word(
    make_session, monkeypatch
):
    session = make_session(2)
    work(session)

    def fail(*_):
        session.resize(3)  # comes while it is found out
        raise EnvironmentProblem("there is no Python any more")

    def resize(runner, _):
        assert runner.threads, "it has not started"

    monkeypatch.setattr(TableRunner, "resize", resize)
    for start, state in ((fail, JobState.LOST), (TableRunner.start, JobState.SUCCEEDED)):
        monkeypatch.setattr(TableRunner, "start", start)
        events = session.follow()
        session.retry([1])
        assert list(events)[-1].counts == session.counts
        assert session.run.record(1).outcome.state is state


def test_pausing_starts_no_more_jobs(make_session):
    session = make_session(1)
    session.pause()
    events = session.events()
    session.start()
    session._inbox.put(RunNote("everything before this has been taken in"))
    assert isinstance(events.get(timeout=10), RunNote)
    assert session.counts.queued == 1

    session.pause(False)

    assert finished(events).succeeded == 1


def test_a_run_is_taken_up_again_with_the_workers_that_were_asked_for_last(make_session):
    end = threading.Event()
    session = make_session(2, {(0, 1): end})
    session.start()
    session.resize(5)
    end.set()
    session.wait(10)
    session.close()
    with closing(StoredRun(session.run.run_dir)) as run:
        assert run.workers == 5
        assert run.info.options.workers == 2


def test_closing_leaves_waiting_jobs_queued(make_session):
    session = make_session(30, {(0, 1): threading.Event(), (1, 1): threading.Event()})
    events = session.events()
    session.start()
    while not isinstance(events.get(timeout=10), JobStarted):
        pass

    session.close()

    counts = finished(events)
    assert counts.queued > 0
    assert counts.running == 0
    assert counts.total == 30


def test_no_job_starts_while_the_machine_is_short_of_memory(make_session, monkeypatch):
    free = [1e9]
    memory = "hopla_gui.engine.running.memory"
    monkeypatch.setattr(f"{memory}.CHECK_S", 0.01)
    monkeypatch.setattr(f"{memory}.available", lambda: free[0])
    session = make_session(3, min_free_memory_gb=2.0)
    events = session.follow()
    session.start()

    told = [next(events), next(events)]
    assert told[0].text == ("1.0 GB of memory are free, 2 GB are asked for: no job is started")
    assert told[1] == WaitingNote("short of memory")
    assert session.counts.queued == 3

    free[0] = 3e9
    rest = list(events)
    assert rest[0].text.endswith("going on")
    assert rest[1] == WaitingNote("")
    assert session.counts.succeeded == 3


def test_no_shortage_of_memory_is_told_where_no_job_waits(make_session, monkeypatch):
    # GIVEN a run whose jobs have all ended, on a machine that is short of memory by now
    free = [3e9]
    monkeypatch.setattr("hopla_gui.engine.running.memory.available", lambda: free[0])
    session = make_session(3, min_free_memory_gb=2.0)
    work(session)
    session.close()
    free[0] = 1e9
    run, store = StoredRun(session.run.run_dir), RunStore(session.run.run_dir)
    again = Session(store, run, session._context, lambda: TableRunner({}))
    with closing(again):
        # WHEN it is taken up with nothing to run
        events = again.follow()
        again.start()
        # THEN nothing is said of that
        assert [type(event) for event in events] == [RunFinished]
        # AND it is once a job waits
        events = again.follow()
        again.retry([1])
        told = next(event for event in events if isinstance(event, RunNote))
        assert told.text.endswith("no job is started")


def test_a_batch_that_cannot_be_written_is_kept_and_written_later(make_session, monkeypatch):
    monkeypatch.setattr("hopla_gui.engine.running.writer.RETRY_S", 0.01)
    session = make_session(5)
    write, refusals = session._store.write, iter([True, True, False])

    def full_disk(events):
        if next(refusals, False):
            raise NotWritten(Path(), sqlite3.OperationalError("database or disk is full"))
        write(events)

    monkeypatch.setattr(session._store, "write", full_disk)

    events = work(session)

    notes = [event.text for event in events if isinstance(event, RunNote)]
    assert any("disk is full" in note for note in notes)
    assert notes[-1] == "results are written again"
    assert [event.text for event in events if isinstance(event, WaitingNote)] == [
        "results cannot be written",
        "",
    ]
    assert session.run.counts().succeeded == 5


def test_a_run_that_somebody_reads_while_it_is_closed_is_all_in_one_file(make_session, tmp_path):
    session = make_session(3)
    work(session)
    copy = tmp_path / "copy"
    copy.mkdir()
    with closing(StoredRun(session.run.run_dir)) as reader:
        assert reader.counts().succeeded == 3
        session.close()
        (copy / "run.sqlite").write_bytes((session.run.run_dir / "run.sqlite").read_bytes())
    with closing(StoredRun(copy)) as copied:
        assert copied.counts().succeeded == 3


def test_a_second_writer_is_told_who_has_the_run(make_session):
    session = make_session(1)

    with pytest.raises(EnvironmentProblem, match=r"in use by process \d+ on "):
        RunStore(session.run.run_dir)


def test_running_jobs_of_a_dead_process_are_lost_and_run_again(make_session, tmp_path):
    session = make_session(2)
    session._store.write([JobStarted(0, 1, started=5.0)])
    session.close()
    store = RunStore(session.run.run_dir)
    run = StoredRun(session.run.run_dir)
    recover(store, run)
    assert run.record(0).outcome.state is JobState.LOST
    again = Session(store, run, session._context, lambda: TableRunner({}))

    events = again.follow()
    again.start(run.indices(JobState.LOST))
    requeued = [event for event in events if isinstance(event, JobRequeued)]

    assert [(event.index, event.attempt) for event in requeued] == [(0, 2)]
    assert again.counts.succeeded == 2
    again.close()


def test_a_job_that_had_begun_unseen_is_lost_and_its_logs_stay_as_they_are(make_session):
    # GIVEN a program that was killed before the starts of two jobs were on disk
    session = make_session(3)
    session._store.write([JobRequeued(1, 2)])
    session.close()
    logs = session.run.run_dir / "logs"
    for name in ("job_0.out", "job_0.err", "job_1.out", "job_1.err", "job_1.2.out", "job_1.2.err"):
        (logs / name).write_text(name)
    os.utime(logs / "job_0.err", (5.0, 5.0))
    # WHEN its run is taken up
    run, store = StoredRun(session.run.run_dir), RunStore(session.run.run_dir)
    recover(store, run)
    # THEN they are lost, and run again as their next attempts
    assert [status.state for status in run.statuses()] == ["lost", "lost", "queued"]
    assert run.record(0).outcome.started == 5.0
    again = Session(store, run, session._context, lambda: TableRunner({}))
    again.start(run.indices(JobState.LOST))
    assert again.wait(20)
    assert run.statuses().attempts == [2, 3, 1]
    assert [len(run.attempts(index)) for index in range(3)] == [2, 2, 1]
    again.close()


@pytest.mark.parametrize("order", list(Order))
def test_what_was_under_way_goes_first_when_a_run_is_taken_up_again(make_session, order):
    session = make_session(9, workers=1, order=order)
    lost = JobOutcome(JobState.LOST)
    for index in (5, 7):
        session._store.write([JobStarted(index, 1, started=5.0), JobFinished(index, 1, lost)])
    session.close()
    run = StoredRun(session.run.run_dir)
    store = RunStore(session.run.run_dir)
    again = Session(store, run, session._context, lambda: TableRunner({}))

    events = again.follow()
    again.start(run.indices(JobState.LOST))
    started = [event.index for event in events if isinstance(event, JobStarted)]
    again.close()

    assert set(started[:2]) == {5, 7}
    assert sorted(started) == list(range(9))


def test_the_attempt_that_a_worker_took_with_it_is_kept_when_the_job_runs_again(make_session):
    session = make_session(1)
    session._store.write(
        [JobStarted(0, 1, started=5.0), JobFinished(0, 1, JobOutcome(JobState.LOST))]
    )
    session.close()
    run = StoredRun(session.run.run_dir)
    assert run.record(0).outcome.started == 5.0
    store = RunStore(session.run.run_dir)
    again = Session(store, run, session._context, lambda: TableRunner({}))

    events = again.follow()
    again.start([0])
    list(events)

    states = [(record.attempt, record.outcome.state) for record in run.attempts(0)]
    assert states == [(1, JobState.LOST), (2, JobState.SUCCEEDED)]
    again.close()


def test_a_run_whose_making_is_cut_short_leaves_nothing(tmp_path, make_session):
    info = make_session(1).run.info

    def jobs():
        yield JobSpec(0, "job_0", {}, ("script.py",))
        assert not (tmp_path / "run" / "run.sqlite").exists()  # a kill here leaves no half a run
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        RunStore.create(tmp_path / "run", info, jobs(), b"")

    assert not (tmp_path / "run").exists()


def test_a_run_whose_making_was_killed_is_removed_by_the_next_one(tmp_path, make_session):
    folders = [tmp_path / name for name in ("killed", "being-made")]
    for folder in folders:
        (folder / "logs").mkdir(parents=True)
        (folder / "run.sqlite.new").write_bytes(b"")
    with FileLock(folders[1] / "run.lock"):
        whole = make_session(1)
        whole.close()
        (whole.run.run_dir / "run.sqlite.new").write_bytes(b"")  # of a copy, say
        make_session(1)

        assert not folders[0].exists()
        assert folders[1].exists()
        assert whole.run.run_dir.exists()


def test_a_bug_in_the_pump_ends_the_run_and_is_told(make_session, monkeypatch, caplog):
    session = make_session(3)
    monkeypatch.setattr(session._store, "write", lambda events: 1 / 0)
    events = session.follow()
    session.start()

    with pytest.raises(EnvironmentProblem, match="internal error: ZeroDivisionError"):
        list(events)

    assert "pump has failed" in caplog.text


@pytest.mark.parametrize(("limit", "failures"), [(1, 1), (2, 2), (0.5, 5)])
def test_no_more_jobs_start_after_so_many_failures(make_session, limit, failures):
    ends = {(index, 1): JobState.FAILED for index in range(1, 10)}
    running = ends[0, 1] = threading.Event()
    session = make_session(10, ends, max_failures=limit, workers=2)
    events = session.events()
    session.start()
    while not isinstance(event := events.get(timeout=10), RunNote):
        pass

    running.set()

    assert "did not succeed: no more are started" in event.text
    counts = finished(events)
    assert (counts.failed, counts.succeeded) == (failures, 1)
    assert counts.cancelled == 9 - failures


def test_a_retry_after_too_many_failures_goes_on(make_session):
    session = make_session(3, {(0, 1): JobState.FAILED}, max_failures=1, workers=1)
    work(session)
    events = session.follow()

    session.retry([0, 1, 2])
    list(events)

    assert session.counts.succeeded == 3


def test_a_run_that_is_paused_stays_so_when_an_ended_job_is_to_run_again(make_session):
    session = make_session(1)
    work(session)
    session.pause()
    events = session.events()

    session.retry([0])
    assert isinstance(events.get(timeout=10), JobRequeued)
    session._inbox.put(RunNote("everything before this has been taken in"))
    assert isinstance(events.get(timeout=10), RunNote)
    assert session.counts.queued == 1
    session.pause(False)

    assert finished(events).succeeded == 1
