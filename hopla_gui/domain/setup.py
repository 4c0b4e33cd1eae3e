"""The set-up of a run: what the form shows and a sweep file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.sweep import Sweep


class Isolation(StrEnum):
    """How much of a process a job has to itself."""

    FRESH = "fresh"
    FORK = "fork"
    REUSE = "reuse"


class Order(StrEnum):
    """In which order the jobs of a run start."""

    EXPANDED = "expanded"
    SHUFFLED = "shuffled"


# Far more than anybody needs; beyond it, clocks overflow and threads are started in vain.
HIGHEST = {
    "workers": 10_000,
    "timeout": 10**8,
    "retries": 10_000,
    "delay_upto": 10**8,
    "min_free_memory_gb": 10**6,
    "log_limit_mb": 10**9,
}


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: ``[run]`` of a sweep file.

    Attributes
    ----------
    workers
        Jobs at a time; ``None`` for the number of cores.
    isolation
        ``None`` for the platform's default: fork, or fresh where there is no fork.
    timeout
        Seconds a job may run; ``None`` for no limit.
    retries
        Further attempts of a job that did not succeed, after all jobs that wait.
    delay_upto
        Each start is delayed at random within [0, delay_upto[ seconds.
    on
        ``local``, or where else: one of `hopla_gui.domain.cluster.PLACES`.
    log_limit_mb
        MB (10**6 bytes) that a job may write to stdout, and to stderr, before the rest is dropped;
        ``None`` for no limit.
    env
        Environment variables that the jobs get on top of the program's own.
    order
        As expanded, or shuffled (the same way each time the run is resumed).
    max_failures
        Start no more jobs after so many did not succeed: a number of jobs (1: after the first),
        or a share of all jobs, below 1. ``None``: never.
    min_free_memory_gb
        Start no job while the machine has less free memory than this, in GB (10**9 bytes).
    record_env
        Names of environment variables whose values are kept with the results; no others are.
    on_end
        The words of a command that runs when no job is left; names in braces stand for facts of
        the run (`hopla_gui.domain.endcommand`).
    capture_locals
        Keep the local variables of a job that fails: short texts, secret-looking names masked.
    """

    workers: int | None = None
    isolation: Isolation | None = None
    timeout: float | None = None
    retries: int = 0
    delay_upto: float = 0.0
    on: str = "local"
    env: Mapping[str, str] = field(default_factory=dict)
    order: Order = Order.EXPANDED
    max_failures: int | float | None = None
    min_free_memory_gb: float = 0.0
    record_env: tuple[str, ...] = ()
    log_limit_mb: float | None = None
    on_end: tuple[str, ...] = ()
    capture_locals: bool = True


def options_from_json(found: Mapping[str, Any]) -> RunOptions:
    """Read what ``dataclasses.asdict`` of the options has become in JSON."""
    known = {entry.name: found[entry.name] for entry in fields(RunOptions) if entry.name in found}
    isolation = known.get("isolation")
    known["isolation"] = Isolation(isolation) if isolation else None
    known["order"] = Order(known.get("order", Order.EXPANDED))
    for name in ("record_env", "on_end"):
        known[name] = tuple(known.get(name, ()))
    return RunOptions(**known)


@dataclass(frozen=True, slots=True)
class Setup:
    """A script, its sweep, and how to run it: the content of a sweep file.

    Attributes
    ----------
    script
        Absolute path.
    python
        Interpreter as the user gave it: a path, or a name on PATH; ``None`` to find one.
    cwd
        Absolute working directory of the jobs; ``None`` for the one the program was started in.
    subcommand
        Words that choose the subparser, e.g. ``("train",)``.
    extra
        Arguments appended to each command as they stand.
    cluster
        What the tasks ask for where ``on`` is not ``local``.
    """

    script: Path
    python: str | None = None
    cwd: Path | None = None
    subcommand: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    sweep: Sweep = field(default_factory=Sweep)
    run: RunOptions = field(default_factory=RunOptions)
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
