"""Which schedulers there are, by the word that ``on`` has for them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from hopla_gui.engine.running.runners.cluster.backend import Backend
from hopla_gui.engine.running.runners.cluster.ccc import Ccc
from hopla_gui.engine.running.runners.cluster.hosts import Hosts
from hopla_gui.engine.running.runners.cluster.pbs import Pbs
from hopla_gui.engine.running.runners.cluster.scheduler_command import ask
from hopla_gui.engine.running.runners.cluster.slurm import Slurm
from hopla_gui.engine.running.runners.cluster.torque import Torque
from hopla_gui.errors import EnvironmentProblem, UserError


def pbs_of_this_site() -> Backend:
    """Return the dialect that the commands here speak: both schedulers' have the same names."""
    if shutil.which("qstat") is None:
        return Pbs()
    try:
        said = ask(["qstat", "--version"])
    except EnvironmentProblem:
        return Pbs()
    # PBS says "pbs_version = 23.06.06", TORQUE "Version: 6.1.3" and "Commit: …".
    return Pbs() if "pbs_version" in said.out + said.err else Torque()


_CLASSES = (Slurm, Pbs, Ccc, Hosts)
BACKENDS: dict[str, Callable[[], Backend]] = {
    **{backend.name: backend for backend in _CLASSES},
    Pbs.name: pbs_of_this_site,
}
_HOPLA_1 = (Pbs.name, Slurm.name, Ccc.name)  # that which hopla 1.0 knew comes first


def backend_for(name: str) -> Backend:
    """Return the backend for an ``on``.

    Raises
    ------
    UserError
        Where there is none, or its commands are not here.
    """
    if name not in BACKENDS:
        raise UserError(f"on = {name}: this version does not know how to run there")
    backend = BACKENDS[name]()
    missing = backend.missing()
    if missing:
        raise UserError(f"on = {name}: {missing}")
    return backend


def scheduler_here() -> str:
    """Return the word for the first scheduler whose commands are here.

    Raises
    ------
    UserError
        Where there is none.
    """
    for name in _HOPLA_1:
        if BACKENDS[name]().missing() is None:
            return name
    raise UserError("no cluster's commands are on PATH (qsub, sbatch or ccc_msub)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where jobs may run, as a person chooses it; ``missing`` says what is not here."""

    name: str
    title: str
    missing: str | None


def places() -> list[Place]:
    """Return all places besides this machine; starts no command."""
    return [Place(backend.name, backend.title, backend().missing()) for backend in _CLASSES]
