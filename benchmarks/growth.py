"""What a job costs in runs of 1,000, 10,000 and 100,000 jobs, and the memory that they take.

The shorter runs take place while the longest one does, over and over, each with one worker:
whatever else the machine is at, all of them have it beside them, and the ratios hold.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.contestants import scripts, write_sweep
from benchmarks.timing import Timing, kept_folders, timed

SIZES = (1_000, 10_000, 100_000)
START = 1  # a run of one job: what all of them take besides their jobs


@dataclass(frozen=True)
class Growth:
    """One run: what it took, and the memory of the program itself."""

    timing: Timing
    program_mb: float


def measure(python: Path, sizes: Sequence[int] = SIZES) -> list[str]:
    """Return the lines of the table."""
    *shorter, longest = sizes
    runs: dict[int, list[Growth]] = {size: [] for size in (START, *sizes)}
    with kept_folders() as new_folder, ThreadPoolExecutor(1) as beside:
        long_run = beside.submit(_run, python, longest, new_folder())
        while not long_run.done():
            for size in (START, *shorter):
                runs[size].append(_run(python, size, new_folder()))
            print(f"{len(runs[START])} rounds beside {longest:,} jobs", file=sys.stderr)
        runs[longest].append(long_run.result())
    start = _cpu(runs[START])
    costs = {size: (_cpu(runs[size]) - start) / size for size in sizes}
    return [
        f"Level fork, one worker. The shorter runs took place, {len(runs[START])} times each, while"
        " the longest did. CPU is that of the program and all below it; that of a run of one job,"
        f" {start:.2f} s, is taken off.",
        "",
        f"| jobs | CPU a job | times that of {sizes[0]:,} | peak memory of the program |",
        "| ---: | ---: | ---: | ---: |",
        *(
            f"| {size:,} | {cost * 1e3:.2f} ms | {cost / costs[sizes[0]]:.2f}"
            f" | {mean(run.program_mb for run in runs[size]):.0f} MB |"
            for size, cost in costs.items()
        ),
    ]


def _cpu(runs: Sequence[Growth]) -> float:
    return mean(run.timing.cpu_s for run in runs)


def _run(python: Path, jobs: int, folder: Path) -> Growth:
    sweep = write_sweep(folder, scripts()[0], jobs)
    peak = folder / "peak"
    timing = timed([sys.executable, "-c", _PROGRAM, peak, python, sweep, folder])
    return Growth(timing, float(peak.read_text()))


# The program itself, told apart from its jobs: it says its own peak when it ends.
_PROGRAM = """
import sys
from pathlib import Path
from benchmarks.timing import peak_memory
from hopla_gui.cli import main
peak, python, sweep, folder = sys.argv[1:]
status = main(["run", sweep, "--isolation", "fork", "--python", python, "--workers", "1",
               "--quiet", "--runs-dir", folder])
Path(peak).write_text(str(peak_memory()))
sys.exit(status)
"""
