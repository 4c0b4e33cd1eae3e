"""Runs one program to its end and measures it: wall clock and processor time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import ROOT, environment

_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Timing:
    """What a program took.

    Attributes
    ----------
    cpu_s
        Processor time of the program and of all its descendants.
    """

    wall_s: float
    cpu_s: float


def timed(command: Sequence[str | Path]) -> Timing:
    """Run a command that must succeed, in the folder of the checkout.

    Raises
    ------
    RuntimeError
        Where it fails, with the end of what it printed.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment() | _temporary_files(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            said = output.read()[-2000:].decode("utf-8", "replace")
            raise RuntimeError(f"{command} ended with {process.returncode}:\n{said}")
    return Timing(wall, usage.ru_utime + usage.ru_stime)


def _temporary_files() -> dict[str, str]:
    """Have them in memory where they can: GNU parallel deletes some for each job.

    `kept_folders` tells who would pay for that on a disk.
    """
    return {"TMPDIR": str(_MEMORY)} if _MEMORY.is_dir() else {}


@contextlib.contextmanager
def kept_folders() -> Iterator[Callable[[], Path]]:
    """Give what makes a new folder for each measurement; all are removed at the end.

    Not one by one: ext4 looks for a new file's place among what was deleted in the last minutes,
    and a run makes thousands of files. The next measurement would pay for it.
    """
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        yield lambda: Path(tempfile.mkdtemp(dir=name))


def peak_memory() -> float:
    """Return the largest resident memory that this process had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss begins there with what the parent had
        (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
