"""Which schedulers there are, by the word that ``on`` has for them."""

from __future__ import annotations

from hopla_gui.engine.running.runners.cluster.backend import Backend
from hopla_gui.engine.running.runners.cluster.slurm import Slurm
from hopla_gui.errors import UserError

BACKENDS: dict[str, type[Backend]] = {backend.name: backend for backend in (Slurm,)}


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
