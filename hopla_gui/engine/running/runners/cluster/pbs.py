"""OpenPBS and PBS Professional, by their commands.

One ``qstat`` is asked for all of a run's arrays. Where the server keeps no history (``-x`` is
refused), what has ended is what is no longer told of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.running.runners.cluster.backend import (
    LimitReached,
    Limits,
    NotAnswering,
    Submission,
    TaskState,
    TaskStatus,
)
from hopla_gui.engine.running.runners.cluster.batch_script import batch_script, common_fields
from hopla_gui.engine.running.runners.cluster.qstat_text import records, split_id, task_id
from hopla_gui.engine.running.runners.cluster.queues import Queue, pbs_queues
from hopla_gui.engine.running.runners.cluster.scheduler_command import Said, absent, ask, tell
from hopla_gui.errors import EnvironmentProblem

_LIMIT = re.compile(
    r"would exceed|Maximum number of jobs|size limit|exceeds? .*limit of|No free connections|"
    r"Resource temporarily unavailable|connection table full",
    re.I,
)
AWAY = re.compile(
    r"cannot connect|Connection refused|Connection timed out|Communication failure|End of File|"
    r"shutting down|No route to host|Could not connect|pbs_iff|Batch protocol error|"
    r"Unable to communicate",
    re.I,
)
_UNKNOWN = re.compile(r"Unknown Job|has finished|Job has finished|Unknown Job Id", re.I)
_NO_HISTORY = re.compile(r"not configured to maintain job history", re.I)
_FIRST_SIGNAL = 256  # an exit status above is that of a task that was killed
_SHELLS_SIGNAL = 128  # and this is how a shell says so of what it has run


class Pbs:
    """OpenPBS and PBS Professional 20 and newer: those that can limit an array; see `Backend`."""

    name = "pbs"
    title = "PBS"
    template = "pbs.sh"
    unsaid: tuple[str, ...] = ("qos",)
    programs: ClassVar[tuple[str, ...]] = ("qsub", "qstat", "qdel", "qselect")
    index_variable = "$PBS_ARRAY_INDEX"
    question: tuple[str, ...] = ("qstat", "-t", "-f", "-w")
    history: tuple[str, ...] = ("-x",)
    size_attribute = "max_array_size"
    usual_kill_wait_s = 10.0
    status_attribute = "Exit_status"
    # What the server itself says in the place of an exit status.
    own_statuses: ClassVar[Mapping[int, TaskState]] = {
        -24: TaskState.FAILED,  # too many processors, as the comment says
        -25: TaskState.FAILED,
        -26: TaskState.OUT_OF_MEMORY,
        -27: TaskState.OUT_OF_MEMORY,
        -28: TaskState.TIMEOUT,
        -29: TaskState.TIMEOUT,
    }

    def missing(self) -> str | None:
        """Return what is not here and how to get it."""
        return absent(self.programs, f"{self.title}'s commands")

    def limits(self) -> Limits:
        """Return the length of an array and the time between SIGTERM and SIGKILL."""
        return self._limits

    def queues(self) -> list[Queue]:
        """Return the queues, with what they grant."""
        default = re.search(r"^\s*default_queue = (\S+)", self._server, re.M)
        return pbs_queues(self._queues, default[1] if default else "")

    def script(self, submission: Submission) -> str:
        """Return the batch script's text; a single task is no array, for PBS has none of one."""
        return batch_script(submission, self.template, self._special(submission))

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""
        return ["qsub", *submission.options.extra, str(submission.script)]

    def submit(self, submission: Submission) -> str:
        """Submit the script and return the array's id."""
        said = ask(self.command(submission))
        words = said.out.split()
        if said.status == 0 and words and words[-1][:1].isdigit():
            return words[-1]
        if _LIMIT.search(said.err):
            raise LimitReached(said.line)
        if AWAY.search(said.err):
            raise NotAnswering(said.line)
        raise EnvironmentProblem(f"{self.title} refuses the submission", said.err or said.line)

    def find(self, name: str) -> str | None:
        """Return the id of the array with this name."""
        said = self._with_history(["qselect"], ["-N", name])
        if said.status:
            raise NotAnswering(said.line)
        found = said.out.split()
        return split_id(found[0])[0] if found else None

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how the tasks of the arrays stand."""
        if not arrays:
            return []
        said = self._with_history(self.question, arrays)
        if said.status and not _only_unknown(said):
            raise NotAnswering(said.line)
        wanted, found = set(arrays), []
        for job, attributes in records(said.out):
            array, index = split_id(job)
            if array in wanted and index >= 0:
                found.append(self._status(array, index, job, attributes))
        return found

    def _with_history(self, question: Sequence[str], names: Sequence[str]) -> Said:
        """Ask about what has ended, too, where the server keeps it; refusals have status 0."""
        said = ask([*question, *self.history, *names])
        if self.history and _NO_HISTORY.search(said.err):
            self.history = ()
            said = ask([*question, *names])
        return said

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return nothing: PBS has no accounts besides its history, which ``poll`` reads."""
        return []

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel tasks or whole arrays."""
        for first in range(0, len(ids), 200):
            tell(["qdel", *ids[first : first + 200]], AWAY)

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""
        if arrays:
            tell(["qhold" if held else "qrls", "-h", "u", *arrays], AWAY)

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time."""
        if "[]" in array:
            most = at_once or self._limits.array_tasks
            tell(["qalter", f"-Wmax_run_subjobs={most}", array], AWAY)

    def _special(self, submission: Submission) -> dict[str, object]:
        fields = common_fields(submission)
        parts = [f"1:ncpus={fields['cpus']}"]
        if fields["memory_mb"]:
            parts.append(f"mem={fields['memory_mb']}mb")
        if fields["gpus"]:
            parts.append(f"ngpus={fields['gpus']}")
        if submission.options.constraint:
            parts.append(submission.options.constraint)
        return {**self._array_fields(submission), "select": ":".join(parts)}

    def _array_fields(self, submission: Submission) -> dict[str, object]:
        if submission.tasks == 1:
            return {"array": None, "index": "0", "output": self._output(submission, 0)}
        throttle = f"%{submission.at_once}" if submission.at_once else ""
        return {
            "array": f"0-{submission.tasks - 1}{throttle}",
            "index": f'"{self.index_variable}"',
            "output": self._output(submission, f'"{self.index_variable}"'),
        }

    def _output(self, submission: Submission, index: object) -> str:
        """Return, for the shell, where a task writes.

        It opens the file by itself: what PBS is told to write is written on the node, and copied
        by it when the task has ended, with passwords asked of nobody; and not every name of a
        folder can be told to ``qsub``.
        """
        return f"{shell_line([str(submission.log / submission.name)])}.{index}.out"

    def _status(
        self, array: str, index: int, job: str, attributes: Mapping[str, str]
    ) -> TaskStatus:
        code = _number(attributes.get(self.status_attribute))
        return TaskStatus(
            array,
            index,
            task_id(array, index) if "[]" in array else job,
            self._state(attributes, code),
            self._word(attributes, code),
            attributes.get("comment", ""),
            node_of(attributes.get("exec_host", "")),
        )

    def _word(self, attributes: Mapping[str, str], code: int | None) -> str:
        word = attributes.get("job_state", "?")
        if code is None:
            return word
        number = signal_of(code)
        return f"{word}, exit status {code}" + (f" (signal {number})" if number else "")

    def _state(self, attributes: Mapping[str, str], code: int | None) -> TaskState:
        match attributes.get("job_state", ""):
            case "Q" | "H" | "W" | "T" | "M":
                return TaskState.WAITING
            case "F" | "X" | "C":
                return self._ended(attributes, code)
            case _:  # suspended as well: it has begun
                return TaskState.RUNNING

    def _ended(self, attributes: Mapping[str, str], code: int | None) -> TaskState:
        comment = attributes.get("comment", "")
        if attributes.get("substate") == "91" or comment == "Subjob terminated":
            return TaskState.CANCELLED
        if code is None and comment == "Subjob failed":
            return TaskState.FAILED
        if code is None or code == 0:
            return TaskState.ENDED
        if code < 0:
            return self.own_statuses.get(code, TaskState.NOT_STARTED)
        return TaskState.FAILED

    @cached_property
    def _server(self) -> str:
        return _asked(["qstat", "-B", "-f"]).out

    @cached_property
    def _queues(self) -> str:
        return _asked(["qstat", "-Q", "-f"]).out

    @cached_property
    def _limits(self) -> Limits:
        size = re.search(rf"^\s*{self.size_attribute} = (\d+)", self._server, re.M)
        told = re.findall(r"^\s*kill_delay = (\d+)", self._server + self._queues, re.M)
        return Limits(
            int(size[1]) if size else 10_000,  # as PBS has it where nothing is set
            min([self.usual_kill_wait_s, *map(float, told)]),  # whatever queue it will be
        )


def node_of(exec_host: str) -> str:
    """Return the first host of ``node1/0*2+node2/1``."""
    return exec_host.partition("/")[0]


def signal_of(exit_status: int) -> int | None:
    """Return the signal that an exit status stands for: of a shell that was killed, or says so."""
    base = _FIRST_SIGNAL if exit_status > _FIRST_SIGNAL else _SHELLS_SIGNAL
    return exit_status - base if exit_status > base else None


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _only_unknown(said: Said) -> bool:
    """Whether all that ``qstat`` complains of are jobs that it has forgotten."""
    lines = [line for line in said.err.splitlines() if line.strip()]
    return bool(lines) and all(_UNKNOWN.search(line) for line in lines)


def _asked(command: Sequence[str]) -> Said:
    said = ask(command)
    if said.status:
        raise NotAnswering(said.line)
    return said
