"""What became of a job: from its own result, the scheduler's word on its task, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.running.runners.cluster.backend import TaskState, TaskStatus
from hopla_gui.engine.running.runners.outcome import outcome_of

_KILLED = -9
_KILLED_TASK = re.compile(r":9\b|\b-9\b|\bsignal 9\b")

_OVER_MEMORY = re.compile(r"exceeded (job )?memory limit|oom.kill", re.I)  # slurmstepd's words

# A job without a result whose task ended so.
_FATES = {
    TaskState.FAILED: (JobState.FAILED, "its task failed"),
    TaskState.OUT_OF_MEMORY: (JobState.FAILED, "out of memory"),
    TaskState.CANCELLED: (JobState.CANCELLED, "cancelled with its task"),
    TaskState.TIMEOUT: (JobState.TIMEOUT, "stopped at the time limit of its task"),
    TaskState.NODE_FAILED: (JobState.LOST, "node failure"),
    TaskState.PREEMPTED: (JobState.LOST, "preempted"),
    TaskState.NOT_STARTED: (JobState.FAILED, "could not start"),
}


def needs_word(result: Mapping[str, Any]) -> bool:
    """Tell whether only the scheduler knows why a job ended as it did."""
    if _was_terminated(result):
        return True
    is_killed = has_lost_its_worker(result) or _signal(result) == _KILLED
    return is_killed and result.get("out_of_memory") is None and not result["answer"].get("why")


def has_lost_its_worker(result: Mapping[str, Any]) -> bool:
    """Tell whether the process that ran a job was ended before it could say anything."""
    return "lost" in result["answer"]


def outcome_with_result(
    result: Mapping[str, Any], timeout: float | None, task: TaskStatus | None
) -> JobOutcome:
    """Judge a job that has handed over a result.

    Parameters
    ----------
    timeout
        The run's own time limit of a job.
    task
        The scheduler's word on the task, where it is known and `needs_word`.
    """
    host = str(result.get("host", ""))
    answer = result["answer"]
    if has_lost_its_worker(result):
        return _lost_worker(result, host, task)
    if answer.get("why") == "terminated":
        answer = {**answer, "why": None}
    raw = str(result.get("raw", "")).encode("utf-8", "surrogateescape")
    outcome = replace(outcome_of(answer, raw, timeout), hostname=host)
    if _was_terminated(result):
        state, why = _fate(task) if task else (JobState.LOST, "its task was stopped")
        if task is None and result.get("at_limit"):
            state, why = JobState.TIMEOUT, "stopped at the time limit of its task"
        return replace(outcome, state=state, detail=why)
    if _signal(result) == _KILLED and not answer.get("why"):
        if result.get("out_of_memory"):
            return replace(outcome, detail="out of memory (OUT_OF_MEMORY): killed by the kernel")
        if result.get("out_of_memory") is False:
            return outcome  # the kernel has killed another one, or nobody
        if task and task.state is TaskState.OUT_OF_MEMORY:
            return replace(outcome, detail=f"out of memory ({task.detail})")
        if task and task.state is TaskState.FAILED:
            return replace(outcome, detail=f"killed, probably out of memory ({task.detail})")
    return outcome


def outcome_without_result(
    task: TaskStatus | None, started: float | None, host: str, said: str = ""
) -> JobOutcome:
    """Judge a job whose task is gone and has told nothing; ``None``: nobody knows of the task.

    Parameters
    ----------
    said
        What the task's log ends with: the node may say there why it has killed it.
    """
    if task is None:
        why = "no word of its task, and no result"
        return JobOutcome(JobState.LOST, started=started, hostname=host or None, detail=why)
    state, why = _fate(task)
    is_broken_off = started is not None and task.state is TaskState.NOT_STARTED
    if (is_broken_off or task.state is TaskState.FAILED) and _OVER_MEMORY.search(said):
        state, why = JobState.FAILED, f"out of memory ({task.detail})"
    elif is_broken_off:
        # Slurm says so as well of a task that has begun, where its node could not keep it up.
        state, why = JobState.LOST, f"its node broke off its task ({task.detail})"
    # It had no time for a result, so SIGKILL has ended it; or nobody knows, and it may run yet.
    code = None if started is None or state is JobState.LOST else _KILLED
    return JobOutcome(state, code, started=started, hostname=host or None, detail=why)


def _fate(task: TaskStatus) -> tuple[JobState, str]:
    state, why = _FATES.get(task.state, (JobState.LOST, "its task ended without its result"))
    if task.state is TaskState.FAILED and _KILLED_TASK.search(task.detail):
        why = "killed, probably out of memory"
    return state, f"{why} ({task.detail})"


def _lost_worker(result: Mapping[str, Any], host: str, task: TaskStatus | None) -> JobOutcome:
    detail = str(result["answer"]["lost"])
    # A task over its limit is killed process by process: the worker may go first.
    if result.get("out_of_memory") or (task and task.state is TaskState.OUT_OF_MEMORY):
        return JobOutcome(JobState.FAILED, hostname=host, detail=f"out of memory: {detail}")
    return JobOutcome(JobState.LOST, hostname=host, detail=detail)


def _was_terminated(result: Mapping[str, Any]) -> bool:
    """Tell whether a job was ended by what the scheduler sent to all of its task."""
    answer = result["answer"]
    if answer.get("why") == "terminated":
        return True
    is_sigterm = _signal(result) == -15 or answer.get("status") == 143 << 8
    return bool(result.get("terminated")) and is_sigterm and not answer.get("why")


def _signal(result: Mapping[str, Any]) -> int:
    status = result["answer"].get("status", 0)
    return -(int(status) & 0x7F)
