"""What it takes to tell why 100,000 jobs failed: in the job, in the store, in the window."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from hopla_gui.domain.causes import cause_of_text
from hopla_gui.domain.diagnosis import diagnosed
from hopla_gui.domain.distinguishing import Distinguisher
from hopla_gui.domain.events import Event, JobFinished, JobStarted
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.jobsets import job_set
from hopla_gui.domain.raised import Raised, raised_from_json
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.payload import errordata, errortext
from hopla_gui.engine.results.failures import pack
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun

JOBS = 100_000
CAUSES = 10
BATCH = 1000

T = TypeVar("T")


def measure() -> list[str]:
    """Return the lines of the table; times are of the processor."""
    error = _raise(5)
    text = errortext.format_error(error, error.__traceback__)
    told = errordata.describe(error, error.__traceback__)
    raised = raised_from_json(told)
    assert raised is not None
    texting = _each(200, lambda: errortext.format_error(error, error.__traceback__))
    telling = _each(200, lambda: errordata.describe(error, error.__traceback__))
    packing = _each(2_000, lambda: pack(raised))
    outcomes = [_outcome(raised, text, index) for index in range(JOBS)]
    diagnosing, events = _timed(lambda: list(_ends(outcomes)))
    reading = _each(2_000, lambda: cause_of_text(text))
    grouping, groups = _timed(lambda: _group(events))
    with tempfile.TemporaryDirectory(prefix="hopla-bench-") as name:
        storing, opening, size = _stored(Path(name), events)
    preparing, apart = _set_apart(groups)
    each = 1e6 / JOBS
    return [
        f"{JOBS:,} jobs fail for {CAUSES} causes, each with an exception of 6 frames, with source"
        " and variables. Times are of the processor.",
        "",
        "| what | where | time |",
        "| --- | --- | ---: |",
        f"| the text of a traceback, as Python makes it | job | {1e3 * texting:.2f} ms a job |",
        f"| the same as data: frames, source, variables | job | {1e3 * telling:.2f} ms a job |",
        f"| the cause of a failure | run | {each * diagnosing:.0f} µs a job |",
        f"| the cause, from the text alone | older runs | {1e6 * reading:.0f} µs a job |",
        f"| the exception packed for the store: {len(pack(raised)) / 1000:.1f} kB"
        f" | run | {1e6 * packing:.0f} µs a job |",
        f"| an end with all that, stored | run | {each * storing:.0f} µs a job |",
        f"| its group, counted | window | {each * grouping:.2f} µs a job |",
        f"| all causes read, as a run is opened ({size / 1e6:,.0f} MB) | window, on a thread"
        f" | {opening:.2f} s |",
        f"| 4 parameters made ready to compare | window, on a thread | {preparing:.2f} s |",
        f"| what sets a group apart | window, on a thread | {apart:.3f} s a group |",
    ]


def _raise(depth: int) -> BaseException:
    try:
        _deeper(depth, 0, {"rows": list(range(20)), "name": "anat"})
    except ValueError as error:
        return error
    raise AssertionError


def _deeper(depth: int, smooth: int, table: dict[str, object]) -> None:
    path, weights = f"/data/sub-{depth:02d}/anat.nii.gz", [0.5] * depth
    if not depth:
        raise ValueError(f"smooth must be positive, got {smooth}: {path}, {weights}")
    _deeper(depth - 1, smooth, table)


def _outcome(raised: Raised, text: str, index: int) -> JobOutcome:
    number = index % CAUSES
    kind = Raised(f"Error{number}", f"value {index} is bad", raised.frames)
    return JobOutcome(JobState.FAILED, 1, text, {}, 1.0, 2.0, 1.0, 0.5, 14.0, "host", raised=kind)


def _ends(outcomes: list[JobOutcome]) -> Iterator[JobFinished]:
    for index, outcome in enumerate(outcomes):
        yield JobFinished(index, 1, diagnosed(outcome))


def _group(events: list[JobFinished]) -> FailureGroups:
    groups = FailureGroups()
    for start in range(0, len(events), BATCH):
        groups.apply(events[start : start + BATCH])
        groups.ordered()
    return groups


def _stored(folder: Path, events: list[JobFinished]) -> tuple[float, float, int]:
    info = RunInfo("r", "/s.py", "", "/py", "3.11.7", "/", 0.5, "host", "0.1.0")
    jobs = [JobSpec(index, f"job_{index}", {"x": index}, ("/s.py",)) for index in range(JOBS)]
    with contextlib.closing(RunStore.create(folder / "run", info, jobs, b"")) as store:
        storing, _ = _timed(lambda: _write(store, events))
    with contextlib.closing(StoredRun(folder / "run")) as run:
        opening, causes = _timed(run.causes)
    assert len(causes) == JOBS
    return storing, opening, (folder / "run" / "run.sqlite").stat().st_size


def _write(store: RunStore, events: list[JobFinished]) -> None:
    for start in range(0, len(events), 50):
        batch: list[Event] = []
        for event in events[start : start + 50]:
            batch += [JobStarted(event.index, 1, 1.0), event]
        store.write(batch)


def _set_apart(groups: FailureGroups) -> tuple[float, float]:
    chance = random.Random(1)
    columns: dict[str, list[object]] = {
        "cause": [index % CAUSES for index in range(JOBS)],
        "lr": [chance.uniform(0, 1) for _ in range(JOBS)],
        "model": [f"model {index // CAUSES % 8}" for index in range(JOBS)],
        "subject": [f"sub-{index // 50:04d}" for index in range(JOBS)],
    }
    preparing, distinguisher = _timed(lambda: Distinguisher(columns))
    chosen = [list(group.jobs) for group in groups.ordered()]
    everyone = job_set(range(JOBS), JOBS)
    apart, found = _timed(lambda: [distinguisher.rules(jobs, everyone) for jobs in chosen])
    assert all(rules[0].difference == 1 for rules in found)
    return preparing, apart / len(chosen)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def _each(times: int, work: Callable[[], object]) -> float:
    work()
    return _timed(lambda: [work() for _ in range(times)])[0] / times
