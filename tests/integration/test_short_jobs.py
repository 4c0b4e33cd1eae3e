"""Jobs so short that the next ones are sent ahead: none is lost, mixed up or run twice by that."""

from __future__ import annotations

import random
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from local_jobs import running

from hopla_gui import api
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation, RunOptions

SHORT = 40  # jobs, of which the last ones are sent ahead
APPENDS = """
    import sys
    with open(sys.argv[1], "a") as stream:
        stream.write("ran\\n")
    """


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a job ends the interpreter's way")
def test_a_job_can_end_early_whatever_its_worker_has_loaded_for_the_one_before(script):
    path = script("""
        import sys
        finish = sys.modules["_hopla_payload.finish"]
        print(finish._last_library.next, len(finish._plain) > 100)
        """)
    with running(path, [()] * 3, isolation=Isolation.FORK) as run:
        assert [run.outcome(index).state for index in range(3)] == [JobState.SUCCEEDED] * 3
        assert {run.out(index) for index in range(3)} == {b"None True\n"}


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_jobs_cancelled_among_those_sent_ahead_run_once_or_never(script, tmp_path, level):
    jobs = 10 * SHORT
    with running(
        script(APPENDS), [[str(tmp_path / str(index))] for index in range(jobs)], isolation=level
    ) as run:
        for last in range(SHORT, jobs, SHORT):
            run.outcome(last)
            run.runner.cancel(range(last + 1, last + 20))  # of those that wait none is touched
        outcomes = [run.outcome(index) for index in range(jobs)]
    for index, outcome in enumerate(outcomes):
        path = tmp_path / str(index)
        lines = path.read_text() if path.exists() else ""
        assert lines in ("", "ran\n")
        if outcome.state is JobState.SUCCEEDED:
            assert lines == "ran\n"
        elif outcome.exit_code is None:  # never begun
            assert (outcome.state, lines) == (JobState.CANCELLED, "")
    ended = [event.index for event in run.events if isinstance(event, JobFinished)]
    assert sorted(ended) == list(range(jobs))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_at_reuse_what_a_short_job_leaves_behind_is_gone_before_the_next_begins(script, tmp_path):
    path = script("""
        import os, pathlib, subprocess, sys
        leaves, folder = sys.argv[1] == "leaves", pathlib.Path(sys.argv[2])
        left = [int(path.read_text()) for path in folder.iterdir()]
        print(sum(os.path.exists(f"/proc/{pid}") for pid in left))
        if leaves:  # a daemon: what has started it is waited for, and gone
            line = "sleep 600 >/dev/null 2>&1 & echo $! > $0/$$"
            subprocess.run(["sh", "-c", line, folder], start_new_session=True)
        """)
    kinds = ["is short"] * SHORT + ["leaves", "is short", "leaves", "leaves", "is short"]
    left = tmp_path / "left"
    left.mkdir()
    with running(path, [[kind, str(left)] for kind in kinds], isolation=Isolation.REUSE) as run:
        for index in range(len(kinds)):
            assert run.outcome(index).state is JobState.SUCCEEDED
            assert run.out(index) == b"0\n"
    assert len(list(left.iterdir())) == 3


