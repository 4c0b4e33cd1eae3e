"""The limit of a job's output: what is over it is dropped, told, and harms nobody."""

from __future__ import annotations

import pytest
from local_jobs import run_one, running

from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation

LEVELS = list(Isolation)
LIMIT = 1_000_000  # bytes
TOLD = b"\n[hopla_gui: output over 1 MB is dropped]\n"

FLOOD = """
    import os, sys, time
    written = 0
    while written < 40_000_000:
        written += os.write(1, b"0123456789" * 10_000)
    os.write(2, b"e" * 1_000_001)
    """


@pytest.mark.parametrize("level", LEVELS)
def test_output_over_the_limit_is_dropped_and_the_job_goes_on(script, level):
    outcome, out, err = run_one(script(FLOOD), level, log_limit_mb=1.0)
    assert (outcome.state, outcome.exit_code) == (JobState.SUCCEEDED, 0)
    assert outcome.detail == "output over 1 MB was dropped"
    assert out == b"0123456789" * (LIMIT // 10) + TOLD
    assert err == b"e" * LIMIT + TOLD


@pytest.mark.parametrize("level", LEVELS)
def test_log_stays_short_while_the_job_runs(script, level):
    path = script("""
        import os, sys, time
        __hopla__ = ["cuts"]
        cuts = 0
        for number in range(3):
            os.write(1, b"x" * 10_000_000)
            deadline = time.monotonic() + 10
            while os.fstat(1).st_size > 5_000_000 and time.monotonic() < deadline:
                time.sleep(0.001)
            cuts += os.fstat(1).st_size <= 5_000_000
        """)
    outcome, _, _ = run_one(path, level, log_limit_mb=0.5)
    assert outcome.values == {"cuts": 3}


@pytest.mark.parametrize("level", LEVELS)
def test_output_up_to_the_limit_is_kept_as_it_is(script, level):
    path = script("import os; os.write(1, b'x' * 1_000_000); os._exit(3)")
    outcome, out, _ = run_one(path, level, log_limit_mb=1.0)
    assert (outcome.exit_code, outcome.detail) == (3, None)
    assert out == b"x" * LIMIT


@pytest.mark.parametrize("level", LEVELS)
def test_values_printed_behind_the_limit_are_kept(script, level):
    path = script("""
        import os, sys, time
        flood = (sys.argv[1:] or [""])[0] * 100_000
        def write_until_cut():
            os.write(1, flood.encode() * 60)
            while os.fstat(1).st_size > 4_000_000:
                os.write(1, flood.encode())
                time.sleep(0.001)
        write_until_cut()
        print('\\n<hopla>\\n{"x": 1}\\n</hopla>', flush=True)
        write_until_cut()
        """)
    with running(path, [["y"], []], isolation=level, log_limit_mb=1.0) as run:
        outcomes = [run.outcome(index) for index in range(2)]
        outputs = [run.out(index) for index in range(2)]
    assert [outcome.values for outcome in outcomes] == [{"x": 1}] * 2
    assert outputs[0] == b"y" * LIMIT + TOLD
    assert outputs[1].startswith(b"\n<hopla>")


def test_other_news_of_the_job_come_first(script):
    path = script("import os, signal; os.write(1, b'x' * 20_000); os.kill(os.getpid(), 9)")
    outcome, _, _ = run_one(path, log_limit_mb=0.01)
    assert outcome.detail == "killed by SIGKILL; output over 0.01 MB was dropped"
