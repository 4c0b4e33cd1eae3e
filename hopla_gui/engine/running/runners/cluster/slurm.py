"""Slurm, by its commands.

``squeue`` is asked for all of the user's tasks at once: ``-j`` fails as soon as one of several
jobs is forgotten, and ``--json`` is ten times slower. ``sacct`` is asked only for what it has
forgotten, where the site keeps accounts.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from functools import cache, cached_property
from typing import ClassVar

from hopla_gui.engine.running.runners.cluster.backend import (
    LimitReached,
    Limits,
    NotAnswering,
    Submission,
    TaskState,
    TaskStatus,
)
from hopla_gui.engine.running.runners.cluster.batch_script import batch_script
from hopla_gui.engine.running.runners.cluster.queues import Queue, slurm_queues
from hopla_gui.engine.running.runners.cluster.scheduler_command import Said, absent, ask, tell
from hopla_gui.errors import EnvironmentProblem

_FORMAT = "%F|%K|%A|%T|%r|%N"
_LIMIT = re.compile(r"MaxSubmit|MaxJobs|temporarily unable|Too many|job limit", re.I)
_AWAY = re.compile(
    r"Unable to contact|Connection refused|Socket timed out|timed out|Zero Bytes|"
    r"Communication connection|Transport endpoint|could not resolve|Resource temporarily",
    re.I,
)
_NO_ACCOUNTS = re.compile(r"accounting storage is disabled|Slurm accounting", re.I)

# By prefix: "CANCELLED by 1000".
_STATES = (
    ("COMPLETED", TaskState.ENDED),
    ("RUNNING", TaskState.RUNNING),
    ("COMPLETING", TaskState.RUNNING),
    ("STAGE_OUT", TaskState.RUNNING),
    ("SIGNALING", TaskState.RUNNING),
    ("STOPPED", TaskState.RUNNING),
    ("SUSPENDED", TaskState.RUNNING),  # it has begun, and goes on
    ("PENDING", TaskState.WAITING),
    ("CONFIGURING", TaskState.WAITING),
    ("REQUEUE", TaskState.WAITING),
    ("SPECIAL_EXIT", TaskState.WAITING),
    ("OUT_OF_ME", TaskState.OUT_OF_MEMORY),
    ("FAILED", TaskState.FAILED),
    ("CANCELLED", TaskState.CANCELLED),
    ("REVOKED", TaskState.CANCELLED),
    ("TIMEOUT", TaskState.TIMEOUT),
    ("DEADLINE", TaskState.TIMEOUT),
    ("NODE_FAIL", TaskState.NODE_FAILED),
    ("BOOT_FAIL", TaskState.NODE_FAILED),
    ("PREEMPTED", TaskState.PREEMPTED),
    ("LAUNCH_FAILED", TaskState.NOT_STARTED),
)


class Slurm:
    """Slurm 20.02 and newer; see `Backend`."""

    name = "slurm"
    title = "Slurm"
    template = "slurm.sh"
    unsaid: tuple[str, ...] = ()
    programs: ClassVar[tuple[str, ...]] = ("sbatch", "squeue", "scancel", "scontrol", "sinfo")
    home = "Slurm's commands"

    def missing(self) -> str | None:
        """Return what is not here and how to get it."""
        return absent(self.programs, self.home)

    def limits(self) -> Limits:
        """Return the length of an array and the time between SIGTERM and SIGKILL."""
        return self._limits

    def queues(self) -> list[Queue]:
        """Return the partitions, with what they grant."""
        return slurm_queues(_asked(["sinfo", "-h", "-e", "-o", "%P|%a|%l|%c|%m|%G"]).out)

    def script(self, submission: Submission) -> str:
        """Return the batch script's text."""
        return batch_script(submission, self.template, self._special(submission))

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""
        where = (f"--chdir={submission.log}", f"--output={output_pattern(submission)}")
        return ["sbatch", "--parsable", *where, *submission.options.extra, str(submission.script)]

    def submit(self, submission: Submission) -> str:
        """Submit the script and return the array's id."""
        said = ask(self.command(submission))
        number = self._array_id(said.out)
        if said.status == 0 and number:
            return number
        if _LIMIT.search(said.err):
            raise LimitReached(said.line)
        if _AWAY.search(said.err):
            raise NotAnswering(said.line)
        raise EnvironmentProblem(
            f"{self.title} refuses the submission", said.err.strip() or said.line
        )

    def find(self, name: str) -> str | None:
        """Return the id of the array with this name."""
        said = _asked(["squeue", "--me", "-h", "-t", "all", f"--name={name}", "-o", "%F"])
        found = said.out.split()
        return found[0] if found else None

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how the tasks of the arrays stand."""
        if not arrays:
            return []
        said = _asked(["squeue", "--me", "-h", "-r", "-t", "all", "-o", _FORMAT])
        wanted = set(arrays)
        lines = (line.split("|", 5) for line in said.out.splitlines())
        return [_status(*line) for line in lines if len(line) == 6 and line[0] in wanted]

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how tasks ended that the controller has forgotten."""
        if not arrays or not self._keeps_accounts:
            return []
        words = ["sacct", "-X", "-n", "-P", "-j", ",".join(arrays), "-o", "JobID,State,ExitCode"]
        said = _asked(words)
        found = []
        for line in said.out.splitlines():
            task, state, code = [*line.split("|"), "", ""][:3]
            array, _, index = task.partition("_")
            if index.isdigit():
                reason = "" if code in ("", "0:0") else f"exit code {code}"
                found.append(
                    TaskStatus(array, int(index), task, _state(state, code), state, reason)
                )
        return found

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel tasks or whole arrays."""
        for first in range(0, len(ids), 500):
            tell(["scancel", *ids[first : first + 500]], _AWAY)

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""
        for array in arrays:
            tell(["scontrol", "hold" if held else "release", array], _AWAY)

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time; 0 is Slurm's word for no limit."""
        throttle = f"ArrayTaskThrottle={at_once or 0}"
        tell(["scontrol", "update", f"JobId={array}", throttle], _AWAY)

    def _special(self, submission: Submission) -> dict[str, object]:
        throttle = f"%{submission.at_once}" if submission.at_once else ""
        return {"array": f"0-{submission.tasks - 1}{throttle}"}

    def _array_id(self, out: str) -> str | None:
        """Read ``123`` or ``123;cluster``."""
        number = out.strip().rpartition("\n")[2].partition(";")[0]
        return number if number.isdigit() else None

    @cached_property
    def _limits(self) -> Limits:
        said = _asked(["scontrol", "show", "config"])
        found = dict(re.findall(r"^(MaxArraySize|KillWait)\s*=\s*(\d+)", said.out, re.M))
        default = Limits()
        size = int(found.get("MaxArraySize", default.array_tasks))
        return Limits(max(1, size), float(found.get("KillWait", default.kill_wait_s)))

    @cached_property
    def _keeps_accounts(self) -> bool:
        if shutil.which("sacct") is None:
            return False
        said = ask(["sacct", "-X", "-n", "-P", "-o", "JobID"])
        return not (said.status and _NO_ACCOUNTS.search(said.err))


def _asked(command: Sequence[str]) -> Said:
    said = ask(command)
    if said.status:
        raise NotAnswering(said.line)
    return said


def _status(array: str, index: str, job: str, word: str, reason: str, node: str) -> TaskStatus:
    is_array = index.isdigit()
    task = f"{array}_{index}" if is_array else job
    reason = "" if reason in ("None", "") else reason
    state = _state(word, reason)
    return TaskStatus(array, int(index) if is_array else 0, task, state, word, reason, node)


@cache
def _state(word: str, reason: str) -> TaskState:
    if reason == "JobLaunchFailure" and word.startswith("FAILED"):
        return TaskState.NOT_STARTED
    for prefix, state in _STATES:
        if word.startswith(prefix):
            return state
    return TaskState.RUNNING  # a word that is not known here: it is let alone


def output_pattern(submission: Submission) -> str:
    """Return where each task writes; what looks like a pattern in the folder's name is none."""
    return f"{str(submission.log).replace('%', '%%')}/{submission.name}.%a.out"
