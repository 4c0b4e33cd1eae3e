"""What can be known before a run is submitted: whether it can work, and what it asks for in all.

A request over a queue's limit is accepted and waits for ever; a script that the nodes cannot see
fails a hundred times at night. Neither is certain from here, so all of it is said and nothing
refused.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.domain.cluster import PLACE_WORDS, ClusterOptions
from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.running.runners.cluster.backend import Backend
from hopla_gui.engine.running.runners.cluster.disk_quota import quota_left
from hopla_gui.engine.running.runners.cluster.hosts import Hosts
from hopla_gui.engine.running.runners.cluster.packing import Need, share
from hopla_gui.engine.running.runners.cluster.queues import Queue
from hopla_gui.errors import EnvironmentProblem

FILES_A_JOB = 5  # that a job has in the shared folder: claim, result, two logs, its share of lists
LEAST_FREE_GB = 1.0
LOOKED_AT = 2000  # inputs, at most: each is a question to a file system

_NOT_SHARED = ("tmpfs", "devtmpfs", "ramfs", "overlay")
_LOCAL = ("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "apfs")
_OWN = ("/tmp", "/var/tmp", "/dev/shm")  # each machine has its own


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found.

    Attributes
    ----------
    request
        What the run asks for in all: "1,200 points in 48 tasks, 96 core-hours at most".
    warnings
        What will go wrong, or may.
    """

    request: str
    warnings: tuple[str, ...]


def preflight(
    info: RunInfo, jobs: Sequence[JobSpec], backend: Backend, folder: Path, job_s: float | None
) -> Preflight:
    """Look at a run that is about to be submitted.

    Blocks for as long as the scheduler and the file systems take to answer.

    Parameters
    ----------
    folder
        What this machine and the nodes are to share; it need not exist yet.
    job_s
        Seconds that a job is expected to last, where that is known.
    """
    warnings = [
        *_queue_warnings(info.cluster, backend),
        *_unsaid(info.cluster, backend),
        *_missing(info),
        *_unseen(_needed(info, jobs, folder)),
        *_room(folder, len(jobs)),
    ]
    if info.options.on == Hosts.name:
        asked = (
            f"{len(jobs):,} {_plural(len(jobs), 'job')}, for any host that is set to work on them"
        )
    else:
        asked = request(info, len(jobs), job_s)
    return Preflight(asked, tuple(warnings))


def request(info: RunInfo, jobs: int, job_s: float | None) -> str:
    """Return in words what a run asks for in all."""
    options = info.cluster
    at_a_time = options.parallel_per_task or 1
    quota = share(options.points_per_task, options.gpus)
    tasks = Need(at_a_time, quota, job_s, options.max_tasks).tasks(jobs)
    is_open = quota is None and job_s is None  # more tasks follow where jobs turn out to be long
    first = " at first" if is_open and tasks < jobs else ""
    parts = [f"{jobs:,} {_plural(jobs, 'job')} in {tasks:,} {_plural(tasks, 'task')}{first}"]
    cores = (options.cpus or 1) * at_a_time
    if options.walltime_h:
        hours = _core_hours(tasks * cores * options.walltime_h)
        parts.append(f"{hours} core-hours at most{first and ' for these'}")
    else:
        parts.append(f"{cores} {_plural(cores, 'core')} a task, no time limit of its own")
    if options.gpus:
        gpus = options.gpus * at_a_time
        parts.append(f"{gpus} {_plural(gpus, 'GPU')} a task")
    if options.max_tasks and options.max_tasks < tasks:
        parts.append(f"{options.max_tasks:,} {_plural(options.max_tasks, 'task')} at a time")
    return ", ".join(parts)


def _core_hours(hours: float) -> str:
    return f"{hours:,.3g}" if hours < 100 else f"{hours:,.0f}"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


# -- the queue -----------------------------------------------------------------------------------


def _queue_warnings(options: ClusterOptions, backend: Backend) -> list[str]:
    try:
        queues = backend.queues()
    except EnvironmentProblem as problem:
        return [f"{backend.title} does not say which queues there are: {problem.what}"]
    return list(over_limits(options, queues))


def over_limits(options: ClusterOptions, queues: Sequence[Queue]) -> Iterator[str]:
    """Yield what the queue that a run asks for does not have or grant."""
    named = {queue.name: queue for queue in queues}
    if not queues:
        return
    if options.queue is not None and options.queue not in named:
        yield f"queue: {options.queue} does not exist; there are {', '.join(sorted(named))}"
        return
    default = next((queue for queue in queues if queue.is_default), None)
    queue = named[options.queue] if options.queue is not None else default
    if queue is None:
        yield f"queue: none is given, and there is no default; there are {', '.join(sorted(named))}"
        return
    if not queue.is_open:
        yield f"queue: {queue.name} takes no jobs at present"
    at_a_time = options.parallel_per_task or 1
    for key, asked, most, unit in (
        ("walltime_h", options.walltime_h, queue.walltime_h, "h"),
        ("cpus", (options.cpus or 1) * at_a_time, queue.cpus, "cores"),
        ("memory_gb", options.memory_gb and options.memory_gb * at_a_time, queue.memory_gb, "GB"),
        ("gpus", options.gpus and options.gpus * at_a_time, queue.gpus, "GPUs"),
    ):
        if asked and most is not None and asked > most * 1.000_001:
            each = f" ({at_a_time} jobs at a time)" if at_a_time > 1 and key != "walltime_h" else ""
            # Queues are limited to minutes as well: no grants of 0.0166667 h.
            wanted, granted = f"{asked:g} {unit}", f"{most:g}"
            if key == "walltime_h" and most < 1:
                granted = f"{most * 60:.3g} min"
            yield (
                f"{key}: a task asks for {wanted}{each}, and {queue.name} grants "
                f"{granted}: it would wait for ever"
            )


