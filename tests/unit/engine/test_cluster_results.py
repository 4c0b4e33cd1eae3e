"""What a job's state is: by its own result, by the scheduler's word, by both."""

import json
from contextlib import closing

import pytest

from hopla_gui import api
from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.cluster.backend import TaskState, TaskStatus
from hopla_gui.engine.running.runners.cluster.folder import SharedFolder
from hopla_gui.engine.running.runners.cluster.results import (
    needs_word,
    outcome_with_result,
    outcome_without_result,
)

S, T = JobState, TaskState


def task(state, word, reason=""):
    return TaskStatus("7", 0, "7_0", state, word, reason)


def result(status=0, why=None, terminated=False, out_of_memory=False, **answer):
    told = {
        "status": status, "why": why, "killed": False, "split": 0, "started": 1.0, "ended": 3.0,
        "duration": 2.0, "cpu": 0.1, "rss": 5_000_000, **answer,
    }  # fmt: skip
    return {
        "index": 0, "attempt": 1, "host": "node7", "answer": told, "raw": "",
        "terminated": terminated, "out_of_memory": out_of_memory,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "started", "state", "code", "detail"),
    [
        (task(T.FAILED, "FAILED", "NonZeroExitCode"), 1.0, S.FAILED, -9,
         "its task failed (FAILED: NonZeroExitCode)"),
        (task(T.FAILED, "FAILED", "exit code 0:9"), 1.0, S.FAILED, -9,
         "killed, probably out of memory (FAILED: exit code 0:9)"),
        (task(T.NOT_STARTED, "FAILED", "JobLaunchFailure"), 1.0, S.LOST, None,
         "its node broke off its task (FAILED: JobLaunchFailure)"),
        (task(T.OUT_OF_MEMORY, "OUT_OF_MEMORY"), 1.0, S.FAILED, -9,
         "out of memory (OUT_OF_MEMORY)"),
        (task(T.CANCELLED, "CANCELLED by 5"), 1.0, S.CANCELLED, -9,
         "cancelled with its task (CANCELLED by 5)"),
        (task(T.TIMEOUT, "TIMEOUT"), 1.0, S.TIMEOUT, -9,
         "stopped at the time limit of its task (TIMEOUT)"),
        (task(T.NODE_FAILED, "NODE_FAIL"), 1.0, S.LOST, None, "node failure (NODE_FAIL)"),
        (task(T.PREEMPTED, "PREEMPTED"), 1.0, S.LOST, None, "preempted (PREEMPTED)"),
        (task(T.ENDED, "COMPLETED"), 1.0, S.LOST, None,
         "its task ended without its result (COMPLETED)"),
        (None, 1.0, S.LOST, None, "no word of its task, and no result"),
        (task(T.NOT_STARTED, "LAUNCH_FAILED"), None, S.FAILED, None,
         "could not start (LAUNCH_FAILED)"),
    ],
)  # fmt: skip
def test_without_a_result_the_schedulers_word_decides(status, started, state, code, detail):
    outcome = outcome_without_result(status, started, "node7")
    assert (outcome.state, outcome.exit_code, outcome.detail) == (state, code, detail)
    assert outcome.hostname == "node7"


@pytest.mark.parametrize(
    "status",
    [task(T.NOT_STARTED, "FAILED", "JobLaunchFailure"), task(T.FAILED, "FAILED", "exit code 0:9")],
)
def test_a_task_whose_log_says_that_memory_ran_out_is_out_of_memory(status):
    said = "slurmstepd: error: StepId=22.batch exceeded memory limit (3 > 2), being killed\n"
    outcome = outcome_without_result(status, 1.0, "node7", said)
    assert (outcome.state, outcome.exit_code) == (S.FAILED, -9)
    assert outcome.detail == f"out of memory ({status.detail})"


def test_a_result_decides_whatever_the_scheduler_says():
    outcome = outcome_with_result(result(), None, task(T.NODE_FAILED, "NODE_FAIL"))
    assert (outcome.state, outcome.exit_code, outcome.hostname) == (S.SUCCEEDED, 0, "node7")
    assert not needs_word(result())
    assert outcome_with_result(result(7 << 8), None, None).exit_code == 7


