"""What jobs can have of this machine: the cores they may run on, the memory there is for them."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from hopla_gui.domain.advice import Machine

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container, or of a job of a cluster


def this_machine() -> Machine:
    """Return the cores and the memory that programs started here can use."""
    memory = psutil.virtual_memory().total
    limit = _cgroup_limit(_CGROUP_LIMIT)
    return Machine(_cores(), min(memory, limit or memory) / 1e6)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cgroup_limit(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):  # none there, or "max"
        return None
