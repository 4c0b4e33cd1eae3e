"""Several machines with no scheduler: whoever sees the run's folder works on it.

Nothing is submitted. ``hopla-gui work`` on a host is a task like those of a scheduler: it claims
jobs until none is left, and tells that it lives.
"""

from __future__ import annotations

from collections.abc import Sequence

from hopla_gui.engine.running.runners.cluster.backend import Limits, Submission, TaskStatus
from hopla_gui.engine.running.runners.cluster.queues import Queue


class Hosts:
    """No scheduler; see `Backend`."""

    name = "hosts"
    title = "Several machines, no scheduler"
    unsaid: tuple[str, ...] = (
        "queue",
        "memory_gb",
        "walltime_h",
        "cpus",
        "gpus",
        "modules",
        "preamble",
    )

    def missing(self) -> str | None:
        """Nothing is needed."""
        return None

    def limits(self) -> Limits:
        """No array can be submitted."""
        return Limits(array_tasks=0)

    def queues(self) -> list[Queue]:
        """There are none."""
        return []

    def script(self, submission: Submission) -> str:
        """There is no batch script."""
        return ""

    def command(self, submission: Submission) -> list[str]:
        """Return what is to be run on each host."""
        return ["hopla-gui", "work", str(submission.log.parent)]

    def submit(self, submission: Submission) -> str:
        """Submit nothing."""
        return ""

    def find(self, name: str) -> str | None:
        """There is nothing to be found."""
        return None

    def poll(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """There is nobody to be asked."""
        return []

    def look_up(self, arrays: Sequence[str]) -> list[TaskStatus]:
        """No accounts are kept."""
        return []

    def cancel(self, ids: Sequence[str]) -> None:
        """Whoever works looks into the folder by itself."""

    def hold(self, arrays: Sequence[str], held: bool) -> None:
        """Whoever works looks into the folder by itself."""

    def set_at_once(self, array: str, at_once: int | None) -> None:
        """Each host has as many workers as it was told to have."""
