"""Why the jobs of a run failed, in its store: the causes, and the exceptions as data."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hopla_gui.domain.causes import Cause, CauseKind
from hopla_gui.domain.diagnosis import UNSUCCESSFUL, diagnose, diagnosed
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.masking import shared_message
from hopla_gui.domain.raised import Raised, raised_from_json, raised_to_json

Query = Callable[..., list[Any]]

_QUICK = 1  # level of zlib: source and variables shrink to a fifth in a tenth of a millisecond
_STATES = ", ".join(f"'{state.value}'" for state in UNSUCCESSFUL)
# From the failures to their jobs, as CROSS has it: to look through all jobs takes far longer.
_FAILED = "failure f CROSS JOIN job ON job.idx = f.idx AND job.attempt = f.attempt"

# Of a store that an earlier version wrote: it keeps the message of one job and the mask of all.
_SHARED_BEFORE = (
    "iif(id IN (SELECT cause FROM failure GROUP BY cause HAVING count(*) = 1), example, message)"
)


def write_failure(database: sqlite3.Connection, event: JobFinished) -> None:
    """Store why an attempt failed; inside the transaction that stores its end."""
    outcome = diagnosed(event.outcome)
    cause = outcome.cause
    if cause is None:
        return
    number = _write_cause(database, cause)
    database.execute(
        "INSERT OR REPLACE INTO failure (idx, attempt, cause) VALUES (?, ?, ?)",
        (event.index, event.attempt, number),
    )
    if outcome.raised is not None:
        database.execute(
            "INSERT OR REPLACE INTO raised (idx, attempt, content) VALUES (?, ?, ?)",
            (event.index, event.attempt, pack(outcome.raised)),
        )


def _write_cause(database: sqlite3.Connection, cause: Cause) -> int:
    """Store a cause, or what this one still shares with those that are there; return its number."""
    what, file, function, message, example = map(
        _storable, (cause.what, cause.file, cause.function, cause.message, cause.example)
    )
    key = (cause.kind.value, what, file, cause.line, function, message)
    known = database.execute(
        "SELECT id, shared FROM cause WHERE kind = ? AND what = ? AND file = ? AND line = ?"
        " AND function = ? AND message = ?",
        key,
    ).fetchone()
    said = example or message
    if known is None:
        added = database.execute(
            "INSERT INTO cause (kind, what, file, line, function, message, example, shared)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, example, said),
        ).lastrowid
        assert added is not None  # a row was added
        return added
    number, before = known
    shared = shared_message(before, said)
    if shared != before:
        database.execute("UPDATE cause SET shared = ? WHERE id = ?", (shared, number))
    return int(number)


def pack(raised: Raised) -> bytes:
    """Return an exception in few bytes."""
    text = json.dumps(raised_to_json(raised), separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode("utf-8", "backslashreplace"), _QUICK)


def unpack(content: bytes) -> Raised | None:
    """Return the exception that `pack` was given; ``None`` for what is none."""
    try:
        return raised_from_json(json.loads(zlib.decompress(content)))
    except (zlib.error, ValueError, RecursionError):
        return None


def read_raised(query: Query, index: int, attempt: int) -> Raised | None:
    """Return the exception that ended an attempt, where the job could tell."""
    if not has_failures(query):
        return None
    rows = query("SELECT content FROM raised WHERE idx = ? AND attempt = ?", index, attempt)
    return unpack(rows[0][0]) if rows else None


def read_causes(query: Query) -> dict[int, Cause]:
    """Return job index → cause of the jobs that have not succeeded, in expansion order."""
    if not has_failures(query):
        return _from_texts(query)
    rows = query(
        f"SELECT f.idx, f.cause FROM {_FAILED} WHERE job.state IN ({_STATES}) ORDER BY f.idx"
    )
    causes = {  # behind the jobs: one that fails meanwhile may be the first of its cause
        number: Cause(CauseKind(kind), *rest)
        for number, kind, *rest in query(
            f"SELECT id, kind, what, file, line, function, message, {_shared(query)} FROM cause"
        )
    }
    return {index: causes[number] for index, number in rows}


def _shared(query: Query) -> str:
    """Return what holds the message of a cause that all of its jobs share."""
    has_it = query("SELECT 1 FROM pragma_table_info('cause') WHERE name = 'shared'")
    return "shared" if has_it else _SHARED_BEFORE


def read_peaks(query: Query) -> dict[int, float]:
    """Return job index → peak memory in MB of the jobs that have not succeeded, where known."""
    return dict(
        query(
            f"SELECT job.idx, a.max_rss_mb FROM {_FAILED if has_failures(query) else 'job'}"
            " JOIN attempt a ON a.idx = job.idx AND a.attempt = job.attempt"
            f" WHERE job.state IN ({_STATES}) AND a.max_rss_mb IS NOT NULL"
        )
    )


def has_failures(query: Query) -> bool:
    """Whether the store keeps causes: one that an earlier version wrote does not."""
    return bool(query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'failure'"))


def _from_texts(query: Query) -> dict[int, Cause]:
    """Return the causes that the tracebacks tell; many jobs share one."""
    groups = FailureGroups()
    for index, state, code, traceback, detail in query(
        "SELECT job.idx, job.state, a.exit_code, a.traceback, a.detail FROM job LEFT JOIN attempt a"
        " ON a.idx = job.idx AND a.attempt = job.attempt"
        f" WHERE job.state IN ({_STATES})"
    ):
        cause = diagnose(JobOutcome(JobState(state), code, traceback, detail=detail))
        if cause is not None:
            groups.add(index, cause)
    causes: dict[int, Cause] = {}
    for group in groups.ordered():
        causes.update(dict.fromkeys(group.jobs, replace(group.cause, example=group.message)))
    return {index: causes[index] for index in sorted(causes)}


def _storable(text: str) -> str:
    """Make lone surrogates visible: SQLite takes none."""
    return text.encode("utf-8", "backslashreplace").decode()