def test_at_reuse_a_job_that_kills_its_process_takes_none_of_those_sent_ahead(script):
    path = script("""
        import os, sys
        if sys.argv[1] == "die":
            os.kill(os.getpid(), 9)
        print(sys.argv[1])
        """)
    ends = (["live"] * 9 + ["die"]) * 8
    with running(path, [[end] for end in ends], isolation=Isolation.REUSE) as run:
        codes = [run.outcome(index).exit_code for index in range(len(ends))]
        outs = {run.out(index) for index, end in enumerate(ends) if end == "live"}
    assert codes == [-9 if end == "die" else 0 for end in ends]
    assert outs == {b"live\n"}


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_jobs_run_once_where_the_fork_server_of_their_worker_is_killed(script, tmp_path, level):
    jobs = 10 * SHORT
    arguments = [[str(tmp_path / str(index))] for index in range(jobs)]
    with running(script(APPENDS), arguments, isolation=level) as run:
        for last in range(SHORT, jobs, SHORT):
            run.outcome(last)
            template = run.runner._template._process
            if template:  # it is not being started again just now
                template.kill()
        states = {run.outcome(index).state for index in range(jobs)}
    assert states == {JobState.SUCCEEDED}
    assert {Path(path).read_text() for [path] in arguments} == {"ran\n"}


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_jobs_with_long_arguments_among_short_ones_get_their_own(script, level):
    path = script("import sys; print(sys.argv[1], len(sys.argv[2]))")
    sizes = ([10] * 12 + [2_000, 10, 5_000, 10, 10, 100_000]) * 4
    arguments = [[str(index), "x" * size] for index, size in enumerate(sizes)]
    with running(path, arguments, isolation=level) as run:
        for index, size in enumerate(sizes):
            assert run.outcome(index).state is JobState.SUCCEEDED
            assert run.out(index) == f"{index} {size}\n".encode()


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_jobs_handed_back_just_as_the_one_at_hand_ends_keep_their_order(script, tmp_path, level):
    path = script("""
        import sys, time
        __hopla__ = ["number"]
        number = int(sys.argv[1])
        time.sleep(float(sys.argv[2]))
        with open(sys.argv[3], "a") as stream:
            stream.write("ran\\n")
        """)
    around = [0.0, 0.0, 0.0, 0.016, 0.018, 0.019, 0.0195, 0.02]  # s: when a worker hands jobs back
    seconds = random.Random(1).choices(around, k=200)
    arguments = [[str(i), str(s), str(tmp_path / str(i))] for i, s in enumerate(seconds)]
    with running(path, arguments, workers=2, isolation=level) as run:
        values = [run.outcome(index).values for index in range(len(seconds))]
    assert values == [{"number": index} for index in range(len(seconds))]
    assert {(tmp_path / arguments[i][0]).read_text() for i in range(len(seconds))} == {"ran\n"}


@pytest.mark.parametrize("retries", [0, 1])
@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_after_the_first_failure_not_even_a_short_job_begins(script, tmp_path, level, retries):
    options = RunOptions(workers=1, isolation=level, max_failures=1, retries=retries)
    path = script("raise SystemExit(1)")
    with closing(
        api.prepare_commands(
            [[str(path)]] * SHORT, options=options, python=Path(sys.executable), runs_dir=tmp_path
        )
    ) as session:
        events = session.follow()
        session.start()
        list(events)
        assert (session.counts.failed, session.counts.cancelled) == (1, SHORT - 1)


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_a_process_that_a_job_forks_ends_by_itself_and_answers_for_no_job(script, level):
    path = script("""
        import os, sys
        __hopla__ = ["job"]
        job, end = sys.argv[1:]
        if end:
            child = os.fork()
            if child == 0:
                print("child", flush=True)
                if end == "exits":
                    sys.exit(5)
                if end == "raises":
                    raise ValueError("of the child")
            else:
                print(os.WEXITSTATUS(os.waitpid(child, 0)[1]), flush=True)
        """)
    codes = {"exits": 5, "raises": 1, "runs on": 0}
    ends = [*codes, "", "", ""] * 8
    arguments = [[str(index), end] for index, end in enumerate(ends)]
    with running(path, arguments, isolation=level) as run:
        for index, end in enumerate(ends):
            outcome = run.outcome(index)
            assert (outcome.state, outcome.values) == (JobState.SUCCEEDED, {"job": str(index)})
            assert run.out(index) == (f"child\n{codes[end]}\n".encode() if end else b"")
            assert (b"ValueError: of the child" in run.err(index)) is (end == "raises")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is the peak of the process")
def test_at_reuse_each_job_is_told_the_memory_that_it_took_itself(script):
    path = script("""
        import subprocess, sys
        size, where = int(sys.argv[1]), sys.argv[2]
        if where == "here":
            bytearray(size << 20)
        else:
            subprocess.run([sys.executable, "-c", f"bytearray({size} << 20)"])
        """)
    jobs = [(1, "here"), (300, "here"), (1, "here"), (200, "below"), (1, "here"), (100, "here")]
    arguments = [[str(size), where] for size, where in jobs]
    with running(path, arguments, isolation=Isolation.REUSE) as run:
        peaks = [run.outcome(index).max_rss_mb for index in range(len(jobs))]
    for (size, _), peak in zip(jobs, peaks, strict=True):
        assert size < peak < size + 60


