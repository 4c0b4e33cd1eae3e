"""From what jobs were measured to take: how many run here safely, what to ask of a cluster.

Pure arithmetic over peak memory, wall-clock time and processor time. Every number has a margin
that shrinks as more jobs were measured; `hopla_gui.domain.advice_words` tells the doubts with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from hopla_gui.domain.spread import ENOUGH, Spread

FEW = 5
MEMORY_LEFT = 0.2  # share of the machine's memory that is left to everything else
SHORTEST_S = 0.1  # jobs that end sooner say nothing on how many cores they keep busy


@dataclass(frozen=True, slots=True)
class Uses:
    """What jobs that ran to their end took.

    Attributes
    ----------
    jobs
        Number of jobs.
    memory_mb, duration_s
        Peak memory in MB (10**6 bytes), and seconds of wall clock; ``None`` where not measured.
    cores
        Seconds of processors a second of wall clock, of jobs that took `SHORTEST_S` or longer.
    """

    jobs: int
    memory_mb: Spread | None = None
    duration_s: Spread | None = None
    cores: Spread | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What jobs can have of a machine: cores, and memory in MB (10**6 bytes)."""

    cores: int
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Unsuccessful:
    """Jobs that are not among those measured.

    Attributes
    ----------
    timed_out, killed
        Number of jobs that were stopped by the time limit, and that were killed by SIGKILL: they
        would have taken more than they got.
    limit_s
        The time limit, in seconds.
    failed
        Number of jobs that failed, those that were killed among them.
    """

    timed_out: int = 0
    killed: int = 0
    limit_s: float | None = None
    failed: int = 0


NONE = Unsuccessful()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with what was measured.

    Attributes
    ----------
    jobs
        Number of jobs that were measured.
    memory_mb, duration_s
        How their peak memory and their time are spread; ``None`` where they are not known.
    cores
        Cores that a job keeps busy, on average over its time.
    workers
        Jobs that run at a time on this machine without want of memory or cores; ``None`` where
        that cannot be told.
    bound
        What holds the number of workers down: ``memory`` or ``cores``.
    memory_gb, walltime_h, cpus
        What to ask of a cluster for one job; GB are 10**9 bytes.
    unsuccessful
        Jobs that were not measured.
    """

    jobs: int
    memory_mb: Spread | None
    duration_s: Spread | None
    cores: float | None
    workers: int | None
    bound: str | None
    memory_gb: float | None
    walltime_h: float | None
    cpus: int | None
    unsuccessful: Unsuccessful = NONE


def advise(uses: Uses, machine: Machine | None, unsuccessful: Unsuccessful = NONE) -> Advice | None:
    """Return what to make of what jobs took.

    Parameters
    ----------
    machine
        The one that further jobs run on; ``None`` where these ran elsewhere.

    Returns
    -------
    Advice
        ``None`` where neither memory nor time was measured.
    """
    memory, took = uses.memory_mb, uses.duration_s
    if memory is None and took is None:
        return None
    cores = None if uses.cores is None else uses.cores.median
    workers, bound = _workers(memory, cores, machine)
    return Advice(
        jobs=uses.jobs,
        memory_mb=memory,
        duration_s=took,
        cores=cores,
        workers=workers,
        bound=bound,
        memory_gb=None if memory is None else _memory_gb(memory),
        walltime_h=None if took is None else _walltime_h(took, unsuccessful),
        cpus=None if cores is None else _whole_cores(cores),
        unsuccessful=unsuccessful,
    )


# --- the numbers -----------------------------------------------------------------------------


def _whole_cores(cores: float) -> int:
    return max(1, ceil(cores - 0.25))  # a little over one core is a job of one core


def _workers(
    memory: Spread | None, cores: float | None, machine: Machine | None
) -> tuple[int | None, str | None]:
    if machine is None or memory is None:
        return None, None
    by_cores = max(1, machine.cores // _whole_cores(cores or 1))
    usable = machine.memory_mb * (1 - MEMORY_LEFT)
    high = memory.high * _margin(memory.count, 1.1)
    # room for one of the largest beside the others, which are like most of them
    by_memory = 1 + floor(max(0.0, usable - max(memory.most, high)) / high)
    if by_memory < by_cores:
        return by_memory, "memory"
    return by_cores, "cores"


def _memory_gb(memory: Spread) -> float:
    asked = memory.most * _margin(memory.count, 1.2) / 1000
    step = 0.1 if asked < 1 else 0.5 if asked < 10 else 1
    return round(ceil(asked / step - 1e-9) * step, 1)


def _walltime_h(took: Spread, unsuccessful: Unsuccessful) -> float:
    longest = max(took.most, unsuccessful.limit_s or 0 if unsuccessful.timed_out else 0)
    minutes = longest * _margin(took.count, 1.5) / 60
    step = 5 if minutes < 60 else 15 if minutes < 360 else 60
    return max(1, ceil(minutes / step - 1e-9)) * step / 60


def _margin(count: int, least: float) -> float:
    """Return what a number is multiplied by: the fewer jobs, the more."""
    return least * (2.0 if count < FEW else 1.25 if count < ENOUGH else 1.0)