@pytest.mark.parametrize(
    "found",
    [
        result(15, terminated=True),
        result(143 << 8, terminated=True),
        result(0, why="terminated", terminated=True),
        result(9, why="terminated", terminated=True),
    ],
)
@pytest.mark.parametrize(
    ("status", "state"),
    [
        (task(T.TIMEOUT, "TIMEOUT"), S.TIMEOUT),
        (task(T.CANCELLED, "CANCELLED"), S.CANCELLED),
        (task(T.NODE_FAILED, "NODE_FAIL"), S.LOST),
        (None, S.LOST),
    ],
)
def test_what_the_scheduler_has_ended_has_the_schedulers_word(found, status, state):
    assert needs_word(found)
    assert outcome_with_result(found, None, status).state is state


def test_where_nobody_remembers_the_task_the_time_it_had_tells():
    found = {**result(15, terminated=True), "at_limit": True}
    assert outcome_with_result(found, None, None).state is S.TIMEOUT
    assert outcome_with_result(found, None, task(T.CANCELLED, "CANCELLED")).state is S.CANCELLED


def test_a_job_that_ends_itself_by_sigterm_has_failed():
    found = result(15)
    assert not needs_word(found)
    assert outcome_with_result(found, None, None).state is S.FAILED


def test_in_a_pack_the_kernel_tells_which_job_it_has_killed():
    assert outcome_with_result(result(9, out_of_memory=True), None, None).detail.startswith(
        "out of memory"
    )
    other = outcome_with_result(result(9), None, task(T.OUT_OF_MEMORY, "OUT_OF_MEMORY"))
    assert other.detail == "killed by SIGKILL"
    unknown = result(9, out_of_memory=None)
    assert needs_word(unknown)
    said = outcome_with_result(unknown, None, task(T.OUT_OF_MEMORY, "OUT_OF_MEMORY"))
    assert said.detail == "out of memory (OUT_OF_MEMORY)"


def test_the_runs_own_limit_and_a_cancelled_job_stay_what_they_are():
    late = result(15, why="timeout", terminated=True)
    assert outcome_with_result(late, 2.0, task(T.TIMEOUT, "TIMEOUT")).detail == "stopped after 2 s"
    stopped = result(2, why="cancelled", terminated=True)
    assert outcome_with_result(stopped, None, None).state is S.CANCELLED


def test_a_worker_that_vanished_is_lost_unless_memory_ran_out():
    gone = {**result(), "answer": {"lost": "its worker process was killed by signal 9"}}
    assert outcome_with_result(gone, None, None).state is S.LOST
    killed = outcome_with_result({**gone, "out_of_memory": True}, None, None)
    assert (killed.state, killed.detail[:13]) == (S.FAILED, "out of memory")
    # WHEN nobody on the node could tell: a scheduler that kills a task may begin with the worker
    unknown = {**gone, "out_of_memory": None}
    assert needs_word(unknown)
    said = outcome_with_result(unknown, None, task(T.OUT_OF_MEMORY, "mem exceeded"))
    assert (said.state, said.detail[:13]) == (S.FAILED, "out of memory")
    assert outcome_with_result(unknown, None, task(T.FAILED, "1")).state is S.LOST


def test_a_result_that_comes_after_its_job_was_lost_is_taken_when_the_run_is_resumed(tmp_path):
    # GIVEN a run whose only job was lost with its node
    session = api.prepare_commands(
        [["true"]], options=RunOptions(on="hosts"), python=None, runs_dir=tmp_path
    )
    run_dir = session.run.run_dir
    session.close()
    folder = SharedFolder(run_dir)
    folder.create(None, None)
    folder.add([Ticket(JobSpec(0, "job_0", {}, ("true",)), 1)], 1, skip_first_word=False)
    folder.claim((0, 1))
    with closing(RunStore(run_dir)) as store:
        store.write([JobStarted(0, 1, 1.0), JobFinished(0, 1, JobOutcome(S.LOST))])
    # WHEN the node turns out to have finished it
    text = json.dumps(result())
    (folder.path / "blocks" / "0" / "0.1" / "result.json").write_text(text)
    session, rerun = api.prepare_resume(run_dir)
    session.close()
    # THEN nothing runs again
    assert rerun == []
    with closing(api.open_run(run_dir)) as run:
        assert (run.record(0).outcome.state, run.record(0).attempt) == (S.SUCCEEDED, 1)
