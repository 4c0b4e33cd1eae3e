"""The columns that every table of jobs has: before the parameters and values, and after them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hopla_gui.domain.causes import Cause
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.export.column_kinds import ColumnKind
from hopla_gui.engine.results.stored_run import JobRow

FAILURE_LIMIT = 1_000


_DECODER = json.JSONDecoder()


def parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return what stored JSON says; faster than `json.loads`, which looks for blanks around it."""
    return _DECODER.raw_decode(text)[0]


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored, what it is called, and why it failed if it did."""

    name: str
    row: JobRow
    cause: Cause | None

    @property
    def state(self) -> str:
        """How it stands."""
        return self.row.ended_state or self.row.state

    @property
    def started(self) -> float | None:
        """When its last attempt began, in seconds since the epoch."""
        return self.row.job_started if self.row.started is None else self.row.started

    @property
    def failure(self) -> str | None:
        """Why it did not succeed: the last line of its traceback, else what is known."""
        if self.state in ("succeeded", "queued", "running"):
            return None
        if self.row.traceback:
            return self.row.traceback.rstrip().rpartition("\n")[2].strip()[:FAILURE_LIMIT]
        code = self.row.exit_code
        return self.row.detail or (None if code is None else f"exit code {code}")

    @property
    def command(self) -> str:
        """What it ran, as bash takes it."""
        return shell_line(parsed(self.row.cmd))


Read = Callable[[Job], Any]

HEAD: dict[str, tuple[ColumnKind, Read]] = {
    "name": (ColumnKind.TEXT, lambda job: job.name),
    "state": (ColumnKind.TEXT, lambda job: job.state),
    "exitcode": (ColumnKind.INTEGER, lambda job: job.row.exit_code),
    "failure": (ColumnKind.TEXT, lambda job: job.failure),
    "cause": (ColumnKind.TEXT, lambda job: job.cause and job.cause.title),
}
TAIL: dict[str, tuple[ColumnKind, Read]] = {
    "started": (ColumnKind.TIME, lambda job: job.started),
    "ended": (ColumnKind.TIME, lambda job: job.row.ended),
    "duration_s": (ColumnKind.NUMBER, lambda job: job.row.duration_s),
    "cpu_s": (ColumnKind.NUMBER, lambda job: job.row.cpu_s),
    "max_rss_mb": (ColumnKind.NUMBER, lambda job: job.row.max_rss_mb),
    "attempt": (ColumnKind.INTEGER, lambda job: job.row.attempt),
    "hostname": (ColumnKind.TEXT, lambda job: job.row.hostname),
    "detail": (ColumnKind.TEXT, lambda job: job.row.detail),
    "command": (ColumnKind.TEXT, lambda job: job.command),
}
