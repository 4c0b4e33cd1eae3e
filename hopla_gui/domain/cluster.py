"""What a run asks of a cluster: ``[cluster]`` of a sweep file.

The words are ours; each scheduler's template says them in its own. The scheduler's job is called
a *task* here: it runs one job of the run, or a pack of them, one after another or some at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from hopla_gui.errors import UserError

PLACES = ("local", "slurm", "pbs", "ccc", "hosts")  # what ``on`` of a run may be


PLACE_WORDS = {"slurm": "Slurm", "pbs": "PBS", "ccc": "CCC", "hosts": "other hosts"}

_NO_WORD = re.compile(r"[\s\"'\\`$]|[\x00-\x1f\x7f]")
_WORDS = ("queue", "account", "qos", "constraint")  # each becomes a word of a batch script


class ContainerProgram(StrEnum):
    """What starts a container."""

    APPTAINER = "apptainer"
    SINGULARITY = "singularity"
    DOCKER = "docker"
    PCOCC = "pcocc-rs"


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """What each task asks for, and how the jobs are packed into tasks; ``None`` asks for nothing.

    Attributes
    ----------
    queue
        Partition or queue.
    account
        Account or project that is charged.
    memory_gb
        Memory of one job, in GB (10**9 bytes); a task asks for that of the jobs it runs at a time.
    walltime_h
        Hours that a task may last. The limit of one job is ``timeout`` of the run's options.
    cpus, gpus
        Cores and graphics cards of one job; a task asks for those of the jobs it runs at a time.
    points_per_task
        Jobs that a task runs before it ends; ``None``: as many as last some minutes, and one
        where a job has a graphics card.
    parallel_per_task
        Jobs that a task runs at a time.
    max_tasks
        Tasks that run at a time, at most.
    modules
        What is loaded by ``module load`` before anything else.
    preamble
        Lines of shell that come before the work: they set up the environment.
    container, container_program, binds
        Image in which each job runs, what starts it, and the folders that are seen inside.
    pass_env
        Names of variables that the jobs get as they are here when the run is submitted.
    extra
        Further words for the command that submits.
    template
        Path of a batch script of the user's own, in place of the one that comes along.
    python
        Interpreter on the nodes, where it is not at the same place there.
    folder
        A folder that this machine and the nodes see under the same path; ``None`` where that is
        the case of the run's own folder.
    """

    queue: str | None = None
    account: str | None = None
    memory_gb: float | None = None
    walltime_h: float | None = None
    cpus: int | None = None
    gpus: int | None = None
    points_per_task: int | None = None
    parallel_per_task: int | None = None
    max_tasks: int | None = None
    qos: str | None = None
    constraint: str | None = None
    modules: tuple[str, ...] = ()
    preamble: str | None = None
    container: str | None = None
    container_program: ContainerProgram | None = None
    binds: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    template: str | None = None
    python: str | None = None
    folder: str | None = None

    def entries(self) -> dict[str, Any]:
        """Return what is asked for, by name, in the order of a sweep file."""
        given = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return {name: value for name, value in given if value not in (None, ())}

    def check(self) -> None:
        """Refuse what a batch script cannot say.

        Raises
        ------
        UserError
            Naming the option.
        """
        words = [(name, getattr(self, name)) for name in _WORDS]
        for name, word in [*words, *(("modules", module) for module in self.modules)]:
            if word is not None and not is_word(word):
                raise UserError(f"[cluster] {name}: {word!r} is no word of a batch script")


def is_word(text: str) -> bool:
    """Tell whether a text stands in a batch script as it is: no blanks, quotes, expansions."""
    return bool(text) and not _NO_WORD.search(text)


def cluster_from_json(found: Mapping[str, Any]) -> ClusterOptions:
    """Read what ``dataclasses.asdict`` of the options has become in JSON."""
    known = {
        entry.name: found[entry.name]
        for entry in fields(ClusterOptions)
        if found.get(entry.name) is not None
    }
    for name, value in known.items():
        if isinstance(value, list):
            known[name] = tuple(value)
    if "container_program" in known:
        known["container_program"] = ContainerProgram(known["container_program"])
    return ClusterOptions(**known)
