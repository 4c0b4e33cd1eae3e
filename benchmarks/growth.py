"""What a job costs in runs of 1,000, 10,000 and 100,000 jobs, and the memory that they take."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import scripts, write_sweep
from benchmarks.machine import WORKERS
from benchmarks.timing import Timing, timed

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Growth:
    """One run: its size, what it took, and the memory of the program itself."""

    jobs: int
    timing: Timing
    program_mb: float

    def line(self, start: Timing) -> str:
        """Return a row of the table; ``start`` is what a run of one job takes."""
        wall_ms = (self.timing.wall_s - start.wall_s) / self.jobs * 1000
        cpu_ms = (self.timing.cpu_s - start.cpu_s) / self.jobs * 1000
        return f"| {self.jobs:,} | {wall_ms:.2f} ms | {cpu_ms:.2f} ms | {self.program_mb:.0f} MB |"


def measure(python: Path, sizes: tuple[int, ...] = SIZES) -> list[str]:
    """Return the lines of the table."""
    start = _run(python, 1).timing
    lines = [
        "Start-up not counted in: that of a run of one job is taken off.",
        "",
        "| jobs | time a job | CPU a job | peak memory of the program |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for size in sizes:
        line = _run(python, size).line(start)
        print(line, file=sys.stderr)
        lines.append(line)
    return lines


def _run(python: Path, jobs: int) -> Growth:
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        sweep = write_sweep(folder, scripts()[0], jobs)
        peak = folder / "peak"
        timing = timed([sys.executable, "-c", _PROGRAM, peak, python, str(WORKERS), sweep, folder])
        return Growth(jobs, timing, float(peak.read_text()))


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