@pytest.mark.parametrize("level", [Isolation.FRESH, Isolation.FORK, Isolation.REUSE])
def test_a_job_may_do_without_a_stream(script, level):
    path = script("import sys; print('out'); setattr(sys, sys.argv[1], None)")
    with running(path, [["stdout"], ["stderr"]], isolation=level) as run:
        assert [run.outcome(index).exit_code for index in range(2)] == [0, 0]


ENDS_ITS_PROCESS = """
    import os, subprocess, sys, threading, time
    __hopla__ = ["number", "pid"]
    number, pid = int(sys.argv[1]), os.getpid()
    def end(main):
        while sys.modules["__main__"] is main:
            time.sleep(0.001)
        time.sleep(0.3)  # the end of the job is told by then, and what it left is not yet gone
        os._exit(3)
    if sys.argv[2] != "is short":
        thread = threading.Thread(target=end, args=[sys.modules["__main__"]], daemon=True)
        thread.start()
        if sys.argv[2] == "is waited for":
            line = "trap '' TERM; while :; do sleep 1; done"
            subprocess.Popen(["sh", "-c", line], start_new_session=True)
    """


def test_at_reuse_a_process_that_ends_between_jobs_takes_none_of_those_sent_ahead(script):
    kinds = (["is short"] * 9 + ["is waited for"]) * 2 + ["is short"] * 9
    arguments = [[str(index), kind] for index, kind in enumerate(kinds)]
    with running(script(ENDS_ITS_PROCESS), arguments, isolation=Isolation.REUSE) as run:
        values = [run.outcome(index).values.get("number") for index in range(len(kinds))]
        states = {run.outcome(index).state for index in range(len(kinds))}
    assert (values, states) == (list(range(len(kinds))), {JobState.SUCCEEDED})


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("size", [1, 100_000])  # one goes by the queue, one by the channel
def test_at_reuse_a_process_that_ends_between_jobs_takes_none_that_come_later(script, size):
    path, attempts = script(ENDS_ITS_PROCESS), range(1, 4)
    arguments = ["0", "leaves a thread", "x" * size]
    with running(path, [arguments], isolation=Isolation.REUSE) as run:
        for attempt in attempts:
            outcome = run.outcome(0, attempt)
            assert outcome.state is JobState.SUCCEEDED
            stat = Path(f"/proc/{outcome.values['pid']}/stat")
            while stat.exists() and ") Z " not in stat.read_text():
                time.sleep(0.01)
            run.backlog.add([(0, attempt + 1)])


# Loaded by the fork server before anything of ours; each of its workers forks as often as it may.
FORKS_FAIL = """
    import os
    fork, server, forked = os.fork, os.getpid(), []

    def failing():
        forked.append(os.getpid())
        if os.getpid() != server and forked.count(os.getpid()) == 2:
            raise OSError(11, "Resource temporarily unavailable")
        return fork()

    os.fork = failing
    """


def test_at_reuse_a_process_that_cannot_be_started_costs_one_job_and_mixes_up_none(
    script, tmp_path
):
    script(FORKS_FAIL, "sitecustomize.py")
    path = script("""
        import os, sys
        __hopla__ = ["number"]
        number = int(sys.argv[1])
        if sys.argv[2] == "die":
            os._exit(3)
        """)
    kinds = (["live"] * 9 + ["die"]) * 4
    arguments = [[str(index), kind] for index, kind in enumerate(kinds)]
    env = {"PYTHONPATH": str(tmp_path)}
    with running(path, arguments, isolation=Isolation.REUSE, env=env) as run:
        outcomes = [run.outcome(index) for index in range(len(kinds))]
    lost = [outcome for outcome in outcomes if outcome.state is JobState.LOST]
    assert len(lost) == 1
    assert "Resource temporarily unavailable" in lost[0].detail
    for index, (outcome, kind) in enumerate(zip(outcomes, kinds, strict=True)):
        if outcome is not lost[0]:
            told = (3, {}) if kind == "die" else (0, {"number": index})
            assert (outcome.exit_code, outcome.values) == told


