"""TORQUE, by its commands: PBS's ancestor in words, with arrays, statuses and limits of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from hopla_gui.engine.running.runners.cluster.backend import Submission, TaskState
from hopla_gui.engine.running.runners.cluster.batch_script import common_fields
from hopla_gui.engine.running.runners.cluster.pbs import AWAY, Pbs
from hopla_gui.engine.running.runners.cluster.scheduler_command import tell


class Torque(Pbs):
    """TORQUE 4 and newer; see `Backend`.

    Its ``qstat -x`` means XML, and what has ended is told of for some minutes (``keep_completed``)
    at most.
    """

    title = "TORQUE"
    template = "torque.sh"
    unsaid: tuple[str, ...] = ()
    index_variable = "$PBS_ARRAYID"
    own_statuses: ClassVar[Mapping[int, TaskState]] = {
        -10: TaskState.OUT_OF_MEMORY,
        -11: TaskState.TIMEOUT,
        -12: TaskState.TIMEOUT,
    }
    question = ("qstat", "-t", "-f", "-1")
    history = ()
    usual_kill_wait_s = 2.0
    size_attribute = "max_job_array_size"
    status_attribute = "exit_status"

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Have the waiting tasks of the arrays wait on, or let them go."""
        for array in arrays:  # one by one: a running task among them fails the whole call
            tell(["qhold" if held else "qrls", array], AWAY)

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Change how many tasks of an array may run at a time."""
        if "[]" in array:
            most = at_once or self.limits().array_tasks
            tell(["qalter", array, "-t", f"%{most}"], AWAY)

    def _special(self, submission: Submission) -> dict[str, object]:
        fields = common_fields(submission)
        parts = [f"1:ppn={fields['cpus']}"]
        if fields["gpus"]:
            parts.append(f"gpus={fields['gpus']}")
        if submission.options.constraint:
            parts.append(submission.options.constraint)
        return {**self._array_fields(submission), "nodes": ":".join(parts)}
