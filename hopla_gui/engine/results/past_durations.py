"""How long the jobs of a script have taken: to estimate what a sweep will take."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hopla_gui.engine.results.store import DATABASE, connect

MOST_RUNS = 200  # stored runs looked at, the newest first
ENOUGH_JOBS = 1000


@dataclass(frozen=True, slots=True)
class PastDurations:
    """Jobs of a script that have succeeded, and what one of them took on average, in seconds."""

    jobs: int
    mean_s: float


def past_durations(script: Path, runs: Iterable[Path]) -> PastDurations | None:
    """Return how long the jobs of a script took in stored runs; ``None`` where none succeeded.

    Parameters
    ----------
    script
        Absolute path: an earlier version of the script counts too.
    runs
        Folders of the stored runs, the newest first; jobs of the newest ones count.
    """
    jobs, total = 0, 0.0
    for run_dir in islice(runs, MOST_RUNS):
        number, seconds = _of_run(run_dir, str(script))
        jobs, total = jobs + number, total + seconds
        if jobs >= ENOUGH_JOBS:
            break
    return PastDurations(jobs, total / jobs) if jobs else None


def _of_run(run_dir: Path, script: str) -> tuple[int, float]:
    try:
        with closing(connect(run_dir / DATABASE, read_only=True)) as database:
            row = database.execute("SELECT value FROM info WHERE key = 'script'").fetchone()
            if row is None or json.loads(row[0]) != script:
                return 0, 0.0
            query = (
                "SELECT count(duration_s), total(duration_s) FROM attempt WHERE state = 'succeeded'"
            )
            number, seconds = database.execute(query).fetchone()
            return int(number), float(seconds)
    except (sqlite3.Error, ValueError):  # being written, broken, or of another version
        return 0, 0.0