def test_at_reuse_a_job_that_ends_its_process_is_told_its_own_time_alone(script):
    path = script("""
        import os, sys, time
        end = time.process_time() + float(sys.argv[1])
        while time.process_time() < end:
            pass
        if sys.argv[2] == "die":
            os._exit(3)
        """)
    jobs = [("0.5", ""), ("0.1", "die"), ("0.3", ""), ("0", "die")]
    with running(path, jobs, isolation=Isolation.REUSE) as run:
        times = [run.outcome(index).cpu_s for index in range(len(jobs))]
    for (used, _), told in zip(jobs, times, strict=True):
        assert float(used) <= told < float(used) + 0.2


WRAPS = """
    import argparse, codecs, io, sys
    __hopla__ = ["how"]
    how = sys.argv[1]
    if how == "wrapped":
        sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    if how == "detached":
        sys.stdout = codecs.getwriter("utf-8")(sys.stdout.detach())
    if how == "both":
        sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(sys.stderr.detach(), encoding="utf-8")
    if how == "changed":
        sys.stdout.reconfigure(encoding="ascii", errors="strict")
    else:
        print("\u00e9")
    """


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_a_job_may_wrap_its_streams_and_the_next_has_its_own(script, level):
    ways = ["wrapped", "", "detached", "", "both", "", "changed", ""] * 3
    env = {"PYTHONIOENCODING": "utf-8"}
    with running(script(WRAPS), [[how] for how in ways], isolation=level, env=env) as run:
        for index, how in enumerate(ways):
            outcome = run.outcome(index)
            assert (outcome.exit_code, outcome.values) == (0, {"how": how})
            assert run.out(index) == (b"" if how == "changed" else "é\n".encode())
            assert run.err(index) == b""


@pytest.mark.parametrize("level", [Isolation.FRESH, Isolation.FORK, Isolation.REUSE])
def test_an_exit_code_of_any_size_ends_as_by_hand(script, level):
    path = script("import sys; sys.exit(eval(sys.argv[1]))")
    codes = ["2**70", "-2**70", "2**63", "-2**63", "-1", "256", "257"]
    with running(path, [[code] for code in codes], isolation=level) as run:
        told = [run.outcome(index).exit_code for index in range(len(codes))]
    assert told == [255, 255, 255, 0, 255, 0, 1]


@pytest.mark.parametrize("level", [Isolation.FRESH, Isolation.FORK, Isolation.REUSE])
def test_no_python_says_a_word_of_its_own_at_the_end_of_a_job(script, pythons, level):
    path = script("import os, sys; os.chdir('/'); sys.exit(3)")
    for python in pythons:
        with running(path, [()] * 2, isolation=level, python=python) as run:
            for index in range(2):
                assert run.outcome(index).exit_code == 3
                assert (run.out(index), run.err(index)) == (b"", b"")


def test_at_reuse_a_process_that_can_open_nothing_any_more_is_replaced(script):
    path = script("""
        import resource, sys
        __hopla__ = ["number"]
        number = int(sys.argv[1])
        if sys.argv[2] == "opens no more":
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
        if sys.argv[2] == "forgets":
            sys.__stdout__ = sys.__stderr__ = None
        if sys.argv[2] == "asks":
            sys.__stdout__.write("asked")
        """)
    kinds = (["is short"] * 9 + ["opens no more"]) * 3 + ["forgets", "asks", "is short"] * 2
    arguments = [[str(n), kind, "x" * (5_000 if n % 4 else 1)] for n, kind in enumerate(kinds)]
    with running(path, arguments, isolation=Isolation.REUSE) as run:
        outcomes = [run.outcome(index) for index in range(len(kinds))]
    assert {outcome.state for outcome in outcomes} == {JobState.SUCCEEDED}
    assert [outcome.values["number"] for outcome in outcomes] == list(range(len(kinds)))
