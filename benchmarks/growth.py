"""What a job costs in runs of 1,000, 10,000 and 100,000 jobs, and the memory that they take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.contestants import scripts, write_sweep
from benchmarks.machine import WORKERS
from benchmarks.timing import Timing, kept_folders, timed

SIZES = (1_000, 10_000, 100_000)
TURNS = 30_000  # jobs; smaller runs are repeated, and the median counts


@dataclass(frozen=True)
class Growth:
    """One run: what it took, and the memory of the program itself."""

    timing: Timing
    program_mb: float


def measure(python: Path, sizes: tuple[int, ...] = SIZES) -> list[str]:
    """Return the lines of the table."""
    lines = [
        "Start-up not counted in: that of a run of one job is taken off.",
        "",
        "| jobs | time a job | CPU a job | peak memory of the program |",
        "| ---: | ---: | ---: | ---: |",
    ]
    with kept_folders() as new_folder:
        start = [_run(python, 1, new_folder()) for _ in range(3)]
        for size in sizes:
            turns = min(5, max(1, TURNS // size))
            runs = [_run(python, size, new_folder()) for _ in range(turns)]
            lines.append(_line(size, runs, start))
            print(lines[-1], file=sys.stderr)
    return lines


def _line(size: int, runs: list[Growth], start: list[Growth]) -> str:
    wall = _median(runs, lambda run: run.timing.wall_s) - _median(start, lambda r: r.timing.wall_s)
    cpu = _median(runs, lambda run: run.timing.cpu_s) - _median(start, lambda r: r.timing.cpu_s)
    memory = _median(runs, lambda run: run.program_mb)
    return (
        f"| {size:,} | {wall / size * 1e3:.2f} ms | {cpu / size * 1e3:.2f} ms | {memory:.0f} MB |"
    )


def _median(runs: list[Growth], value: Callable[[Growth], float]) -> float:
    return median(map(value, runs))


def _run(python: Path, jobs: int, folder: Path) -> Growth:
    sweep = write_sweep(folder, scripts()[0], jobs)
    peak = folder / "peak"
    timing = timed([sys.executable, "-c", _PROGRAM, peak, python, str(WORKERS), sweep, folder])
    return Growth(timing, float(peak.read_text()))


# The program itself, told apart from its jobs: it says its own peak when it ends.
_PROGRAM = """
import sys
from pathlib import Path
from benchmarks.timing import peak_memory
from hopla_gui.cli import main
peak, python, workers, sweep, folder = sys.argv[1:]
status = main(["run", sweep, "--isolation", "fork", "--python", python, "--workers", workers,
               "--quiet", "--runs-dir", folder])
Path(peak).write_text(str(peak_memory()))
sys.exit(status)
"""
