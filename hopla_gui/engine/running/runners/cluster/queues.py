"""What a site's queues let through, as its scheduler tells; reading the text is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from hopla_gui.engine.running.runners.cluster.qstat_text import records

_Number = TypeVar("_Number", int, float)
_CLOCK = re.compile(r"(?:(?P<d>\d+)-)?(?:(?P<h>\d+):)?(?P<m>\d+):(?P<s>\d+)$")
_SIZE = re.compile(r"(\d+)\s*(b|kb|mb|gb|tb)$", re.I)
_BYTES = {"b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3, "tb": 1024**4}


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue or partition; ``None`` where nothing limits, or nothing is told.

    Attributes
    ----------
    cpus, memory_gb, gpus
        The most that one task may have: of one node, or the queue's own limit.
    """

    name: str
    is_default: bool = False
    is_open: bool = True
    walltime_h: float | None = None
    cpus: int | None = None
    memory_gb: float | None = None
    gpus: int | None = None


def slurm_queues(text: str) -> list[Queue]:
    """Read ``sinfo -h -e -o '%P|%a|%l|%c|%m|%G'``: a line for each kind of node of a partition."""
    found: dict[str, Queue] = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) != 6:
            continue
        name = fields[0].rstrip("*")
        kind = Queue(
            name,
            is_default=fields[0].endswith("*"),
            is_open=fields[1] == "up",
            walltime_h=hours(fields[2]),
            cpus=_number(fields[3]),
            memory_gb=_number(fields[4]) and int(fields[4].rstrip("+")) * 1024**2 / 1e9,
            gpus=_gpus(fields[5]),
        )
        found[name] = _widest(found[name], kind) if name in found else kind
    return list(found.values())


def pbs_queues(text: str, default: str = "") -> list[Queue]:
    """Read ``qstat -Q -f`` of PBS and of TORQUE."""
    found = []
    for name, of in records(text.replace("Queue: ", "Job Id: ")):
        if of.get("queue_type", "Execution").startswith("E"):
            memory = of.get("resources_max.mem")
            found.append(
                Queue(
                    name,
                    is_default=name == default,
                    is_open=of.get("enabled", "True") == "True",
                    walltime_h=hours(of.get("resources_max.walltime", "")),
                    cpus=_number(of.get("resources_max.ncpus", "")),
                    memory_gb=_gigabytes(memory) if memory else None,
                    gpus=_number(of.get("resources_max.ngpus", "")),
                )
            )
    return found


def hours(text: str) -> float | None:
    """Read ``30:00``, ``12:00:00`` or ``7-00:00:00``; ``None`` for what sets no limit."""
    found = _CLOCK.match(text)
    if not found:
        return None
    days, hour, minute, second = (int(found[name] or 0) for name in "dhms")
    return days * 24 + hour + minute / 60 + second / 3600


def _widest(one: Queue, other: Queue) -> Queue:
    return Queue(
        one.name,
        one.is_default,
        one.is_open or other.is_open,
        one.walltime_h,
        _most((one.cpus, other.cpus)),
        _most((one.memory_gb, other.memory_gb)),
        _most((one.gpus, other.gpus)),
    )


def _most(values: Iterable[_Number | None]) -> _Number | None:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def _number(text: str) -> int | None:
    digits = text.rstrip("+")
    return int(digits) if digits.isdigit() else None


def _gigabytes(text: str) -> float | None:
    found = _SIZE.match(text)
    return int(found[1]) * _BYTES[found[2].lower()] / 1e9 if found else None


def _gpus(generic: str) -> int:
    """Read ``gpu:a100:4(S:0-1),gpu:2``."""
    counts = re.findall(r"(?:^|,)gpu(?::[^:,(]+)?:(\d+)", generic)
    return sum(map(int, counts))
