"""Exports of a run of 100,000 jobs: the time beside `json.dumps` of the same records, the memory.

Each format is written by a process of its own, whose peak memory is told. Times are of the
processor: they depend least on what else the machine does.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.machine import ROOT, environment
from benchmarks.timing import peak_memory
from hopla_gui import api
from hopla_gui.domain.events import Event, JobFinished
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun

JOBS = 100_000
ROUNDS = 3
BATCH = 1_000
ENDINGS = (".json", ".csv", ".tsv", ".parquet", ".html")
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/home/me/train.py", line 62, in <module>\n    main()\n'
    '  File "/home/me/train.py", line 48, in main\n    raise ValueError(f"diverged at {step}")\n'
    "ValueError: diverged at 17\n"
)


def measure(jobs: int = JOBS) -> list[str]:
    """Return the lines of the table."""
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        _store(folder / "run", jobs)
        found = {ending: _measured(folder, ending) for ending in ENDINGS}
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        dumping = _best(lambda: (folder / "plain.json").write_text(json.dumps(results)))
    return [
        f"Of a run of {jobs:,} jobs, each with two parameters and four traced values, one in twenty"
        f" failed. `json.dumps` of the same records, written to a file: {dumping:.2f} s.",
        "",
        "| format | time | beside `json.dumps` | size | peak memory |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {ending} | {one['seconds']:.2f} s | {one['seconds'] / dumping:.1f} times"
            f" | {one['size'] / 1e6:.1f} MB | {one['peak_mb']:.0f} MB |"
            for ending, one in found.items()
        ),
    ]


def _measured(folder: Path, ending: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.exports", str(folder), ending]
    said = subprocess.run(
        command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.PIPE
    ).stdout
    print(ending, said.decode().strip(), file=sys.stderr)
    found: dict[str, float] = json.loads(said)
    return found


def _best(work: Callable[[], object]) -> float:
    def seconds() -> float:
        begin = time.process_time()
        work()
        return time.process_time() - begin

    return min(seconds() for _ in range(ROUNDS))


def _store(folder: Path, jobs: int) -> None:
    info = RunInfo(
        "run", "/home/me/train.py", "ab", "/usr/bin/python3", "3.11.7", "/home/me", 1e9, "host",
        "0.1.0", swept=("lr", "seed"),
    )  # fmt: skip
    specs = (
        JobSpec(i, f"job_{i}", {"lr": i % 100 / 100, "seed": i // 100}, _command(i))
        for i in range(jobs)
    )
    with contextlib.closing(RunStore.create(folder, info, specs, b"")) as store:
        batch: list[Event] = []
        for event in _events(jobs):
            batch.append(event)
            if len(batch) == BATCH:
                store.write(batch)
                batch.clear()
        store.write(batch)


def _command(index: int) -> tuple[str, ...]:
    return ("/home/me/train.py", "--lr", str(index % 100 / 100), "--seed", str(index // 100))


def _events(jobs: int) -> Iterator[Event]:
    for index in range(jobs):
        values = {
            "accuracy": index / jobs,
            "inputs": {"x": index, "who": "me"},
            "files": ["a.txt", "b.txt"],
        }
        failed = index % 20 == 0
        began = 1e9 + index / 100
        yield JobFinished(
            index,
            1,
            JobOutcome(
                JobState.FAILED if failed else JobState.SUCCEEDED,
                int(failed),
                TRACEBACK if failed else None,
                values,
                began,
                began + 1,
                1.0,
                0.5,
                14.2 + index % 7,
                "host",
            ),
        )


def _export(folder: Path, ending: str) -> None:
    target = folder / f"results{ending}"
    with contextlib.closing(StoredRun(folder / "run")) as run:
        seconds = _best(lambda: api.export_run(run, target))
    size, peak = target.stat().st_size, peak_memory()
    print(json.dumps({"seconds": seconds, "size": size, "peak_mb": peak}))


if __name__ == "__main__":
    _export(Path(sys.argv[1]), sys.argv[2])
