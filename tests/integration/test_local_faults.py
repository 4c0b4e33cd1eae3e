"""Whatever happens to a job, a worker, the fork server or the program: told truly, none left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from local_jobs import delete_in_use, is_alive, pid_in, run_one, running

from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.running.runners import local_posix
from hopla_gui.engine.running.runners.slot import Slot
from hopla_gui.errors import EnvironmentProblem

LEVELS = [Isolation.FRESH, Isolation.FORK, Isolation.REUSE]

SLEEP = """
    import os, sys, time
    print(os.getpid(), flush=True)
    time.sleep(600)
"""

STUBBORN = """
    import os, signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(os.getpid(), flush=True)
    while True:
        time.sleep(600)
"""

# The grandchild leaves its session and closes what it has inherited.
DAEMON = """
    import os, sys, time
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write_end, b"%d" % os.getpid())
            os.closerange(0, 100)
            time.sleep(600)
        os._exit(0)
    print(os.read(read_end, 20).decode(), flush=True)
    """


def _wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def _wait_for_pid(run, index=0):
    run.started(index)
    _wait_until(lambda: (run.context.run_dir / f"logs/job_{index}.out").exists())
    _wait_until(lambda: run.out(index).endswith(b"\n"))
    return pid_in(run.out(index))


def _worker_of(pid):
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


IGNORED = {signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT}
# The kernel does not stop a process whose group is orphaned.
IGNORED |= {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}


@pytest.mark.parametrize("level", LEVELS)
def test_job_killed_by_any_signal_is_told(script, level):
    numbers = sorted(set(signal.Signals) - {signal.SIGSTOP})
    path = script("""
        import os, signal, sys
        number = int(sys.argv[1])
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        """)
    with running(path, [[str(int(n))] for n in numbers], workers=2, isolation=level) as run:
        outcomes = {number: run.outcome(index) for index, number in enumerate(numbers)}
    told = {number: (outcome.exit_code, outcome.detail) for number, outcome in outcomes.items()}
    assert told == {
        number: (0, None) if number in IGNORED else (-number, f"killed by {number.name}")
        for number in numbers
    }


@pytest.mark.parametrize("level", LEVELS)
def test_job_that_closes_all_it_has_open_keeps_its_result(script, level):
    path = script("""
        import os, sys
        __hopla__ = ["number"]
        number = int(sys.argv[1])
        if number == 1:
            os.closerange(0, 256)
        sys.exit(number)
        """)
    with running(path, [["0"], ["1"], ["2"]], isolation=level) as run:
        outcomes = [run.outcome(index) for index in range(3)]
    assert [one.exit_code for one in outcomes] == [0, 1, 2]
    assert [one.values for one in outcomes] == [{"number": index} for index in range(3)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_run_that_is_closed_hangs_up_on_workers_that_do_not_end(script, level, monkeypatch):
    monkeypatch.setattr("hopla_gui.engine.running.runners.local.CLOSE_S", 0.2)
    monkeypatch.setattr(Slot, "close", lambda slot: None)  # nobody tells the worker to stop
    path = script("import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    with running(path, isolation=level) as run:
        pid = _wait_for_pid(run)
    _wait_until(lambda: not is_alive(pid))


@pytest.mark.parametrize("level", LEVELS)
def test_daemon_of_a_job_is_ended_with_it(script, level):
    with running(script(DAEMON), [(), ()], isolation=level) as run:
        assert run.outcome(0).exit_code == 0
        assert not is_alive(pid_in(run.out(0)))
        run.outcome(1)


@pytest.mark.parametrize("level", LEVELS)
def test_time_limit_ends_a_job_by_sigterm(script, level):
    outcome, out, _ = run_one(script(SLEEP), level, timeout=0.3)
    assert (outcome.state, outcome.exit_code) == (JobState.TIMEOUT, -15)
    assert outcome.detail == "stopped after 0.3 s"
    assert not is_alive(pid_in(out))


def test_stubborn_jobs_are_killed_when_their_grace_is_over(script):
    """One over its time limit, one that stands still and is cancelled; at once, to save time."""
    stop = "if sys.argv[1:]:\n        os.kill(os.getpid(), signal.SIGSTOP)\n    while True"
    path = script(STUBBORN.replace("while True", stop).replace("import os", "import os, sys"))
    with running(path, [[], ["stop"]], workers=2, timeout=1.0) as run:
        pids = [_wait_for_pid(run, index) for index in (0, 1)]
        run.runner.cancel([1])
        late, stopped = run.outcome(0), run.outcome(1)
        assert not any(map(is_alive, pids))
    assert (late.state, late.exit_code) == (JobState.TIMEOUT, -9)
    assert (stopped.state, stopped.exit_code) == (JobState.CANCELLED, -9)
    assert 5.9 < late.duration_s < 7.5


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
@pytest.mark.parametrize("level", LEVELS)
def test_cancelled_job_is_asked_first(script, level, handler, request):
    # A shell has what it starts in the background ignore it.
    before = signal.signal(signal.SIGINT, handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    path = script("""
        import os, time
        __hopla__ = ["state"]
        state = "begun"
        print(os.getpid(), flush=True)
        try:
            time.sleep(600)
        except KeyboardInterrupt:
            state = "asked"
            raise
        """)
    with running(path, [(), ()], workers=2, isolation=level) as run:
        first, second = _wait_for_pid(run, 0), _wait_for_pid(run, 1)
        run.runner.cancel([1])
        outcome = run.outcome(1)
        assert (outcome.state, outcome.exit_code) == (JobState.CANCELLED, -2)
        assert outcome.values == {"state": "asked"}
        assert is_alive(first)
        run.runner.cancel()
        assert run.outcome(0).state is JobState.CANCELLED
    assert not is_alive(first)
    assert not is_alive(second)


@pytest.mark.parametrize("level", LEVELS)
def test_worker_that_is_killed_loses_its_job_and_is_replaced(script, level):
    path = script(f"""
        import sys
        if sys.argv[1] == "sleep":
            {SLEEP.strip().replace(chr(10), chr(10) + "        ")}
        """)
    with running(path, [["sleep"], ["go"]], isolation=level) as run:
        pid = _wait_for_pid(run)
        os.kill(_worker_of(pid), signal.SIGKILL)
        outcome = run.outcome(0)
        assert (outcome.state, outcome.exit_code) == (JobState.LOST, None)
        assert outcome.detail == "worker killed by SIGKILL"
        assert not is_alive(pid)
        assert run.outcome(1).state is JobState.SUCCEEDED


def test_daemon_of_a_job_whose_worker_is_killed_is_ended(script):
    with running(script(DAEMON + "time.sleep(600)")) as run:
        daemon = _wait_for_pid(run)
        _wait_until(lambda: _jobs_of(run))
        os.kill(_worker_of(_jobs_of(run)[0]), signal.SIGKILL)
        assert run.outcome(0).state is JobState.LOST
        assert not is_alive(daemon)


def _jobs_of(run):
    """Return the processes that write to the log of the first job."""
    log = str(run.context.run_dir / "logs/job_0.out")
    found = []
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if str((folder / "1").readlink()) == log:
                found.append(int(folder.parent.name))
        except OSError:
            pass
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_fork_server_that_is_killed_is_started_again(script, level):
    path = script("""
        import os, sys, time
        print(os.getpid(), flush=True)
        while not os.path.exists(sys.argv[1]):
            time.sleep(0.01)
        """)
    go = path.with_name("go")
    with running(path, [[str(go)]] * 3, isolation=level) as run:
        _wait_for_pid(run)
        os.kill(run.runner._template._process.pid, signal.SIGKILL)
        go.touch()
        states = [run.outcome(index).state for index in range(3)]
    assert states == [JobState.SUCCEEDED] * 3
    assert any("fork server was killed by SIGKILL" in note for note in run.notes())


@pytest.mark.parametrize("level", LEVELS)
def test_fork_server_that_could_not_be_started_again_is_for_the_next_job(
    script, level, tmp_path, monkeypatch
):
    with running(script(SLEEP), isolation=level) as run:
        job = _wait_for_pid(run)
        # GIVEN a fork server that is gone with its workers, and cannot be started just then
        with monkeypatch.context() as patch:
            patch.setattr(local_posix, "payload_dir", lambda: tmp_path)
            template = run.runner._template._process
            template.kill()
            template.wait()  # or the worker, no orphan yet, would take the next job
            os.kill(job, signal.SIGKILL)
            run.outcome(0)
            run.backlog.add([(0, 2)])
            assert run.outcome(0, attempt=2).detail.endswith("or is broken")
        # WHEN it can be started again, the next job runs
        (run.context.run_dir / "script.py").write_text("")
        run.backlog.add([(0, 3)])
        assert run.outcome(0, attempt=3).state is JobState.SUCCEEDED


@pytest.fixture
def program(tmp_path):
    """Start a program that runs jobs, to be killed; ``options`` are those of `running`."""
    started = []

    def start(script, options):
        file = tmp_path / "program.py"
        file.write_text(
            "import sys, time\n"
            f"sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[2])]!r}\n"
            "from pathlib import Path\n"
            "from local_jobs import Isolation, running\n"
            f"with running(Path({str(script)!r}), [(), ()], workers=2, {options}):\n"
            "    time.sleep(600)\n"
        )
        started.append(subprocess.Popen([sys.executable, file]))
        return started[0]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_outlives_a_program_that_is_killed(script, level, tmp_path, program):
    child = program(script(STUBBORN), f"isolation=Isolation({level.value!r})")
    logs = [tmp_path / f"run_0/logs/job_{n}.out" for n in (0, 1)]
    _wait_until(lambda: all(p.exists() and p.read_bytes().endswith(b"\n") for p in logs))
    jobs = [pid_in(p.read_bytes()) for p in logs]
    workers = [_worker_of(pid) for pid in jobs]
    everyone = {*jobs, *workers, *map(_worker_of, workers)}
    child.kill()
    child.wait()
    _wait_until(lambda: not any(map(is_alive, everyone)), seconds=5)
    assert not (tmp_path / "run_0/scratch").exists()


def test_program_killed_while_imports_are_loaded_leaves_nothing(script, tmp_path, program):
    told = tmp_path / "pid"
    library = tmp_path / "site-packages"
    library.mkdir()
    (library / "slowlib.py").write_text(
        f"import os, time\nopen({str(told)!r}, 'w').write('%d\\n' % os.getpid())\ntime.sleep(600)\n"
    )
    child = program(script("import slowlib"), f"env={{'PYTHONPATH': {str(library)!r}}}")
    _wait_until(lambda: told.exists() and told.read_text().endswith("\n"))
    child.kill()
    child.wait()
    _wait_until(lambda: not is_alive(int(told.read_text())), seconds=5)


def test_closing_ends_what_runs(script):
    with running(script(SLEEP), [()] * 5, workers=2) as run:
        pids = [_wait_for_pid(run, index) for index in (0, 1)]
    assert not any(map(is_alive, pids))
    while not run.inbox.empty():
        run.events.append(run.inbox.get())
    finished = [event for event in run.events if isinstance(event, JobFinished)]
    assert {event.outcome.state for event in finished} == {JobState.CANCELLED}
    assert len(finished) == 2


@pytest.mark.parametrize("level", LEVELS)
def test_output_of_any_size_and_any_bytes_is_kept(script, level):
    path = script("""
        import os, sys
        line = bytes(range(256)) * 4096
        for _ in range(50):
            sys.stdout.buffer.write(line)
        sys.stdout.close()
        os.write(2, b"\\xff\\xfe")
        """)
    outcome, out, err = run_one(path, level)
    assert (outcome.exit_code, err) == (0, b"\xff\xfe")
    assert len(out) == 50 << 20
    assert out[: 1 << 20] == bytes(range(256)) * 4096


@pytest.mark.parametrize("level", LEVELS)
def test_missing_logs_folder_loses_the_job_and_no_more(script, level):
    path = script("import sys, time; time.sleep(0.2)")
    with running(path, [()] * 3, isolation=level) as run:
        run.started(0)
        delete_in_use(run.context.run_dir / "logs")
        outcome = run.outcome(2)
        assert outcome.state is JobState.LOST
        assert "No such file or directory" in outcome.detail


def test_full_disk_fails_the_job_and_no_more(script, tmp_path):
    path = script("""
        import sys
        __hopla__ = ["x"]
        x = 1
        print("y" * 200_000)
        """)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    path.write_text(limited + path.read_text())
    outcome, out, err = run_one(path)
    assert outcome.state is JobState.FAILED
    assert len(out) <= 100_000
    assert b"File too large" in err


@pytest.mark.parametrize("level", LEVELS)
def test_missing_interpreter_is_told_at_once(script, level, tmp_path):
    with (
        pytest.raises(EnvironmentProblem, match="no_python"),
        running(script(""), isolation=level, python=tmp_path / "no_python"),
    ):
        pass


# Loaded by the fork server before anything of ours: killed twice as it looks for the script.
SERVER_DIES = """
    import os
    realpath, marks = os.path.realpath, os.path.dirname(__file__) + "/marks"

    def dying(path):
        if str(path).endswith("script.py"):
            with open(marks, "a") as stream:
                stream.write("x")
            if os.path.getsize(marks) <= 2:
                os.kill(os.getpid(), 9)
        return realpath(path)

    os.path.realpath = dying
    """


def test_fork_server_killed_before_it_is_ready_is_started_for_the_next_job(script, tmp_path):
    script(SERVER_DIES, "sitecustomize.py")
    path = script("print('ran')")
    with running(path, [()] * 3, env={"PYTHONPATH": str(tmp_path)}) as run:
        outcomes = [run.outcome(index) for index in range(3)]
        assert [outcome.state for outcome in outcomes] == [
            JobState.LOST,
            JobState.SUCCEEDED,
            JobState.SUCCEEDED,
        ]
        assert "ends before its first job" in outcomes[0].detail


def test_interpreter_that_is_none_is_told_at_once(script):
    with (
        pytest.raises(EnvironmentProblem, match="/bin/false cannot run jobs"),
        running(script(""), python=Path("/bin/false")),
    ):
        pass


def test_interpreter_that_is_killed_as_it_starts_is_told_as_that(script, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -9 $$\n")
    python.chmod(0o755)
    with (
        pytest.raises(EnvironmentProblem, match="python was ended by SIGKILL as it started"),
        running(script(""), python=python),
    ):
        pass


def test_missing_working_directory_is_told_at_once(script, tmp_path):
    with (
        pytest.raises(EnvironmentProblem, match=r"cannot enter the working directory .*nowhere"),
        running(script(""), cwd=tmp_path / "nowhere"),
    ):
        pass


@pytest.mark.parametrize("env", [{"PATH": ""}, {"PYTHONHOME": "/nowhere", "MORE": "1"}])
def test_environment_that_breaks_the_interpreter_is_told_as_such(script, tmp_path, env):
    python = tmp_path / "python"  # a shim, which finds its Python on PATH
    python.write_text('#!/usr/bin/env sh\nexec python3 "$@"\n')
    python.chmod(0o755)
    with (
        pytest.raises(EnvironmentProblem) as raised,
        running(script(""), python=python, env=env),
    ):
        pass
    assert str(raised.value).startswith(
        f"{python} does not start with what [run] env sets: {', '.join(env)}"
    )


def test_interpreter_removed_during_the_run_fails_the_jobs_that_follow(script, tmp_path):
    python = tmp_path / "python"
    # No link: a virtual environment's would look for its own place.
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    path = script("import os, sys; os.path.exists(sys.argv[1]) and os.unlink(sys.argv[1])")
    with running(path, [[str(python)]] * 2, python=python, isolation=Isolation.FRESH) as run:
        assert run.outcome(0).state is JobState.SUCCEEDED
        outcome = run.outcome(1)
    assert (outcome.state, outcome.exit_code) == (JobState.FAILED, 127)
    assert outcome.detail == f"cannot start {python}: No such file or directory"


@pytest.mark.parametrize("level", LEVELS)
def test_values_that_cannot_be_captured_are_told_as_that(script, level):
    path = script("import json\n__hopla__ = ['x']\nx = [1, 2]\njson.dumps = None\n")
    with running(path, isolation=level) as run:
        outcome = run.outcome(0)
    assert (outcome.state, outcome.values) == (JobState.SUCCEEDED, {})
    assert outcome.detail == "its values could not be captured: TypeError"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no files in memory")
@pytest.mark.parametrize("level", LEVELS)
def test_values_need_no_room_on_a_disk(script, level):
    path = script("""
        import pathlib, sys
        __hopla__ = ["x"]
        x = "y" * 100_000
        scratch = pathlib.Path(sys.argv[1]) / "scratch"
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()
        scratch.touch()  # no file can be made there
        """)
    run_dir = path.parent / "run_0"
    with running(path, [[str(run_dir)]], isolation=level) as run:
        assert run.outcome(0).values == {"x": "y" * 100_000}
        (run_dir / "scratch").unlink()


@pytest.mark.parametrize("level", LEVELS)
def test_a_job_opens_its_first_file_by_the_number_that_it_has_by_hand(script, level):
    path = script("import os; print(os.open(os.devnull, os.O_RDONLY) < 20)")
    with running(path, isolation=level) as run:
        assert run.outcome(0).exit_code == 0
        assert run.out(0) == b"True\n"
