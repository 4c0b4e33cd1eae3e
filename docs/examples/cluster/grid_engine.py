"""Grid Engine, by its commands: an example of a further scheduler; see docs/clusters.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from hopla_gui.engine.running.runners.cluster.backend import (
    Limits,
    NotAnswering,
    Submission,
    TaskState,
    TaskStatus,
)
from hopla_gui.engine.running.runners.cluster.batch_script import batch_script
from hopla_gui.engine.running.runners.cluster.queues import Queue
from hopla_gui.engine.running.runners.cluster.scheduler_command import absent, ask
from hopla_gui.errors import EnvironmentProblem

_LINE = re.compile(
    r"\s*(\d+)\s+\S+\s+\S+\s+\S+\s+(\w+)\s+\S+\s+\S+\s+(\S*@\S+)?\s+\d+\s*(\d+)?\s*$"
)


class GridEngine:
    """See `Backend`."""

    name = "sge"
    title = "Grid Engine"
    unsaid: ClassVar[tuple[str, ...]] = ("qos", "constraint")
    programs: ClassVar[tuple[str, ...]] = ("qsub", "qstat", "qdel", "qacct", "qalter")

    def missing(self) -> str | None:
        """Return what is not here and how to get it."""
        return absent(self.programs, "Grid Engine's commands")

    def limits(self) -> Limits:
        """Return the length of an array."""
        return Limits(array_tasks=75_000)

    def queues(self) -> list[Queue]:
        """Return no queue: what they grant is not asked for."""
        return []

    def script(self, submission: Submission) -> str:
        """Return the batch script's text."""
        hours = submission.options.walltime_h
        return batch_script(
            submission,
            "grid_engine.sh",
            {"array": f"1-{submission.tasks}", "seconds": hours and int(hours * 3600)},
        )

    def command(self, submission: Submission) -> list[str]:
        """Return the words that submit the script."""
        where = ("-o", str(submission.log))
        return ["qsub", "-terse", *where, *submission.options.extra, str(submission.script)]

    def submit(self, submission: Submission) -> str:
        """Submit the script; ``-terse`` prints ``123.1-8:1``."""
        said = ask(self.command(submission))
        number = said.out.strip().partition(".")[0]
        if said.status or not number.isdigit():
            kind = NotAnswering if "unable to" in said.err else EnvironmentProblem
            raise kind(said.line)
        return number

    def find(self, name: str) -> str | None:
        """Return the id of the array with this name."""
        said = ask(["qstat", "-j", name])
        found = re.search(r"^job_number:\s+(\d+)", said.out, re.M)
        return found[1] if found else None

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how the tasks stand; ``-g d`` gives each a line of its own."""
        said = ask(["qstat", "-g", "d"])
        if said.status:
            raise NotAnswering(said.line)
        lines = map(_LINE.match, said.out.splitlines())
        return [_status(*line.groups()) for line in lines if line and line[1] in arrays]

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """Return how tasks ended that have left the queue."""
        found = []
        for array in arrays:
            for record in re.split(r"^=+$", ask(["qacct", "-j", array]).out, flags=re.M)[1:]:
                facts = dict(re.findall(r"^(\w+)\s+(.*?)\s*$", record, re.M))
                index = int(facts.get("taskid", "1")) - 1
                word = f"exit status {facts.get('exit_status')}"
                ended = facts.get("failed", "0").startswith("0") and facts.get("exit_status") == "0"
                state = TaskState.ENDED if ended else TaskState.FAILED
                found.append(TaskStatus(array, index, f"{array}.{index + 1}", state, word))
        return found

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel tasks (``123.4``) or whole arrays."""
        for task in ids:
            array, _, number = task.partition(".")
            ask(["qdel", array, *(["-t", number] if number else [])])

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""
        if arrays:
            ask(["qhold" if held else "qrls", *arrays])

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time; 0 is its word for no limit."""
        ask(["qalter", "-tc", str(at_once or 0), array])


def _status(array: str, word: str, place: str | None, number: str | None) -> TaskStatus:
    index = int(number or 1) - 1
    state = (
        TaskState.RUNNING if word.strip("Rd") in ("r", "t", "s", "S", "T") else TaskState.WAITING
    )
    node = (place or "").partition("@")[2]
    return TaskStatus(array, index, f"{array}.{index + 1}", state, word, "", node)
