"""Frozen jobs: all of a job stands still, its time limit too, and it can be ended all the same."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from local_jobs import Run, is_alive, running

from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation

LEVELS = list(Isolation)

# A job, its child, and a grandchild in a session of its own: each ticks until told to stop.
FAMILY = """
    import os, sys, time

    def tick(name):
        while not os.path.exists(sys.argv[1]):
            with open(sys.argv[1] + "." + name, "a") as ticks:
                ticks.write("%d\\n" % os.getpid())
            time.sleep(0.005)

    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            os.setsid()
            tick("grandchild")
        else:
            tick("child")
        os._exit(0)
    tick("job")
    """
NAMES = ("job", "child", "grandchild")


@pytest.fixture
def stop(tmp_path):
    """Where a family's ticks are told to stop; the ticks are beside it."""
    return tmp_path / "stop"


def _ticks(stop):
    return [stop.with_name(f"{stop.name}.{name}") for name in NAMES]


def _wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


def _family(run: Run, stop: Path) -> list[int]:
    """Wait until all of a family tick, and return their process ids."""
    run.started(0)
    _wait_until(lambda: all(path.exists() and path.stat().st_size for path in _ticks(stop)))
    return [int(path.read_text().split()[0]) for path in _ticks(stop)]


def _is_frozen(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _freeze(run: Run, pids: list[int]) -> None:
    run.runner.suspend(True)
    _wait_until(lambda: all(map(_is_frozen, pids)))


@pytest.mark.parametrize("level", LEVELS)
def test_all_of_a_frozen_job_stands_still_and_so_does_its_time_limit(script, level, stop):
    with running(script(FAMILY), [[str(stop)]], isolation=level, timeout=1.0) as run:
        pids = _family(run, stop)
        _freeze(run, pids)
        before = [path.read_text() for path in _ticks(stop)]
        time.sleep(1.2)
        assert [path.read_text() for path in _ticks(stop)] == before
        run.runner.suspend(False)
        _wait_until(lambda: not {path.read_text() for path in _ticks(stop)}.intersection(before))
        stop.touch()
        outcome = run.outcome(0)
    assert (outcome.state, outcome.exit_code) == (JobState.SUCCEEDED, 0)
    assert outcome.duration_s < outcome.ended - outcome.started - 1.2  # that is what it ran


def test_time_limit_counts_again_when_a_job_goes_on(script, stop):
    with running(script(FAMILY), [[str(stop)]], timeout=0.5) as run:
        _freeze(run, _family(run, stop))
        run.runner.suspend(False)
        outcome = run.outcome(0)
    assert (outcome.state, outcome.exit_code) == (JobState.TIMEOUT, -15)


@pytest.mark.parametrize("level", LEVELS)
def test_frozen_job_can_be_cancelled(script, level, stop):
    with running(script(FAMILY), [[str(stop)]], isolation=level) as run:
        pids = _family(run, stop)
        _freeze(run, pids)
        run.runner.cancel()
        outcome = run.outcome(0)
        assert (outcome.state, outcome.exit_code) == (JobState.CANCELLED, -2)
        assert not any(map(is_alive, pids))
        # Those that come are not frozen any more where the worker had none when they were thawed
        run.runner.suspend(False)
        stop.touch()
        run.backlog.add([(0, 2)])
        assert run.outcome(0, attempt=2).state is JobState.SUCCEEDED


@pytest.mark.skipif(sys.platform != "linux", reason="reaches the lock by /proc")
def test_a_host_that_is_frozen_with_the_lock_of_its_queue_can_be_cancelled(script, stop):
    with running(script(FAMILY), [[str(stop)]], isolation=Isolation.REUSE) as run:
        import fcntl

        pids = _family(run, stop)
        _freeze(run, pids)
        with _lock_of(pids[0]).open("r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)  # as the host would have it, between two jobs
            run.runner.cancel()
            assert run.outcome(0).state is JobState.CANCELLED


def _lock_of(host: int) -> Path:
    handles = Path(f"/proc/{host}/fd").iterdir()
    return next(path for path in handles if "memfd:hopla" in str(path.readlink()))


def test_worker_that_dies_takes_its_frozen_job_along(script, stop):
    with running(script(FAMILY), [[str(stop)]]) as run:
        pids = _family(run, stop)
        _freeze(run, pids)
        stat = Path(f"/proc/{pids[0]}/stat").read_text()
        os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)
        assert run.outcome(0).state is JobState.LOST
        assert not any(map(is_alive, pids))


def test_closing_ends_frozen_jobs(script, stop):
    with running(script(FAMILY), [[str(stop)]]) as run:
        pids = _family(run, stop)
        _freeze(run, pids)
    assert not any(map(is_alive, pids))


def test_job_on_its_way_when_the_others_freeze_starts_frozen(script):
    with running(script("import time; time.sleep(0.05)")) as run:
        run.runner.suspend(True)  # while the fork server still starts
        run.started(0)
        time.sleep(0.1)
        run.runner.suspend(False)
        outcome = run.outcome(0)
    assert outcome.state is JobState.SUCCEEDED
    assert outcome.ended - outcome.started > 0.09


@pytest.mark.parametrize("level", LEVELS)
def test_freezing_between_two_jobs_leaves_no_worker_frozen(script, level):
    with running(script("print('ran')"), isolation=level) as run:
        for attempt in range(1, 6):
            if attempt > 1:
                run.backlog.add([(0, attempt)])
            for suspended in (True, False) * 3:
                run.runner.suspend(suspended)
            assert run.outcome(0, attempt).state is JobState.SUCCEEDED
            run.runner.suspend(True)
            run.runner.suspend(False)


def test_worker_that_is_added_while_others_are_frozen_freezes_its_job(script, stop):
    with running(script(FAMILY), [[str(stop)]] * 2) as run:
        pids = _family(run, stop)
        _freeze(run, pids)
        run.runner.resize(2)
        run.started(1)
        stop.touch()
        time.sleep(0.1)
        run.runner.suspend(False)
        assert {run.outcome(index).state for index in (0, 1)} == {JobState.SUCCEEDED}
