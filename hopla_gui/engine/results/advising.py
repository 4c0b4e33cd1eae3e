"""A stored run → advice on workers and cluster requests, from what its jobs took.

SQLite ranks the numbers: Python would keep a window waiting while it sorts a million of them.
"""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Sequence
from math import ceil
from typing import Any

from hopla_gui.domain.advice import SHORTEST_S, Advice, Unsuccessful, Uses, advise
from hopla_gui.domain.job import JobState
from hopla_gui.domain.spread import ENOUGH, HIGH, Spread
from hopla_gui.engine.machine import this_machine
from hopla_gui.engine.results.column_pages import JOBS_AND_ENDS, IsStale, opened
from hopla_gui.engine.results.stored_run import StoredRun

_KILLED = -9  # by SIGKILL, a name that Windows has not
_MEASURED = (
    "nullif(a.max_rss_mb, 0) AS memory, a.duration_s AS duration,"
    f" CASE WHEN a.duration_s >= {SHORTEST_S} THEN a.cpu_s / a.duration_s END AS cores"
)


def run_advice(
    run: StoredRun, jobs: Sequence[int] | None = None, is_stale: IsStale | None = None
) -> Advice | None:
    """Return what to make of what the jobs of a run took; ``None`` where nothing was measured.

    Reads all jobs: not for the window's thread. Jobs that failed end early: they count where no
    other has succeeded.

    Parameters
    ----------
    jobs
        Indices; all jobs where there are none given.
    is_stale
        Whether nobody waits for it any more: that raises `EnvironmentProblem`.
    """
    chosen = "1" if jobs is None else "job.idx IN (SELECT value FROM json_each(:jobs))"
    with opened(run.run_dir, is_stale) as database:
        database.execute("PRAGMA temp_store = MEMORY")
        database.execute(
            f"CREATE TEMP TABLE used AS SELECT job.state, a.exit_code, a.hostname, {_MEASURED}"
            f" {JOBS_AND_ENDS} WHERE {chosen}",
            {"jobs": None if jobs is None else json.dumps(list(jobs))},
        )
        return _advice(database, run.info.options.timeout)


def _advice(database: sqlite3.Connection, limit_s: float | None) -> Advice | None:
    counts = dict(database.execute("SELECT state, count(*) FROM used GROUP BY state"))
    state = JobState.SUCCEEDED if JobState.SUCCEEDED in counts else JobState.FAILED
    uses = Uses(
        counts.get(state, 0),
        *(_spread(database, number, state) for number in ("memory", "duration", "cores")),
    )
    ended = "SELECT DISTINCT hostname FROM used WHERE hostname != ''"
    is_here = {host for (host,) in database.execute(ended)} <= {socket.gethostname()}
    (killed,) = database.execute(
        "SELECT count(*) FROM used WHERE state = ? AND exit_code = ?", (JobState.FAILED, _KILLED)
    ).fetchone()
    failed = 0 if state is JobState.FAILED else counts.get(JobState.FAILED, 0)
    unsuccessful = Unsuccessful(counts.get(JobState.TIMEOUT, 0), killed, limit_s, failed)
    return advise(uses, this_machine() if is_here else None, unsuccessful)


def _spread(database: sqlite3.Connection, number: str, state: JobState) -> Spread | None:
    """Return how a number is spread over the jobs in a state; ``None`` where none has it."""
    measured = f"FROM used WHERE state = ? AND {number} IS NOT NULL"

    def one(what: str, *values: float, order: str = "") -> Any:  # noqa: ANN401 - SQL
        query = f"SELECT {what} {measured} {order}"
        return database.execute(query, (state, *values)).fetchone()

    count, most = one(f"count(*), max({number})")
    if not count:
        return None
    (median,) = one(number, (count - 1) // 2, order=f"ORDER BY {number} LIMIT 1 OFFSET ?")
    above = count - ceil(HIGH * count)  # from the largest down: few are kept in order for it
    (high,) = one(number, above, order=f"ORDER BY {number} DESC LIMIT 1 OFFSET ?")
    within, rest = one(f"count(*), max({number})", 2 * high, order=f"AND {number} <= ?")
    outliers = count - within if count >= ENOUGH else 0
    return Spread(count, median, high, most, outliers, rest if outliers else most)
