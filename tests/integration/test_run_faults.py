"""What may befall a whole run: its disk full, its folder gone, its script edited, the clock."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from local_jobs import delete_in_use, running

from hopla_gui import api
from hopla_gui.domain.columns import fact
from hopla_gui.domain.diagnosis import diagnose
from hopla_gui.domain.events import JobFinished, JobStarted, RunFinished, RunNote
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation, RunOptions
from hopla_gui.engine.results.lock import FileLock, is_free
from hopla_gui.engine.results.stored_run import LEFT_RUNNING
from hopla_gui.errors import EnvironmentProblem, UserError
from hopla_gui.gui.history.run_summary import find_left, read_summary

ROOT = Path(__file__).parents[2]
LEVELS = list(Isolation)
PYTHON = Path(sys.executable)

WAITS_FOR_FILE = """
    import os, sys, time
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
    print("ran")
    """


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]
    if os.name != "posix" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no file system can be mounted")
    yield folder
    subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def session_of(script, arguments, runs_dir, level=Isolation.FORK, python=PYTHON, **options):
    run = RunOptions(**{"workers": 2, "isolation": level, **options})
    commands = [[str(script), *given] for given in arguments]
    session = api.prepare_commands(commands, options=run, python=python, runs_dir=runs_dir)
    with contextlib.closing(session):
        yield session


def until(events: queue.SimpleQueue, is_it):
    """Return the events up to the first one that is wanted."""
    found = []
    while not (found and is_it(found[-1])):
        found.append(events.get(timeout=20))
    return found


def is_a(kind, part=""):
    return lambda event: isinstance(event, kind) and part in getattr(event, "text", "")


def test_disk_that_is_full_holds_the_run_until_there_is_room(script, small_disk, tmp_path):
    go = tmp_path / "go"
    path = script(WAITS_FOR_FILE)
    with session_of(path, [[str(go)]] * 40, small_disk) as session:
        events = session.events()
        session.start()
        while session.run.fact("packages") is None:
            time.sleep(0.01)
        filler = small_disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        go.touch()
        until(events, is_a(RunNote, "results cannot be written"))
        filler.unlink()
        counts = until(events, is_a(RunFinished))[-1].counts
        stored = session.run.counts()
    # Those that could not even open a log are lost, and told so; none vanishes.
    assert counts == stored
    assert counts.total == counts.succeeded + counts.failed + counts.lost == 40
    assert counts.succeeded


def fill(small_disk):
    with (small_disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass


def test_lock_that_cannot_name_its_holder_is_let_go_of(small_disk):
    path = small_disk / "run.lock"
    path.touch()
    fill(small_disk)
    with pytest.raises(OSError, match="No space left") as told:
        FileLock(path)
    assert is_free(path), told


def assert_first_is(state, run):
    assert getattr(run.counts(), state) == 1
    assert run.has_any(state)
    assert run.indices(state) == [0]
    assert run.statuses()[0].state is state
    assert run.record(0).outcome.state is state
    assert [record.outcome.state for record in run.records()] == [state, JobState.QUEUED]
    assert [row.state for row in run.rows()] == [state, JobState.QUEUED]
    assert run.read_columns([fact("state"), fact("host"), fact("worker")])[0][0] is state
    outcome, causes = run.record(0).outcome, run.causes()
    assert run.statuses()[0].detail == run.glance(0).outcome.detail == outcome.detail
    assert causes == ({0: diagnose(outcome)} if state is JobState.LOST else {})
    assert (outcome.detail == LEFT_RUNNING) is (state is JobState.LOST)


def test_run_of_a_killed_program_can_be_read_and_is_refused_while_the_disk_is_full(
    script, small_disk
):
    with session_of(script("print(1)"), [()] * 2, small_disk) as session:
        run_dir = session.run.run_dir
        session._store.write([JobStarted(0, 1, 1.0, 0)])  # and there the program is killed
    fill(small_disk)

    with contextlib.closing(api.open_run(run_dir)) as run:
        assert_first_is(JobState.LOST, run)
    with FileLock(run_dir / "run.lock"), contextlib.closing(api.open_run(run_dir)) as run:
        assert_first_is(JobState.RUNNING, run)
    for write in (api.prepare_resume, functools.partial(api.describe_run, note="x" * 50_000)):
        with pytest.raises(EnvironmentProblem, match="disk is full"):
            write(run_dir)

    (small_disk / "filler").unlink()
    session, rerun = api.prepare_resume(run_dir)
    session.close()
    assert rerun == [0]


@pytest.mark.parametrize(
    ("options", "fact", "said"),
    [
        ('{"timeout": 1e10}', "100", "[run] timeout is at most"),
        ("{}", "100000000", "[run] workers is at most"),
    ],
)
def test_stored_run_with_an_option_beyond_all_measure_is_not_resumed(
    script, tmp_path, options, fact, said
):
    with session_of(script("print(1)"), [()], tmp_path) as session:
        run_dir = session.run.run_dir
    with contextlib.closing(sqlite3.connect(run_dir / "run.sqlite")) as database, database:
        query = "UPDATE info SET value = json_patch(value, ?) WHERE key = 'options'"
        database.execute(query, (options,))
        database.execute("INSERT INTO info VALUES ('workers', ?)", (fact,))
    with pytest.raises(UserError, match=re.escape(said)):
        api.prepare_resume(run_dir)
    assert is_free(run_dir / "run.lock")


@pytest.mark.parametrize("level", LEVELS)
def test_jobs_wait_for_room_for_their_logs(small_disk, level):
    # GIVEN a disk with room for bytes, and for no more files as soon as the first job has run
    path = small_disk / "script.py"
    path.write_text(
        "import pathlib, sys\n"
        "try:\n"
        "    for number in range(int(sys.argv[1])):\n"
        "        pathlib.Path(f'filler{number}').touch()\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    subprocess.run(["mount", "-o", "remount,nr_inodes=60", small_disk], check=True)
    with running(path, [["1000"], ["0"], ["0"]], isolation=level) as run:
        assert run.outcome(0).state is JobState.SUCCEEDED
        assert run.out(0) == b"No space left on device\n"
        # WHEN the next begins, it does not end
        run.started(1)
        with pytest.raises(queue.Empty):
            run.inbox.get(timeout=0.5)
        # UNTIL there is room
        for filler in small_disk.glob("filler*"):
            filler.unlink()
        assert [run.outcome(index).state for index in (1, 2)] == [JobState.SUCCEEDED] * 2


def test_run_on_a_read_only_medium_can_be_read(script, small_disk):
    with session_of(script("print(1)"), [()], small_disk) as session:
        run_dir = session.run.run_dir
        events = session.follow()
        session.start()
        list(events)
    with contextlib.closing(sqlite3.connect(run_dir / "run.sqlite")) as database:
        database.execute("SELECT * FROM job")  # the last one that may write: no log is left
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    with contextlib.closing(api.open_run(run_dir)) as run:
        assert run.counts().succeeded == 1
        assert run.parameter_names() == ()
    with pytest.raises(EnvironmentProblem, match="Read-only file system"):
        api.prepare_resume(run_dir)


def test_run_of_a_killed_program_on_a_read_only_medium_has_lost_what_ran(script, small_disk):
    import fcntl

    with session_of(script("print(1)"), [()] * 2, small_disk) as session:
        run_dir = session.run.run_dir
        session._store.write([JobStarted(0, 1, 1.0, 0)])  # and there the program is killed
    assert find_left([run_dir]) == read_summary(run_dir)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert read_summary(run_dir).is_read_only
    assert find_left([run_dir]) is None  # nobody is asked whether it is to be resumed

    with contextlib.closing(api.open_run(run_dir)) as run:
        assert_first_is(JobState.LOST, run)
    with (run_dir / "run.lock").open() as file:  # as one that may write would hold it
        fcntl.flock(file, fcntl.LOCK_EX)
        with contextlib.closing(api.open_run(run_dir)) as run:
            assert_first_is(JobState.RUNNING, run)


def test_job_that_fills_the_disk_fails_and_no_result_is_lost(script, small_disk):
    path = script("print('x' * 5_000_000)")
    with session_of(path, [()], small_disk) as session:
        events = session.events()
        session.start()
        until(events, is_a(RunNote, "results cannot be written"))
        (session.run.run_dir / "logs/job_0.out").unlink()
        until(events, is_a(RunFinished))
        outcome = session.run.record(0).outcome
    assert outcome.state is JobState.FAILED
    assert "No space left on device" in outcome.traceback


@pytest.mark.parametrize("what", ["deleted", "moved"])
def test_run_whose_folder_is_gone_ends_with_an_error(script, tmp_path, what):
    go = tmp_path / "go"
    with session_of(script(WAITS_FOR_FILE), [[str(go)]] * 20, tmp_path / "runs") as session:
        events = session.follow()
        session.start()
        next(events)
        if what == "moved":
            session.run.run_dir.rename(tmp_path / "elsewhere")
        else:
            delete_in_use(session.run.run_dir)
        go.touch()
        with pytest.raises(EnvironmentProblem, match="the run's folder is gone"):
            list(events)
        assert session.counts.total == 20


def test_store_that_turns_read_only_ends_the_run_with_an_error(script, tmp_path):
    with session_of(script("print(1)"), [()] * 3, tmp_path / "runs") as session:
        events = session.follow()
        session._store._database.execute("PRAGMA query_only = ON")
        session.start()
        with pytest.raises(EnvironmentProblem, match="readonly database"):
            list(events)


def test_folder_where_no_run_can_be_stored_is_told_at_once(script):
    with (
        pytest.raises(EnvironmentProblem, match="/proc/runs"),
        session_of(script(""), [()], Path("/proc/runs")),
    ):
        pass


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_jobs_run_the_version_that_the_run_started_with(script, tmp_path, level, change):
    go = tmp_path / "go"
    path = script(WAITS_FOR_FILE + "raise ValueError(__file__)")
    with session_of(path, [[str(go)]] * 4, tmp_path / "runs", level, workers=1) as session:
        events = session.follow()
        session.start()
        next(events)
        path.write_text("print('another version')") if change == "edited" else path.unlink()
        go.touch()
        list(events)
        for index in range(4):
            record = session.run.record(index)
            assert (session.run.run_dir / record.stdout).read_text() == "ran\n"
            assert record.outcome.traceback.endswith(f"ValueError: {path}\n")
            assert "    raise ValueError(__file__)" in record.outcome.traceback


def test_interpreter_removed_with_its_fork_server_loses_the_jobs_that_follow(script, tmp_path):
    python, go = tmp_path / "python", tmp_path / "go"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    options = {"python": python, "workers": 1}
    with session_of(script(WAITS_FOR_FILE), [[str(go)]] * 3, tmp_path / "runs", **options) as run:
        events = run.follow()
        run.start()
        next(events)
        python.unlink()
        run._runner._template._process.kill()
        run._runner._template._process.wait()
        go.touch()
        list(events)
        states = [run.run.record(index).outcome.state for index in range(3)]
        assert states == [JobState.SUCCEEDED, JobState.LOST, JobState.LOST]
        assert f"cannot start {python}" in run.run.record(2).outcome.detail


def test_ten_thousand_jobs_that_fail_at_once_cost_no_more_each_than_the_first(script, tmp_path):
    path = script("raise SystemExit(3)")  # not exit(): it closes stdin, and the host is spent
    with session_of(path, [()] * 10_000, tmp_path / "runs", Isolation.REUSE) as session:
        events = session.follow()
        session.start()
        ends = [time.monotonic() for event in events if isinstance(event, JobFinished)]
        assert session.counts.failed == session.run.counts().failed == 10_000
    first, last = ends[2_500] - ends[500], ends[-1] - ends[-2_001]
    assert last < 3 * first


def test_command_line_ends_with_one_error_where_the_folder_is_deleted(script, tmp_path):
    path = script("""
        import argparse, pathlib, shutil
        parser = argparse.ArgumentParser()
        parser.add_argument("--runs", type=pathlib.Path)
        runs = parser.parse_args().runs
        shutil.rmtree(runs.rename(runs.with_name("deleted")))
        """)
    runs = tmp_path / "runs"
    sweep = tmp_path / "sweep.toml"
    sweep.write_text(f'[script]\npath = "{path}"\n[fixed]\nruns = "{runs}"\n')
    command = [sys.executable, "-m", "hopla_gui", "run", sweep, "--runs-dir", runs]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert done.returncode == 2
    assert len(errors) == 1
    assert errors[0].endswith("the run's folder is gone")
    assert "Traceback" not in done.stderr
