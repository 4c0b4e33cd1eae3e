"""The columns that jobs' statuses tell: nothing has to be read for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hopla_gui.domain.columns import JobColumn, fact
from hopla_gui.domain.job_statuses import JobStatuses

_DURATION = fact("duration")
_ATTRIBUTES = {
    _DURATION: "duration_s",
    fact("state"): "state",
    fact("exitcode"): "exit_code",
    fact("attempt"): "attempt",
    fact("started"): "started",
    fact("note"): "detail",
}


def is_status_column(column: JobColumn) -> bool:
    """Whether the statuses tell what is in a column."""
    return column in _ATTRIBUTES


def read_status_column(
    statuses: JobStatuses, column: JobColumn, clock: Callable[[], float]
) -> Callable[[Sequence[int]], Sequence[Any]]:
    """Return what gives a column for some jobs, how long they have been running as of then."""
    if column == _DURATION:
        return lambda jobs: statuses.durations(jobs, clock())
    return lambda jobs: statuses.column(_ATTRIBUTES[column], jobs)
