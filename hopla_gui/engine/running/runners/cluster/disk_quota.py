"""What a user's quota leaves at a place, asked of the commands that clusters have for it.

``quota`` tells of every file system with quotas but Lustre, which has a command of its own. Where
neither is there, or neither answers, nothing is known.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from hopla_gui.engine.running.runners.cluster.backend import NotAnswering
from hopla_gui.engine.running.runners.cluster.scheduler_command import ask

LIMIT_S = 10.0  # a file server that is away keeps ``quota`` waiting


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be stored; ``None`` for no limit, or for nothing known."""

    gb: float | None = None
    files: int | None = None


def quota_left(folder: Path) -> Left:
    """Return what the quota of the user leaves on the file system of a folder."""
    real = Path(os.path.realpath(folder))
    mounts = {Path(one.mountpoint): one for one in psutil.disk_partitions(all=True)}
    place = next((mounts[path] for path in (real, *real.parents) if path in mounts), None)
    if place is None or not hasattr(os, "getuid"):
        return Left()
    command, name = ["quota", "-w", "-p"], place.device
    if place.fstype == "lustre":
        name = place.mountpoint
        command = ["lfs", "quota", "-q", "-u", str(os.getuid()), name]
    if shutil.which(command[0]) is None:
        return Left()
    try:
        return read_left(ask(command, limit_s=LIMIT_S).out, name)
    except NotAnswering:
        return Left()


def read_left(text: str, name: str) -> Left:
    """Read what one of the commands has printed.

    Behind the name of a file system stand kB used, quota, limit and grace, then the same of files.
    A long name has a line of its own, a star marks what is over its quota, and 0 is no limit.
    """
    words = text.split()
    if name not in words:
        return Left()
    fields = words[words.index(name) + 1 :][:8]
    numbers = [int(word) if (word := field.rstrip("*")).isdecimal() else 0 for field in fields]
    if len(numbers) < 8:
        return Left()
    kilobytes, files = _left(numbers[:3]), _left(numbers[4:7])
    return Left(None if kilobytes is None else kilobytes * 1024 / 1e9, files)


def _left(numbers: list[int]) -> int | None:
    used, *limits = numbers
    limit = min(filter(None, limits), default=None)
    return None if limit is None else max(0, limit - used)
