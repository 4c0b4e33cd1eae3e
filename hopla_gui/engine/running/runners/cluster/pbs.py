"""OpenPBS and PBS Professional, by their commands.

One ``qstat`` is asked for all of a run's arrays. Where the server keeps no history (``-x`` is
refused), what has ended is what is no longer told of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

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
from hopla_gui.engine.running.runners.cluster.scheduler_command import Said, absent, ask
from hopla_gui.errors import EnvironmentProblem

_LIMIT = re.compile(
    r"would exceed|Maximum number of jobs|size limit|exceeds? .*limit of|No free connections|"
    r"Resource temporarily unavailable|connection table full",
    re.I,
)
_AWAY = re.compile(
    r"cannot connect|Connection refused|Connection timed out|Communication failure|End of File|"
    r"shutting down|No route to host|Could not connect|pbs_iff|Batch protocol error|"
    r"Unable to communicate",
    re.I,
)
_UNKNOWN = re.compile(r"Unknown Job|has finished|Job has finished|Unknown Job Id", re.I)
_NO_HISTORY = re.compile(r"not configured to maintain job history", re.I)
_FIRST_SIGNAL = 256  # an exit status above is that of a shell whose child was killed


class Pbs:
    """OpenPBS and PBS Professional 19 and newer; see `Backend`."""

    name = "pbs"
    title = "PBS"
    template = "pbs.sh"
    programs: ClassVar[tuple[str, ...]] = ("qsub", "qstat", "qdel", "qselect")
    index_variable = "$PBS_ARRAY_INDEX"
    question: tuple[str, ...] = ("qstat", "-x", "-t", "-f", "-w")
    size_attribute = "max_array_size"
    runs_attribute = "run_count"
    status_attribute = "Exit_status"
    # What the server itself says in the place of an exit status.
    own_statuses: ClassVar[Mapping[int, TaskState]] = {
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
        text = _asked(["qstat", "-Q", "-f"]).out
        return pbs_queues(text, default[1] if default else "")

    def script(self, submission: Submission) -> str:
        """Return the batch script's text; a single task is no array, for PBS has none of one."""
        return batch_script(submission, self.template, self._special(submission))

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""
        where = ("-o", f"{submission.log}/")
        return ["qsub", *where, *submission.options.extra, str(submission.script)]

    def submit(self, submission: Submission) -> str:
        """Submit the script and return the array's id."""
        said = ask(self.command(submission))
        words = said.out.split()
        if said.status == 0 and words and words[-1][:1].isdigit():
            return words[-1]
        if _LIMIT.search(said.err):
            raise LimitReached(said.line)
        if _AWAY.search(said.err):
            raise NotAnswering(said.line)
        raise EnvironmentProblem(f"{self.title} refuses the submission", said.err or said.line)

    def find(self, name: str) -> str | None:
        """Return the id of the array with this name."""
        found = _asked(
            ["qselect", *(w for w in self.question if w == "-x"), "-N", name]
        ).out.split()
        return split_id(found[0])[0] if found else None

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how the tasks of the arrays stand."""
        if not arrays:
            return []
        said = ask([*self.question, *arrays])
        if _NO_HISTORY.search(said.err):
            self.question = tuple(word for word in self.question if word != "-x")
            said = ask([*self.question, *arrays])
        if said.status and not _only_unknown(said):
            raise NotAnswering(said.line)
        wanted, found = set(arrays), []
        for job, attributes in records(said.out):
            array, index = split_id(job)
            if array in wanted and index >= 0:
                found.append(self._status(array, index, job, attributes))
        return found

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return nothing: PBS has no accounts besides its history, which ``poll`` reads."""
        return []

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel tasks or whole arrays."""
        for first in range(0, len(ids), 200):
            said = ask(["qdel", *ids[first : first + 200]])
            if said.status and _AWAY.search(said.err):
                raise NotAnswering(said.line)

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""
        if arrays:
            ask(["qhold" if held else "qrls", "-h", "u", *arrays])

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time."""
        if "[]" in array:
            most = at_once or self._limits.array_tasks
            ask(["qalter", f"-Wmax_run_subjobs={most}", array])

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
            return {"array": None, "index": "0"}
        throttle = f"%{submission.at_once}" if submission.at_once else ""
        return {
            "array": f"0-{submission.tasks - 1}{throttle}",
            "index": f'"{self.index_variable}"',
        }

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
            max(1, _number(attributes.get(self.runs_attribute)) or 1),
        )

    def _word(self, attributes: Mapping[str, str], code: int | None) -> str:
        word = attributes.get("job_state", "?")
        return word if code is None else f"{word}, exit status {code}"

    def _state(self, attributes: Mapping[str, str], code: int | None) -> TaskState:
        match attributes.get("job_state", ""):
            case "R" | "E" | "B" | "U":
                return TaskState.RUNNING
            case "F" | "X" | "C":
                return self._ended(attributes, code)
            case _:
                return TaskState.WAITING

    def _ended(self, attributes: Mapping[str, str], code: int | None) -> TaskState:
        if attributes.get("substate") == "91":
            return TaskState.CANCELLED
        if code is None or code == 0:
            return TaskState.ENDED
        if code < 0:
            return self.own_statuses.get(code, TaskState.NOT_STARTED)
        return TaskState.FAILED

    @cached_property
    def _server(self) -> str:
        return _asked(["qstat", "-B", "-f"]).out

    @cached_property
    def _limits(self) -> Limits:
        default = Limits()
        size = re.search(rf"^\s*{self.size_attribute} = (\d+)", self._server, re.M)
        wait = re.search(r"^\s*kill_delay = (\d+)", self._server, re.M)
        return Limits(
            int(size[1]) if size else 10_000,  # as PBS has it where nothing is set
            float(wait[1]) if wait else default.kill_wait_s,
        )


def node_of(exec_host: str) -> str:
    """Return the first host of ``node1/0*2+node2/1``."""
    return exec_host.partition("/")[0]


def signal_of(exit_status: int) -> int | None:
    """Return the signal that an exit status above 256 stands for."""
    return exit_status - _FIRST_SIGNAL if exit_status > _FIRST_SIGNAL else None


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
