"""Results that stored runs already hold: a sweep that is extended runs only what is new."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from hopla_gui.domain.events import JobFinished
from hopla_gui.engine.results.store import DATABASE, RunStore, connect
from hopla_gui.engine.results.stored_run import StoredRun, log_paths

T = TypeVar("T")

MOST_RUNS = 100  # of the same script: the newest


@dataclass(frozen=True, slots=True)
class Earlier:
    """Jobs of a new run that have succeeded in a stored one.

    Attributes
    ----------
    jobs
        Index in the new run → index in the stored one.
    """

    run_dir: Path
    jobs: Mapping[int, int]


def find_earlier(
    identities: Sequence[bytes], script_sha256: str, runs: Iterable[Path]
) -> list[Earlier]:
    """Look for jobs that have succeeded before.

    A run of just these jobs that has all results is all that is returned, even if newer ones have
    them too. Else jobs of one identity, such as the repetitions of a point, are taken over one for
    one, and all from one run: others may hold the same results, taken over as well.

    Parameters
    ----------
    identities
        Of the jobs of the new run, by index.
    runs
        Folders of the stored runs, the newest first.
    """
    wanted = _by_identity((identity, index) for index, identity in enumerate(identities))
    numbers = {identity: len(indices) for identity, indices in wanted.items()}
    missing = set(wanted)
    best: dict[bytes, tuple[Path, list[int]]] = {}
    tried = passed_over = 0
    for run_dir in runs:
        if MOST_RUNS in (tried, passed_over):
            break
        has_as_many = _number_of_jobs(run_dir) == len(identities)
        if not missing and not has_as_many:  # nothing better is there
            passed_over += 1
            continue
        done = _succeeded(run_dir, script_sha256)
        if done is None:
            continue
        tried += 1
        if has_as_many and {same: len(there) for same, there in done.items()} == numbers:
            best = {same: (run_dir, there) for same, there in done.items()}
            break
        for identity in done.keys() & missing:
            there = done[identity]
            if identity not in best or len(there) > len(best[identity][1]):
                best[identity] = run_dir, there
            if len(there) >= len(wanted[identity]):
                missing.discard(identity)
    jobs: dict[Path, dict[int, int]] = {}
    for identity, (run_dir, there) in best.items():
        jobs.setdefault(run_dir, {}).update(zip(wanted[identity], there, strict=False))
    return [Earlier(run_dir, found) for run_dir, found in jobs.items()]


def _by_identity(jobs: Iterable[tuple[bytes, int]]) -> dict[bytes, list[int]]:
    """Gather (identity, index) pairs: the indices of each identity, in their order."""
    gathered: dict[bytes, list[int]] = {}
    for identity, index in jobs:
        gathered.setdefault(identity, []).append(index)
    return gathered


def adopt(store: RunStore, run: StoredRun, earlier: Earlier) -> None:
    """Take the results over into a new run, logs included: it no longer needs the stored one.

    Parameters
    ----------
    store, run
        The new run, for writing and for reading.
    """
    folder = earlier.run_dir
    with closing(StoredRun(folder)) as old:
        for batch in _batches(earlier.jobs.items(), 500):
            events = []
            for index, there in batch:
                record = old.record(there)
                outcome = replace(record.outcome, detail=f"done in run {folder.name}")
                events.append(JobFinished(index, 1, outcome))
                logs = log_paths(run.spec(index).name, 1)
                for source, target in zip((record.stdout, record.stderr), logs, strict=True):
                    _link(folder / source, run.run_dir / target)
            store.write(events)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _link(source: Path, target: Path) -> None:
    """Share a file, or copy it where the file system cannot share."""
    with suppress(FileNotFoundError):
        try:
            target.hardlink_to(source)
        except (OSError, NotImplementedError):
            shutil.copyfile(source, target)


def _number_of_jobs(run_dir: Path) -> int | None:
    """Return how many jobs a run has; ``None`` where it is no sound run."""
    try:
        with closing(connect(run_dir / DATABASE, read_only=True)) as database:
            (last,) = database.execute("SELECT max(idx) FROM job").fetchone()  # no count: a look
            return None if last is None else int(last) + 1
    except sqlite3.Error:
        return None


def _succeeded(run_dir: Path, script_sha256: str) -> dict[bytes, list[int]] | None:
    """Return identity → indices of what succeeded; ``None`` for another script or no sound run."""
    try:
        with closing(connect(run_dir / DATABASE, read_only=True)) as database:
            query = "SELECT value FROM info WHERE key = 'script_sha256'"
            row = database.execute(query).fetchone()
            if row is None or json.loads(row[0]) != script_sha256:
                return None
            query = "SELECT identity, idx FROM job WHERE state = 'succeeded' ORDER BY idx"
            return _by_identity(database.execute(query))
    except (sqlite3.Error, ValueError):
        return None
