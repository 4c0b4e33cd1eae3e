"""Runs one program to its end and measures it: wall clock, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import ROOT, environment

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Timing:
    """What a program took.

    Attributes
    ----------
    cpu_s
        Processor time of the program and of all its descendants.
    peak_mb
        Resident memory of the largest one of them.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


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
            env=environment(),
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
    return Timing(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT / 1e6)
