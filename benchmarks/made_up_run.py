"""A stored run of any size, made without running anything: jobs of four fates, with values."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from hopla_gui.domain.events import Event, JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.store import RunStore

SWEPT = ("lr", "model", "seed")
TRACEBACK = """\
Traceback (most recent call last):
  File "/home/ada/train.py", line 12, in fit
    raise ValueError("smooth must not be 0")
ValueError: smooth must not be 0
"""


def make_run(folder: Path, jobs: int, ended: float = 0.9) -> None:
    """Write a run whose jobs have ended, a given share of them."""
    info = RunInfo(
        folder.name, "/home/ada/train.py", "ab", "/usr/bin/python3", "3.11.7", "/home/ada",
        time.time(), "lab", "0.1.0", swept=SWEPT,
    )  # fmt: skip
    store = RunStore.create(folder, info, map(_spec, range(jobs)), b"")
    batch: list[Event] = []
    for event in _events(int(jobs * ended)):
        batch.append(event)
        if len(batch) >= 20_000:
            store.write(batch)
            batch = []
    store.write(batch)
    store.close()


def _spec(index: int) -> JobSpec:
    parameters = {
        "lr": (0.1, 0.01, 0.001)[index % 3],
        "model": ("resnet", "unet", "vit")[index // 3 % 3],
        "seed": index // 9,
    }
    given = (part for name, value in parameters.items() for part in (f"--{name}", str(value)))
    return JobSpec(index, f"job_{index}", parameters, ("/home/ada/train.py", *given))


def _events(jobs: int) -> Iterator[Event]:
    chance, now = random.Random(1), time.time()
    for index in range(jobs):
        yield JobStarted(index, 1, now, worker=index % 8)
        yield JobFinished(index, 1, outcome(chance, now), index % 8)


def outcome(chance: random.Random, now: float) -> JobOutcome:
    """Return how a job may have ended: 3 of 100 failed."""
    took = chance.expovariate(0.5)
    failed = chance.random() < 0.03
    values = {"outputs": {"score": chance.random(), "loss": took, "best": took < 1}}
    return JobOutcome(
        JobState.FAILED if failed else JobState.SUCCEEDED,
        int(failed),
        TRACEBACK if failed else None,
        {} if failed else values,
        started=now,
        ended=now + took,
        duration_s=took,
        cpu_s=took,
        max_rss_mb=100 + 50 * took,
        hostname=f"node{chance.randrange(4)}",
    )
