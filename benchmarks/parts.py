"""The engine's parts by themselves: expansion, store, the end of all that waits."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.contestants import scripts, write_sweep
from hopla_gui import api
from hopla_gui.domain.events import Event, JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.running.session import Session

JOBS = 20_000
BATCH = 25  # events that a commit holds at 500 jobs a second
WAITING = 100_000


def measure(python: Path) -> list[str]:
    """Return the lines of the table."""
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        folder = Path(name)
        expansion = _expand(folder, python)
        with _stored(folder, python) as store:
            storing = _seconds(lambda: _write(store))
            store.close()
        cancelling, computing = _cancel(folder, python)
    return [
        f"Of a run of {JOBS:,} jobs, each with one parameter and three traced values.",
        "",
        "| part | rate | |",
        "| --- | ---: | --- |",
        f"| expansion | {1e6 / expansion:,.0f} jobs/s | of 1,000,000 jobs, every command made |",
        f"| store | {JOBS / storing:,.0f} jobs/s "
        f"| {storing / JOBS * 1e6:.0f} µs a job: start and end, {BATCH} events a commit, on disk |",
        f"| stop | {WAITING / cancelling:,.0f} jobs/s "
        f"| {WAITING:,} waiting jobs cancelled at once, on disk and told, in {cancelling:.1f} s,"
        f" {computing:.1f} s of them processor time |",
    ]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _expand(folder: Path, python: Path) -> float:
    sweep = write_sweep(folder, scripts()[0], 1_000_000)
    setup = api.load_setup(sweep)
    spec = api.inspect(setup.script, str(python))
    return _seconds(lambda: sum(len(job.cmd) for job in api.expand(setup, spec)))


def _prepared(folder: Path, python: Path, jobs: int) -> Session:
    setup = api.load_setup(write_sweep(folder, scripts()[0], jobs))
    return api.prepare_run(setup, api.inspect(setup.script, str(python)), folder)


def _cancel(folder: Path, python: Path) -> tuple[float, float]:
    """Return the seconds from the word to the end of a run whose jobs all wait, and our CPU's."""
    session = _prepared(folder, python, WAITING)
    session.pause()
    events = session.follow()
    session.start()
    began = time.perf_counter(), time.process_time()
    session.cancel()
    deque(events, maxlen=0)
    ended = time.perf_counter(), time.process_time()
    session.close()
    return ended[0] - began[0], ended[1] - began[1]


@contextlib.contextmanager
def _stored(folder: Path, python: Path) -> Iterator[RunStore]:
    """Make a stored run with all its jobs queued, and open it for writing."""
    session = _prepared(folder, python, JOBS)
    session.close()
    yield RunStore(session.run.run_dir)


def _write(store: RunStore) -> None:
    events: list[Event] = []
    for index in range(JOBS):
        events += _job_events(index)
        if len(events) >= BATCH:
            store.write(events)
            events = []
    store.write(events)


def _job_events(index: int) -> list[Event]:
    values = {"accuracy": index / JOBS, "inputs": {"x": index}, "files": ["a.txt", "b.txt"]}
    outcome = JobOutcome(JobState.SUCCEEDED, 0, None, values, 1e9, 1e9 + 1, 1.0, 0.5, 14.2, "host")
    return [JobStarted(index, 1, 1e9), JobFinished(index, 1, outcome)]
