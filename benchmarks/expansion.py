"""A set-up and its jobs: how soon they are counted, how fast they are made, what they hold."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hopla_gui import api
from hopla_gui.engine.commands.expand import JobList, expand
from hopla_gui.engine.sweepfiles.sweepfile import loads

ROWS_SHOWN = 40  # of a preview
CHECKED = 20_000

SCRIPT = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--batch", type=int)
parser.add_argument("--seed", type=int)
parser.add_argument("--out")
parser.parse_args()
"""
GRID = """\
[script]
path = "script.py"

[[sweep]]
lr = {range = [0, 10, 0.1]}

[[sweep]]
batch = {range = [0, 100, 1]}

[[sweep]]
seed = {range = [0, 100, 1]}

"""
SWEEPS = {
    "100 x 100 x 100": "",
    "…, two rules over two blocks each": (
        '[exclude]\nrules = ["lr > 5 and batch == 8", "batch < 50 and seed % 10 == 3"]\n'
    ),
    "…, one rule over all three": '[exclude]\nrules = ["lr * batch + seed < 100"]\n',
    "…, 100 jobs switched off": "".join(
        f"[[job]]\nat = {{lr = 1, batch = {n}, seed = {n}}}\noff = true\n" for n in range(100)
    ),
    "…, a file name made of two": '[fixed]\nout = {expr = "{lr}_{batch:03d}.nii"}\n',
    "…, a file name made of all three": '[fixed]\nout = {expr = "{lr}_{batch}_{seed}.nii"}\n',
}


def measure(python: Path) -> list[str]:
    """Return the lines of the table."""
    lines = [
        f"A grid of 1,000,000 jobs. *Counted*: from the set-up to the count and {ROWS_SHOWN} rows"
        " of a preview. *Held*: memory while jobs are made, one after another. Times are processor"
        " time of the one thread, the best of three. In the window, sweeps with rules are counted"
        " off its thread.",
        "",
        "| sweep | jobs | counted | made | held |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    with TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
        spec = api.inspect(folder / "script.py", str(python))
        for title, more in SWEEPS.items():
            setup = loads(GRID + more, folder)
            counting = min(_seconds(lambda s=setup: _preview(expand(s, spec))) for _ in range(3))
            jobs = expand(setup, spec)
            making = min(_seconds(lambda j=jobs: _run_through(j)) for _ in range(3))
            lines.append(
                f"| {title} | {len(jobs):,} | {counting * 1e3:.0f} ms"
                f" | {len(jobs) / making:,.0f} jobs/s | {_held(jobs) / 1e6:.1f} MB |"
            )
        begin = time.perf_counter()  # another process does it
        list(api.check_commands(spec, jobs[:CHECKED], cwd=folder))
        checking = time.perf_counter() - begin
    rate = f"{CHECKED / checking:,.0f} jobs a second"
    return [*lines, "", f"The script's own parser checks {rate}, its start counted in."]


def _preview(jobs: JobList) -> None:
    step = max(1, len(jobs) // ROWS_SHOWN)
    for index in range(0, len(jobs), step):
        _ = jobs[index]


def _run_through(jobs: JobList) -> None:
    for _ in jobs:
        pass


def _held(jobs: JobList) -> int:
    tracemalloc.start()
    for _ in zip(jobs, range(50_000), strict=False):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
