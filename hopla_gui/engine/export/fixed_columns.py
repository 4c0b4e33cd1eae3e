"""The columns that every table of jobs has: before the parameters and values, and after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.errorline import error_line
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.commands.reproducing import full_commands_of_json
from hopla_gui.engine.export.column_kinds import ColumnKind
from hopla_gui.engine.results.stored_run import JobRow

OF_FACTS = {
    "duration": "duration_s",
    "cpu": "cpu_s",
    "memory": "max_rss_mb",
    "host": "hostname",
    "note": "detail",
    "failure": "cause",
}
"""What tables call the facts of `hopla_gui.domain.columns` that have another name there."""

FAILURE_LIMIT = 1_000
_NO_FAILURE = frozenset(("succeeded", "queued", "running"))

HEAD = {
    "name": ColumnKind.TEXT,
    "state": ColumnKind.TEXT,
    "exitcode": ColumnKind.INTEGER,
    "failure": ColumnKind.TEXT,
    "cause": ColumnKind.TEXT,
}
TAIL = {
    "started": ColumnKind.TIME,
    "ended": ColumnKind.TIME,
    "duration_s": ColumnKind.NUMBER,
    "cpu_s": ColumnKind.NUMBER,
    "max_rss_mb": ColumnKind.NUMBER,
    "attempt": ColumnKind.INTEGER,
    "hostname": ColumnKind.TEXT,
    "detail": ColumnKind.TEXT,
    "command": ColumnKind.TEXT,
}


def head_columns(
    page: Sequence[JobRow], job_name: Callable[[int], str], causes: Mapping[int, Cause]
) -> tuple[Sequence[Any], ...]:
    """Return what `HEAD` names of some jobs, column by column."""
    indices = [row.idx for row in page]
    return (
        list(map(job_name, indices)),
        list(map(state_of, page)),
        [row.exit_code for row in page],
        list(map(_failure, page)),
        [cause and cause.title for cause in map(causes.get, indices)],
    )


def tail_columns(page: Sequence[JobRow], info: RunInfo) -> tuple[Sequence[Any], ...]:
    """Return what `TAIL` names of some jobs, column by column."""
    return (
        list(map(start_of, page)),
        [row.ended for row in page],
        [row.duration_s for row in page],
        [row.cpu_s for row in page],
        [row.max_rss_mb for row in page],
        [row.attempt for row in page],
        [row.hostname for row in page],
        [row.detail for row in page],
        full_commands_of_json(info, (row.cmd for row in page)),
    )


def state_of(row: JobRow) -> str:
    """Return how a job stands."""
    return row.ended_state or row.state


def start_of(row: JobRow) -> float | None:
    """Return when a job's last attempt started, seconds since the epoch."""
    return row.job_started if row.started is None else row.started


def _failure(row: JobRow) -> str | None:
    """Return why a job did not succeed: what its traceback says, else what is known."""
    if state_of(row) in _NO_FAILURE:
        return None
    if row.traceback:
        return error_line(row.traceback)[:FAILURE_LIMIT]
    return row.detail or (None if row.exit_code is None else f"exit code {row.exit_code}")
