"""How all jobs of a stored run stand, read by the page."""

from __future__ import annotations

import json
from pathlib import Path

from hopla_gui.domain.job import JobState
from hopla_gui.domain.job_statuses import TICKS, JobStatuses
from hopla_gui.engine.results.column_pages import JOBS_AND_ENDS, PAGE_OF_JOBS, opened, page_rows

_STATES = {state.value: state for state in JobState}


def _ticks(seconds: str) -> str:
    """Return SQL that makes whole numbers of seconds: text of others takes far longer."""
    return f"ifnull(CAST({seconds} * {TICKS} AS INTEGER), 'NaN')"


_QUERY = (
    "SELECT group_concat(job.state), json_group_array(a.detail),"
    " '[' || group_concat(job.attempt) || ']',"
    " '[' || group_concat(ifnull(a.exit_code, 'null')) || ']',"
    f" '[' || group_concat({_ticks('job.started')}) || ']',"
    f" '[' || group_concat({_ticks('a.duration_s')}) || ']'"
    f" {JOBS_AND_ENDS} {PAGE_OF_JOBS}"
)


def read_statuses(run_dir: Path, *, running_are_lost: bool = False) -> JobStatuses:
    """Return the light status of every job, in expansion order."""
    found = JobStatuses()
    with opened(run_dir, running_are_lost=running_are_lost) as database:
        for _, (states, *rest) in page_rows(database, _QUERY):
            details, attempts, codes, started, durations = map(json.loads, rest)
            found.extend(
                state=map(_STATES.__getitem__, states.split(",")),
                exit_code=codes,
                started=started,
                duration_s=durations,
                attempt=attempts,
                detail=details,
            )
    return found
