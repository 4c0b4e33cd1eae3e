"""What batches of events leave in a run's store: the same, however they are cut."""

import contextlib
import sqlite3

import pytest

from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.results.store import DATABASE, RunStore
from hopla_gui.engine.results.stored_run import StoredRun

FAILED = JobOutcome(JobState.FAILED, 1, started=2.0, ended=3.0, duration_s=1.0)
LOST = JobOutcome(JobState.LOST, detail="gone")
CANCELLED = JobOutcome(JobState.CANCELLED, detail="cancelled before its start")

RETRIED = [
    JobStarted(0, 1, started=2.0, worker=3),
    JobFinished(0, 1, FAILED, worker=3),
    JobRequeued(0, 2),
    JobStarted(0, 2, started=4.0, worker=5, hostname="node1"),
    JobStarted(1, 1, started=5.0, worker=6),
    JobFinished(1, 1, LOST, worker=6),
    JobRequeued(1, 2),
    JobFinished(1, 2, CANCELLED),
    JobFinished(2, 1, CANCELLED),
]


@pytest.fixture
def stored(tmp_path):
    """Return what is in the tables when events have been written in batches."""

    def write(batches, jobs=3):
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        options = RunOptions(workers=2)
        info = RunInfo(folder.name, "/s", "", None, None, "/", 1.0, "h", "0", options=options)
        specs = [JobSpec(i, f"job_{i}", {}, ("/s", str(i))) for i in range(jobs)]
        with contextlib.closing(RunStore.create(folder, info, specs, b"")) as store:
            for batch in batches:
                store.write(batch)
        return folder

    return write


def tables(folder):
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as database:
        jobs = "SELECT idx, state, attempt, started, worker, hostname FROM job ORDER BY idx"
        attempts = "SELECT idx, attempt, state, started, worker FROM attempt ORDER BY idx, attempt"
        return database.execute(jobs).fetchall(), database.execute(attempts).fetchall()


def test_a_retry_within_one_batch_keeps_each_attempt_with_its_worker(stored):
    jobs, attempts = tables(stored([RETRIED]))

    assert jobs == [
        (0, "running", 2, 4.0, 5, "node1"),
        (1, "cancelled", 2, None, None, None),
        (2, "cancelled", 1, None, None, None),
    ]
    assert attempts == [
        (0, 1, "failed", 2.0, 3),
        (1, 1, "lost", 5.0, 6),
        (1, 2, "cancelled", None, None),
        (2, 1, "cancelled", None, None),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_what_is_stored_does_not_depend_on_the_batches(stored, size):
    batches = [RETRIED[n : n + size] for n in range(0, len(RETRIED), size)]

    assert tables(stored(batches)) == tables(stored([RETRIED]))


def test_a_lost_job_keeps_the_start_that_an_earlier_batch_has_told(stored):
    folder = stored([[JobStarted(1, 1, started=5.0, worker=6)], [JobFinished(1, 1, LOST)]])

    jobs, attempts = tables(folder)
    assert jobs[1] == (1, "lost", 1, 5.0, 6, None)
    assert attempts == [(1, 1, "lost", 5.0, 6)]


def test_jobs_that_end_all_alike_are_told_one_by_one(stored):
    ended = [JobFinished(index, 1, CANCELLED) for index in range(0, 3000, 2)]

    with contextlib.closing(StoredRun(stored([ended], jobs=3000))) as run:
        assert run.counts().cancelled == 1500
        assert run.record(2998).outcome.detail == "cancelled before its start"
        assert run.record(2999).outcome.state is JobState.QUEUED


def test_where_a_job_runs_is_known_before_it_has_ended(stored):
    with contextlib.closing(StoredRun(stored([RETRIED]))) as run:
        assert [record.outcome.hostname for record in run.records()] == ["node1", None, None]
        assert run.glance(0).outcome.hostname == "node1"


def test_a_run_of_before_that_was_kept_is_read_all_the_same(stored):
    folder = stored([RETRIED])
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("ALTER TABLE job DROP COLUMN hostname")
    with contextlib.closing(StoredRun(folder)) as run:
        assert run.glance(0).outcome.hostname is None


@pytest.mark.parametrize("cut", range(6))
def test_an_attempt_that_ended_before_it_began_and_is_to_be_made_has_not_ended(stored, cut):
    events = [
        JobFinished(0, 1, CANCELLED),
        JobFinished(1, 1, CANCELLED),
        JobRequeued(0, 1),
        JobRequeued(1, 1),
        JobStarted(1, 1, started=4.0, worker=5),
    ]
    folder = stored([events[:cut], events[cut:]])
    with contextlib.closing(StoredRun(folder)) as run:
        outcomes = [record.outcome for record in run.records()][:2]
    assert [(one.state, one.detail) for one in outcomes] == [
        (JobState.QUEUED, None),
        (JobState.RUNNING, None),
    ]
    # WHEN it ends after all
    ended = JobFinished(1, 1, FAILED, worker=5)
    _, attempts = tables(stored([events[:cut], [*events[cut:], ended]]))
    assert attempts == [(1, 1, "failed", 2.0, 5)]
