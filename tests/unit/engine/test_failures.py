"""Causes in a run's store: written with the end of a job, read for all jobs at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from hopla_gui.domain.causes import CauseKind
from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.raised import Frame, Raised
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.failures import pack, read_causes, unpack
from hopla_gui.engine.results.recovery import recover
from hopla_gui.engine.results.store import DATABASE, LOGS, MIGRATIONS, RunStore
from hopla_gui.engine.results.stored_run import StoredRun

JOBS = [JobSpec(i, f"job_{i}", {"x": i}, ("/s.py", str(i))) for i in range(6)]


def raising(number):
    frame = Frame("/s.py", 3, "f", source=("raise",), first=3, variables=(("x", "\udcff"),))
    error = Raised("ValueError", f"bad {number}", (frame,), before=Raised("KeyError", "'k'"))
    return JobOutcome(JobState.FAILED, 1, f"…ValueError: bad {number}", raised=error)


@pytest.fixture
def store(tmp_path):
    info = RunInfo("run", "/s.py", "ab", "/py", "3.11.7", "/", 0.5, "host", "0.1.0", swept=("x",))
    with closing(RunStore.create(tmp_path / "run", info, JOBS, b"")) as store:
        yield store


@pytest.fixture
def run(store):
    with closing(StoredRun(store.folder)) as run:
        yield run


def end(store, index, outcome, attempt=1):
    store.write([JobStarted(index, attempt, 1.0), JobFinished(index, attempt, outcome)])


def test_jobs_that_fail_alike_have_one_cause(store, run):
    end(store, 0, raising(1))
    end(store, 1, JobOutcome(JobState.SUCCEEDED, 0))
    end(store, 2, raising(2))
    end(store, 3, JobOutcome(JobState.FAILED, -9))
    end(store, 4, JobOutcome(JobState.CANCELLED))
    causes = run.causes()
    assert list(causes) == [0, 2, 3]
    assert causes[0] is causes[2]
    assert causes[0].title == "ValueError at s.py:3"
    assert causes[0].example == "bad …"
    assert causes[3].kind is CauseKind.SIGNAL


def missing(errno, path):
    return JobOutcome(JobState.FAILED, 3, detail=f"[Errno {errno}] cannot open '{path}'")


def test_a_cause_keeps_what_its_jobs_say_alike(store, run):
    for index, (errno, path, shared) in enumerate(
        [
            (2, "/data/x\udcff", "[Errno 2] cannot open '/data/x\\udcff'"),
            (2, "/data/x\udcff", "[Errno 2] cannot open '/data/x\\udcff'"),
            (2, "/data/y", "[Errno 2] cannot open …"),
            (2, "/data/x", "[Errno 2] cannot open …"),
            (13, "/data/y", "[Errno …] cannot open …"),
        ]
    ):
        end(store, index, missing(errno, path))
        causes = run.causes()
        assert {cause.example for cause in causes.values()} == {shared}
        assert str(causes[0]) == "exit code 3: [Errno …] cannot open …"


def test_the_first_message_of_a_cause_stays_beside_what_all_say_alike(store):
    for index, errno in enumerate((2, 2, 13)):
        end(store, index, missing(errno, "/x"))
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        assert database.execute("SELECT example, shared FROM cause").fetchall() == [
            ("[Errno 2] cannot open '/x'", "[Errno …] cannot open '/x'")
        ]


def test_the_last_attempt_alone_counts(store, run):
    end(store, 0, raising(1))
    store.write([JobRequeued(0, 2)])
    assert run.causes() == {}
    assert run.raised(0, 1).message == "bad 1"
    end(store, 0, JobOutcome(JobState.FAILED, 3), attempt=2)
    assert run.causes()[0].title == "exit code 3"
    assert run.raised(0, 2) is None
    store.write([JobRequeued(0, 3)])
    end(store, 0, JobOutcome(JobState.SUCCEEDED, 0), attempt=3)
    assert run.causes() == {}


def test_what_a_vanished_program_left_running_is_a_cause_too(store, run):
    store.write([JobStarted(5, 1, 1.0)])
    recover(store, run)
    assert run.causes()[5].kind is CauseKind.LOST


def test_an_exception_is_kept_whole(store, run):
    end(store, 0, raising(1))
    kept = run.raised(0, 1)
    assert kept.before.type == "KeyError"
    assert kept.frames[0].variables == (("x", "\\udcff"),)
    assert run.raised(1, 1) is None


def test_lone_surrogates_and_nul_are_stored(store, run):
    frame = Frame("/\udcff\0.py", 3, "f\udcff")
    end(store, 0, JobOutcome(JobState.FAILED, 1, raised=Raised("E\udcff", "a\0\udcff", (frame,))))
    assert run.causes()[0].file == "/\\udcff\0.py"


def test_a_torn_exception_is_none():
    packed = pack(Raised("ValueError", "x"))
    assert unpack(packed).type == "ValueError"
    assert unpack(packed[:-3]) is None
    assert unpack(b"") is None


def test_a_run_of_an_earlier_version_is_read_from_its_texts(store, run):
    text = 'Traceback (most recent call last):\n  File "/s.py", line 3, in f\nValueError: bad 7'
    end(store, 0, JobOutcome(JobState.FAILED, 1, text))
    end(store, 1, JobOutcome(JobState.TIMEOUT, -15, detail="stopped after 60 s"))
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        for table in ("failure", "cause", "raised"):
            database.execute(f"DROP TABLE {table}")
    causes = run.causes()
    assert [cause.title for cause in causes.values()] == ["ValueError at s.py:3", "time limit"]
    assert [cause.example for cause in causes.values()] == ["bad 7", "stopped after 60 s"]
    assert run.raised(0, 1) is None


def test_of_texts_what_all_say_alike_is_told(store, run):
    for index in (0, 1, 4):
        end(store, index, missing(2, f"/data/{index}"))
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        for table in ("failure", "cause", "raised"):
            database.execute(f"DROP TABLE {table}")
    causes = run.causes()
    assert list(causes) == [0, 1, 4]
    assert causes[0] is causes[4]
    assert causes[0].example == "[Errno 2] cannot open …"


def test_a_run_whose_version_kept_one_message_a_cause_shows_the_mask_of_many(tmp_path):
    # GIVEN a run as it was written before: two jobs raised alike, one ended, one took too long
    folder = tmp_path / "old"
    (folder / LOGS).mkdir(parents=True)
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.executescript("; ".join(MIGRATIONS[:4]) + "; PRAGMA user_version = 4")
        database.executescript(
            """
            INSERT INTO job (idx, state, identity, parameters, cmd) VALUES
                (0, 'failed', x'00', '{}', '[]'), (1, 'failed', x'01', '{}', '[]'),
                (2, 'failed', x'02', '{}', '[]'), (3, 'timeout', x'03', '{}', '[]'),
                (4, 'queued', x'04', '{}', '[]');
            INSERT INTO cause VALUES
                (1, 'exception', 'KeyError', '/s.py', 3, 'f', '…', '7'),
                (2, 'exit code', 'exit code 3', '', 0, '', 'bad …', 'bad 1'),
                (3, 'timeout', 'time limit', '', 0, '', 'stopped after … s', '');
            INSERT INTO failure VALUES (0, 1, 1), (1, 1, 1), (2, 1, 2), (3, 1, 3);
            """
        )

    def messages():
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            causes = read_causes(lambda sql, *values: database.execute(sql, values).fetchall())
        groups = FailureGroups(causes).ordered()
        return {min(group.jobs): group.message for group in groups}

    # THEN it is read as before, and says the same when it has been opened for writing
    told = {0: "…", 2: "bad 1", 3: "stopped after … s"}
    assert messages() == told
    with closing(RunStore(folder)) as store:
        assert messages() == told
        end(store, 4, JobOutcome(JobState.FAILED, 3, detail="bad 2"))
    assert messages() == told | {2: "bad …"}
