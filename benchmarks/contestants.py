"""The launchers that run side by side, each as a user would start it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import SCRIPTS, WORKERS, has_module

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Contestant:
    """One row of the table.

    Attributes
    ----------
    meaning
        What a job is in this row, in a few words.
    jobs
        Number of jobs of the trivial script and of the one that imports numpy: some seconds each.
    command
        (folder to work in, script, number of jobs) → the program to run.
    missing
        Why it cannot be measured here; empty where it can.
    workers
        Jobs at a time.
    """

    name: str
    meaning: str
    jobs: tuple[int, int]
    command: Callable[[Path, Path, int], Command]
    missing: str = ""
    workers: int = WORKERS


def contestants(python: Path) -> list[Contestant]:
    """Return all rows, peers first.

    Parameters
    ----------
    python
        The interpreter that runs every job.
    """
    hopla = "" if has_module(python, "hopla") else "hopla 1.0.5 cannot be installed"
    fork = "" if hasattr(os, "fork") else "this platform has no fork"
    return [
        Contestant(
            "bare fork and exit",
            "the limit: a Python that forks, ends and reaps empty children, no script at all",
            (8000, 0),
            lambda folder, script, n: [python, "-c", _BARE, str(n), str(WORKERS)],
            fork,
        ),
        Contestant(
            f"xargs -P {WORKERS}",
            "a new interpreter a job; nothing is kept of it",
            (300, 60),
            lambda folder, script, n: _shell(
                f"seq 0 {n - 1} | xargs -P {WORKERS} -n 1 '{python}' '{script}' --x"
            ),
            _absent("xargs"),
        ),
        Contestant(
            "GNU parallel",
            "a new interpreter a job; output kept in order, exit codes counted",
            (200, 50),
            lambda folder, script, n: _shell(
                f"seq 0 {n - 1} | parallel --will-cite -j {WORKERS} '{python}' '{script}' --x"
            ),
            _absent("parallel"),
        ),
        Contestant(
            "joblib, subprocess",
            "`Parallel(prefer='threads')` over `subprocess.run`; exit codes kept",
            (300, 60),
            lambda folder, script, n: [python, "-c", _JOBLIB, script, str(n), str(WORKERS)],
            "" if has_module(python, "joblib") else "joblib is not installed",
        ),
        Contestant(
            "hopla 1.0.5, subprocess",
            "a new interpreter a job; exit codes kept",
            (200, 40),
            lambda folder, script, n: [python, "-c", _HOPLA, script, str(n), str(WORKERS), "1"],
            hopla,
            max(1, WORKERS - 1),
        ),
        Contestant(
            "hopla 1.0.5, in-process",
            "all jobs in one process: they see each other; exit codes and values kept",
            (10000, 10000),
            lambda folder, script, n: [python, "-c", _HOPLA, script, str(n), str(WORKERS), ""],
            hopla,
            max(1, WORKERS - 1),
        ),
        _ours("fresh", "a new interpreter a job", (300, 60), python),
        _ours("fork", "a process of its own a job, the imports shared", (5000, 4000), python, fork),
        _ours("reuse", "all jobs of a worker in one process", (10000, 10000), python, fork),
        _ours("reuse", "the same with one worker, as hopla 1.0.5", (10000, 10000), python, fork, 1),
    ]


def _ours(
    level: str,
    meaning: str,
    jobs: tuple[int, int],
    python: Path,
    missing: str = "",
    workers: int = WORKERS,
) -> Contestant:
    def command(folder: Path, script: Path, number: int) -> Command:
        sweep = write_sweep(folder, script, number)
        options = ["--isolation", level, "--workers", str(workers), "--python", python, "--quiet"]
        return [sys.executable, "-m", "hopla_gui", "run", sweep, *options, "--runs-dir", folder]

    keeps = "; output, exit code, times, memory and values on disk"
    return Contestant(f"hopla_gui, {level}", meaning + keeps, jobs, command, missing, workers)


def write_sweep(folder: Path, script: Path, number: int) -> Path:
    """Write the sweep file of a run with so many jobs."""
    path = folder / f"{script.stem}.toml"
    quoted = json.dumps(str(script))
    axis = f"x = {{range = [0, {number}, 1]}}"
    path.write_text(f"[script]\npath = {quoted}\n\n[[sweep]]\n{axis}\n", encoding="utf-8")
    return path


def scripts() -> list[Path]:
    """Return the scripts of the two tables: trivial, and one that imports numpy."""
    return [SCRIPTS / "trivial.py", SCRIPTS / "with_numpy.py"]


def _absent(program: str) -> str:
    return "" if shutil.which(program) else f"{program} is not installed"


def _shell(line: str) -> Command:
    return ["sh", "-c", line]


_BARE = """
import os, sys
number, workers = map(int, sys.argv[1:])
for _ in range(workers):
    if os.fork() == 0:
        for _ in range(number // workers):
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
        os._exit(0)
for _ in range(workers):
    os.wait()
"""

_JOBLIB = """
import subprocess, sys
from joblib import Parallel, delayed
script, number, workers = sys.argv[1], *map(int, sys.argv[2:])
call = delayed(subprocess.run)
jobs = (call([sys.executable, script, "--x", str(x)], check=True) for x in range(number))
Parallel(n_jobs=workers, prefer="threads")(jobs)
"""

_HOPLA = """
import sys
from hopla.scheduler import scheduler
script, number, workers = sys.argv[1], *map(int, sys.argv[2:4])
_, codes = scheduler(
    commands=[[script, "--x", str(x)] for x in range(number)], cpus=workers,
    use_subprocess=bool(sys.argv[4]), python_cmd=sys.executable, verbose=0,
)
assert list(codes.values()) == [0] * number
"""
