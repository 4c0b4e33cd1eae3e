"""Why the jobs of a run failed, in its store: the causes, and the exceptions as data."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from hopla_gui.domain.causes import Cause, CauseKind
from hopla_gui.domain.diagnosis import UNSUCCESSFUL, diagnose, diagnosed
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.raised import Raised, raised_from_json, raised_to_json

Query = Callable[..., list[Any]]

_QUICK = 1  # level of zlib: source and variables shrink to a fifth in a tenth of a millisecond
_STATES = ", ".join(f"'{state.value}'" for state in UNSUCCESSFUL)


def write_failure(database: sqlite3.Connection, event: JobFinished) -> None:
    """Store why an attempt failed; inside the transaction that stores its end."""
    outcome = diagnosed(event.outcome)
    cause = outcome.cause
    if cause is None:
        return
    what, file, function, message, example = map(
        _storable, (cause.what, cause.file, cause.function, cause.message, cause.example)
    )
    values = (cause.kind.value, what, file, cause.line, function, message)
    database.execute(
        "INSERT OR IGNORE INTO cause (kind, what, file, line, function, message, example)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, example),
    )
    database.execute(
        "INSERT OR REPLACE INTO failure (idx, attempt, cause) SELECT ?, ?, id FROM cause"
        " WHERE kind = ? AND what = ? AND file = ? AND line = ? AND function = ? AND message = ?",
        (event.index, event.attempt, *values),
    )
    if outcome.raised is not None:
        database.execute(
            "INSERT OR REPLACE INTO raised (idx, attempt, content) VALUES (?, ?, ?)",
            (event.index, event.attempt, pack(outcome.raised)),
        )


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
        return dict(_from_texts(query))
    causes = {
        number: Cause(CauseKind(kind), *rest)
        for number, kind, *rest in query(
            "SELECT id, kind, what, file, line, function, message, example FROM cause"
        )
    }
    rows = query(
        "SELECT job.idx, f.cause FROM job JOIN failure f"
        " ON f.idx = job.idx AND f.attempt = job.attempt"
        f" WHERE job.state IN ({_STATES}) ORDER BY job.idx"
    )
    return {index: causes[number] for index, number in rows}


def read_peaks(query: Query) -> dict[int, float]:
    """Return job index → peak memory in MB of the jobs that have not succeeded, where known."""
    return dict(
        query(
            "SELECT job.idx, a.max_rss_mb FROM job JOIN attempt a"
            " ON a.idx = job.idx AND a.attempt = job.attempt"
            f" WHERE job.state IN ({_STATES}) AND a.max_rss_mb IS NOT NULL"
        )
    )


def has_failures(query: Query) -> bool:
    """Whether the store keeps causes: one that an earlier version wrote does not."""
    return bool(query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'failure'"))


def _from_texts(query: Query) -> Iterator[tuple[int, Cause]]:
    """Yield the causes that the tracebacks tell, each once though many jobs share it."""
    shared: dict[Cause, Cause] = {}
    rows = query(
        "SELECT job.idx, job.state, a.exit_code, a.traceback, a.detail FROM job LEFT JOIN attempt a"
        " ON a.idx = job.idx AND a.attempt = job.attempt"
        f" WHERE job.state IN ({_STATES}) ORDER BY job.idx"
    )
    for index, state, code, traceback, detail in rows:
        cause = diagnose(JobOutcome(JobState(state), code, traceback, detail=detail))
        if cause is not None:
            yield index, shared.setdefault(cause, cause)


def _storable(text: str) -> str:
    """Make lone surrogates visible: SQLite takes none."""
    return text.encode("utf-8", "backslashreplace").decode()