def _unsaid(options: ClusterOptions, backend: Backend) -> Iterator[str]:
    place = PLACE_WORDS.get(backend.name, backend.title)
    if options.template is None:
        for name in backend.unsaid:
            if name in options.entries():
                yield f"{name}: it has no effect on {place}"


# -- what the nodes must see ---------------------------------------------------------------------


def _missing(info: RunInfo) -> Iterator[str]:
    python = _interpreter(info)
    if python and not os.access(python, os.X_OK):
        yield f"the interpreter {python} is not here; [cluster] python names that of the nodes"
    if info.python and not Path(info.script).is_file():
        yield f"the script {info.script} is not here any more; its copy is run"
    if not Path(info.cwd).is_dir():
        yield f"the working directory {info.cwd} is not here"
    image = info.cluster.container
    if image and image.startswith((os.sep, ".")) and not Path(image).exists():
        yield f"container: {image} does not exist"


def _interpreter(info: RunInfo) -> str | None:
    """Return the interpreter that the nodes must find where this machine has it."""
    has_own = info.cluster.python or info.cluster.container
    return None if has_own else info.python


def _needed(info: RunInfo, jobs: Sequence[JobSpec], folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield all that the nodes must see, and what it is."""
    yield "the run's folder", folder
    yield "the working directory", Path(info.cwd)
    python = _interpreter(info)
    if python:
        yield "the interpreter", Path(python)
    if info.python and info.module:
        yield "the script's package", Path(info.script)
    for name, path in inputs(jobs, Path(info.cwd)):
        yield f"the input of {name}", path


def inputs(jobs: Iterable[JobSpec], cwd: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files and folders that parameters name and that are here."""
    seen: set[str] = set()
    for job in jobs:
        for name, value in job.parameters.items():
            for text in value if isinstance(value, list | tuple) else (value,):
                if not isinstance(text, str) or not text or text in seen or "\0" in text:
                    continue
                if len(seen) >= LOOKED_AT:
                    return
                seen.add(text)
                path = cwd / text
                if len(text) < 4096 and os.path.lexists(path):
                    yield name, path


def _unseen(needed: Iterable[tuple[str, Path]]) -> list[str]:
    """Say of each place of this machine's own, once, that the nodes may not see it."""
    mounts = _mounts()
    found: dict[tuple[str, str], tuple[str, Path]] = {}
    for what, path in needed:
        place, kind = _place(path, mounts)
        if place and (place, kind) not in found:
            found[place, kind] = what, path
    return [
        f"{what}, {path}, is on {place} ({kind}), which is this machine's own: the nodes see "
        "another, or none"
        if kind != "local disk"
        else f"{what}, {path}, is on a disk of this machine ({place}): make sure that the nodes "
        "see it under the same path"
        for (place, kind), (what, path) in found.items()
    ]


def _place(path: Path, mounts: dict[str, str]) -> tuple[str, str]:
    """Return where a path lies and why nodes may not see it; empty where they may."""
    real = os.path.realpath(path)
    for own in _OWN:
        if real == own or real.startswith(own + os.sep):
            return own, "temporary files"
    under = [mount for mount in mounts if real == mount or real.startswith(_folder(mount))]
    if not under:
        return "", ""
    mount = max(under, key=len)
    if mounts[mount] in _NOT_SHARED:
        return mount, mounts[mount]
    return (mount, "local disk") if mounts[mount] in _LOCAL else ("", "")


def _folder(mount: str) -> str:
    return mount if mount.endswith(os.sep) else mount + os.sep


def _mounts() -> dict[str, str]:
    """Return the kind of file system by the folder it is mounted on; Linux tells."""
    if sys.platform != "linux":
        return {}
    try:
        text = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return {}
    fields = [line.split(" ") for line in text.splitlines()]
    return {field[1].replace("\\040", " "): field[2] for field in fields if len(field) > 2}


def _room(folder: Path, jobs: int) -> Iterator[str]:
    there = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    if there is None:
        return
    if not os.access(there, os.W_OK):
        yield f"the folder {there} cannot be written"
        return
    files = math.ceil(jobs * FILES_A_JOB)
    free_gb = shutil.disk_usage(there).free / 1e9
    if free_gb < LEAST_FREE_GB:
        yield f"the folder {there} has {free_gb:.2g} GB left"
    if hasattr(os, "statvfs"):
        stat = os.statvfs(there)
        if stat.f_files and stat.f_favail < files:
            yield f"the folder {there} has room for {stat.f_favail:,} files, and {files:,} may come"
    left = quota_left(there)
    if left.gb is not None and left.gb < LEAST_FREE_GB:
        yield f"your quota leaves {left.gb:.2g} GB in the folder {there}"
    if left.files is not None and left.files < files:
        yield (
            f"your quota leaves {left.files:,} files in the folder {there}, and {files:,} may come"
        )
