"""The columns that every table of jobs has: before the parameters and values, and after them."""

from __future__ import annotations

import json
from typing import Any

from hopla_gui.domain.causes import Cause
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.export.column_kinds import ColumnKind
from hopla_gui.engine.results.stored_run import JobRow

FAILURE_LIMIT = 1_000
_NO_FAILURE = frozenset(("succeeded", "queued", "running"))


_DECODER = json.JSONDecoder()


def parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return what stored JSON says; faster than `json.loads`, which looks for blanks around it."""
    return _DECODER.raw_decode(text)[0]


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


def head_cells(name: str, row: JobRow, cause: Cause | None) -> tuple[Any, ...]:
    """Return what `HEAD` names of a job."""
    state = row.ended_state or row.state
    failure = None if state in _NO_FAILURE else failure_line(row)
    return name, state, row.exit_code, failure, cause and cause.title


def tail_cells(row: JobRow) -> tuple[Any, ...]:
    """Return what `TAIL` names of a job."""
    started = row.job_started if row.started is None else row.started
    command = shell_line(parsed(row.cmd))
    return (started, row.ended, row.duration_s, row.cpu_s, row.max_rss_mb, row.attempt,
            row.hostname, row.detail, command)  # fmt: skip


def failure_line(row: JobRow) -> str | None:
    """Return why a job did not succeed: the last line of its traceback, else what is known."""
    if row.traceback:
        return row.traceback.rstrip().rpartition("\n")[2].strip()[:FAILURE_LIMIT]
    return row.detail or (None if row.exit_code is None else f"exit code {row.exit_code}")
