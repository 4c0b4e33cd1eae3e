"""Advice on a stored run: from what succeeded, on the machine that it ran on."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_uses import uses_of
from stored_jobs import ended, stored_run

from hopla_gui.domain.advice import advise
from hopla_gui.domain.job import JobState
from hopla_gui.engine.machine import _cgroup_limit, this_machine
from hopla_gui.engine.results.advising import run_advice
from hopla_gui.errors import EnvironmentProblem

HERE = socket.gethostname()


def took(state=JobState.SUCCEEDED, code=0, memory=100.0, host=HERE, seconds=1.0):
    return ended(state, code, max_rss_mb=memory, hostname=host, duration_s=seconds, cpu_s=seconds)


def advice_on(tmp_path, *outcomes):
    with stored_run(tmp_path, [({"x": x}, outcome) for x, outcome in enumerate(outcomes)]) as run:
        return run_advice(run)


def test_jobs_that_failed_early_do_not_count(tmp_path):
    failed = took(JobState.FAILED, 1, memory=5)
    advice = advice_on(tmp_path, took(), took(memory=120), failed, failed, None)

    assert advice.jobs == 2
    assert advice.memory_mb.most == 120
    assert advice.unsuccessful.failed == 2
    assert advice.workers >= 1


def test_jobs_that_failed_count_where_none_succeeded(tmp_path):
    advice = advice_on(tmp_path, took(JobState.FAILED, 1, memory=5))
    assert advice.memory_mb.most == 5
    assert advice.unsuccessful.failed == 0


def test_a_run_elsewhere_says_nothing_of_this_machine(tmp_path):
    advice = advice_on(tmp_path, took(), took(host="node17"))

    assert advice.workers is None
    assert advice.memory_gb == 0.3


def test_what_was_stopped_and_killed_is_counted(tmp_path):
    advice = advice_on(
        tmp_path,
        took(),
        took(JobState.TIMEOUT, -15),
        took(JobState.FAILED, -9),
        took(JobState.CANCELLED, -9),
    )

    assert (advice.unsuccessful.timed_out, advice.unsuccessful.killed) == (1, 1)


def test_a_run_of_which_nothing_ended_has_no_advice(tmp_path):
    assert advice_on(tmp_path, None, None) is None


measured = st.one_of(st.none(), st.floats(0, 1e6), st.sampled_from([0.05, 0.1, 1.0, 9.0]))


@given(st.lists(st.tuples(measured, measured, measured), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_the_store_ranks_as_python_does(found):
    outcomes = [
        (
            {"x": x},
            ended(max_rss_mb=memory, duration_s=seconds, cpu_s=cpu, hostname=HERE),
        )
        for x, (seconds, cpu, memory) in enumerate(found)
    ]
    with TemporaryDirectory() as folder, stored_run(Path(folder), outcomes) as run:
        assert run_advice(run) == advise(uses_of(found), this_machine())


def test_only_the_jobs_that_are_asked_for_count(tmp_path):
    outcomes = [({"x": x}, took(memory=x + 1)) for x in range(5)]
    with stored_run(tmp_path, outcomes) as run:
        assert run_advice(run, range(1, 3)).memory_mb.most == 3


def test_what_nobody_waits_for_is_not_read_to_its_end(tmp_path):
    outcomes = [({"x": x}, took()) for x in range(2_000)]
    with (
        stored_run(tmp_path, outcomes) as run,
        pytest.raises(EnvironmentProblem, match="interrupted"),
    ):
        run_advice(run, is_stale=lambda: True)


def test_this_machine_has_cores_and_memory():
    machine = this_machine()

    assert machine.cores >= 1
    assert machine.memory_mb > 100


@pytest.mark.parametrize(("text", "limit"), [("max\n", None), ("2000000000\n", 2 * 10**9)])
def test_the_limit_of_a_container_counts(tmp_path, text, limit):
    (tmp_path / "memory.max").write_text(text)

    assert _cgroup_limit(tmp_path / "memory.max") == limit
    assert _cgroup_limit(tmp_path / "nowhere") is None
