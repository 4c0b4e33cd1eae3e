"""Reading a run's folder, live or long ended; any number of processes may read at a time."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.cluster import cluster_from_json
from hopla_gui.domain.columns import JobColumn
from hopla_gui.domain.diagnosis import diagnose
from hopla_gui.domain.job import Counts, JobOutcome, JobRecord, JobSpec, JobState
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.domain.raised import Raised
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import options_from_json
from hopla_gui.engine import patientjson
from hopla_gui.engine.results.column_names import read_parameter_names, read_value_paths
from hopla_gui.engine.results.column_pages import IsStale, opened, show_running_as_lost
from hopla_gui.engine.results.column_reader import read_columns
from hopla_gui.engine.results.failures import read_causes, read_peaks, read_raised
from hopla_gui.engine.results.status_reader import read_statuses
from hopla_gui.engine.results.store import DATABASE, LOGS, connect
from hopla_gui.engine.results.unread_values import UnreadValues, ValuesPlace, read_values
from hopla_gui.errors import EnvironmentProblem, UserError

RECORD = (
    "SELECT job.idx, job.parameters, job.cmd, job.state, job.attempt, job.started,"
    " a.state, a.exit_code, a.started, a.ended, a.duration_s, a.cpu_s, a.max_rss_mb,"
    ' a.hostname, a.detail, a.traceback, a."values"'
    " FROM job LEFT JOIN attempt a ON a.idx = job.idx AND a.attempt = job.attempt"
)

# Where a job runs before it has ended; runs that an older version has written do not tell.
_HOST = "coalesce(a.hostname, job.hostname)"

WORKERS = "workers"  # the fact that says how many jobs at a time were asked for last
MOVED_FIRST = "moved_first"  # the fact that says which jobs were moved before the others by hand
LEFT_RUNNING = "hopla_gui ended while the job ran"  # the detail of a job that is lost by that

# Rows in memory at a time: a job may hand over many megabytes, most hand over little.
PAGE_ROWS = 500
_FEW_ROWS = 16
_PAGE_SIZE = 500_000  # characters of values and tracebacks


class JobRow(NamedTuple):
    r"""A job and its last attempt as the database has them: ``None`` where no attempt has ended.

    ``parameters``, ``cmd`` and ``values`` are JSON in ASCII, with what strict JSON has not: NaN and
    Infinity, and lone surrogates as ``\udcXX``.
    """

    idx: int
    parameters: str
    cmd: str
    state: str
    attempt: int
    job_started: float | None
    ended_state: str | None
    exit_code: int | None
    started: float | None
    ended: float | None
    duration_s: float | None
    cpu_s: float | None
    max_rss_mb: float | None
    hostname: str | None
    detail: str | None
    traceback: str | None
    values: str | None


def log_paths(name: str, attempt: int) -> tuple[str, str]:
    """Return the (stdout, stderr) files of an attempt, relative to the run's folder."""
    stem = f"{LOGS}/{name}" if attempt == 1 else f"{LOGS}/{name}.{attempt}"
    return f"{stem}.out", f"{stem}.err"


def begun_at(run_dir: Path, name: str, attempt: int) -> float | None:
    """Return when an attempt began, as its logs tell; ``None`` where it has none.

    Both are opened at the start; one may not have been written to since.
    """
    try:
        return min((run_dir / path).stat().st_mtime for path in log_paths(name, attempt))
    except OSError:
        return None


class StoredRun:
    """A run as it lies in its folder.

    Every method may be called from any thread.

    Parameters
    ----------
    run_dir
        The run's folder.

    Raises
    ------
    UserError
        Where the folder holds no run.
    """

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self._reading = threading.Lock()
        self._parameters: tuple[str, ...] | None = None
        self._running_are_lost = False
        if not (run_dir / DATABASE).is_file():
            raise UserError(f"{run_dir}: no stored run")
        try:
            self._database = connect(run_dir / DATABASE, read_only=True)
            rows = self._all("SELECT key, value FROM info")
            self.info = _run_info({key: json.loads(value) for key, value in rows})
            (last,) = self._one("SELECT max(idx) FROM job")  # count(*) would read all
            self._length = 0 if last is None else last + 1
            known = {row[1] for row in self._all("PRAGMA table_info(job)")}
            host = _HOST if "hostname" in known else "a.hostname"
            self._last = RECORD.replace("a.hostname", host)
        except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
            raise UserError(f"{run_dir}: not a readable run: {error}") from error

    def call_running_lost(self) -> None:
        """Read running jobs as lost: their program is gone, and the store cannot be written."""
        with self._reading, self._translated():
            show_running_as_lost(self._database)
        detail = (
            f"iif(job.state = '{JobState.LOST}' AND a.state IS NULL, '{LEFT_RUNNING}', a.detail)"
        )
        self._last = self._last.replace("a.detail", detail)
        self._running_are_lost = True

    @property
    def swept(self) -> tuple[str, ...]:
        """Names of the swept parameters."""
        return self.info.swept

    def fact(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a fact that was found out in the background; ``None`` where there is none yet."""
        row = self._all("SELECT value FROM info WHERE key = ?", name)
        return json.loads(row[0][0]) if row else None

    @property
    def workers(self) -> int | None:
        """Jobs at a time, as they were asked for last; ``None`` for no limit."""
        found: int | None = self.fact(WORKERS) or self.info.options.workers
        return found

    @property
    def moved_first(self) -> list[int]:
        """Jobs that somebody has moved before the others, in the order wanted."""
        return self.fact(MOVED_FIRST) or []

    @property
    def ended(self) -> float | None:
        """When the last job ended, seconds since the epoch; ``None`` while jobs are left."""
        if self.has_any(JobState.QUEUED, JobState.RUNNING):
            return None
        (ended,) = self._one("SELECT max(ended) FROM attempt")
        return float(ended) if ended is not None else self.info.started

    @property
    def has_run_again(self) -> bool:
        """Whether a job has had more than one attempt."""
        return bool(self._all("SELECT 1 FROM job WHERE attempt > 1 LIMIT 1"))

    def __len__(self) -> int:
        return self._length

    def spec(self, index: int) -> JobSpec:
        """Return what a job runs."""
        row = self._one("SELECT idx, parameters, cmd FROM job WHERE idx = ?", index)
        return self._spec(*row)

    def specs(self, indices: Sequence[int]) -> list[JobSpec]:
        """Return what some jobs run, in the order asked for."""
        query = "SELECT idx, parameters, cmd FROM job WHERE idx IN (SELECT value FROM json_each(?))"
        found = {row[0]: row for row in self._all(query, json.dumps(indices))}
        return [self._spec(*found[index]) for index in indices]

    def statuses(self) -> JobStatuses:
        """Return the light status of every job, in expansion order."""
        found = read_statuses(self.run_dir, running_are_lost=self._running_are_lost)
        for index in self._called_lost():
            found.details[index] = LEFT_RUNNING
        return found

    def _called_lost(self) -> list[int]:
        """Return the jobs that are lost only to whoever reads them here."""
        if not self._running_are_lost:
            return []
        return [index for (index,) in self._all("SELECT idx FROM main.job WHERE state = 'running'")]

    def read_columns(
        self, columns: Sequence[JobColumn], is_stale: IsStale | None = None
    ) -> list[list[object]]:
        """Return the values of columns, each for all jobs in expansion order."""
        return read_columns(
            self.run_dir,
            columns,
            self.info.job_name,
            is_stale,
            running_are_lost=self._running_are_lost,
        )

    def parameter_names(self) -> tuple[str, ...]:
        """Return the names of the parameters given, the swept ones first."""
        if self._parameters is None:  # they never change
            found = read_parameter_names(self.run_dir)
            self._parameters = tuple(dict.fromkeys([*self.swept, *found]))
        return self._parameters

    def value_paths(self) -> list[str]:
        """Return the dotted paths at which jobs have handed over numbers and texts, sampled."""
        return read_value_paths(self.run_dir)

    def counts(self) -> Counts:
        """Return the number of jobs in each state."""
        return Counts(**dict(self._all("SELECT state, count(*) FROM job GROUP BY state")))

    def has_any(self, *states: JobState) -> bool:
        """Tell whether a job is in one of the states: cheaper than `counts`."""
        query = "SELECT 1 FROM job WHERE state IN (SELECT value FROM json_each(?)) LIMIT 1"
        return bool(self._all(query, json.dumps(states)))

    def indices(self, *states: JobState) -> list[int]:
        """Return the jobs that are in one of the states, in expansion order."""
        query = "SELECT idx FROM job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY idx"
        return [index for (index,) in self._all(query, json.dumps(states))]

    def record(self, index: int) -> JobRecord:
        """Return all that is known of a job's last attempt."""
        return self._record(self._one(f"{self._last} WHERE job.idx = ?", index))

    def glance(self, index: int) -> JobRecord:
        """Return what is known of a job's last attempt; many megabytes of values as yet unread."""
        return self._glance(self._one(f"{_without_values(self._last)} WHERE job.idx = ?", index))

    def attempts(self, index: int) -> list[JobRecord]:
        """Return every ended attempt of a job, the oldest first, as `glance` does."""
        query = RECORD.replace(" AND a.attempt = job.attempt", "").replace(
            "job.attempt, job.started", "a.attempt, job.started"
        )
        query = f"{_without_values(query)} WHERE job.idx = ? AND a.attempt IS NOT NULL"
        return [self._glance(row) for row in self._all(f"{query} ORDER BY a.attempt", index)]

    def rows(self, jobs: Sequence[int] | None = None) -> Iterator[JobRow]:
        """Yield jobs as the database has them, in expansion order, few in memory at a time.

        Parameters
        ----------
        jobs
            Indices; all jobs where there are none given.
        """
        for page in self.pages(jobs):
            yield from page

    def pages(
        self, jobs: Sequence[int] | None = None, most: int = PAGE_ROWS
    ) -> Iterator[list[JobRow]]:
        """Yield `rows` some at a time: as many as fit into memory, and not more than ``most``."""
        chosen = "" if jobs is None else " WHERE job.idx IN (SELECT value FROM json_each(?))"
        values = () if jobs is None else (json.dumps(list(jobs)),)
        with self._reading, self._translated():
            cursor = self._database.execute(f"{self._last}{chosen} ORDER BY job.idx", values)
        while page := self._page(cursor, most):
            yield page

    def _page(self, cursor: sqlite3.Cursor, most: int) -> list[JobRow]:
        page: list[JobRow] = []
        size = 0
        with self._reading, self._translated():
            while len(page) < most and size < _PAGE_SIZE:
                rows = cursor.fetchmany(min(_FEW_ROWS, most - len(page)))
                if not rows:
                    break
                more = list(map(JobRow._make, rows))
                page += more
                size += sum(len(row.values or "") + len(row.traceback or "") for row in more)
        return page

    def records(self) -> Iterator[JobRecord]:
        """Yield every job in expansion order."""
        return map(self._record, self.rows())

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the run for a while, whatever is written meanwhile."""
        self._all("BEGIN")
        try:
            yield
        finally:
            self._all("COMMIT")

    def raised(self, index: int, attempt: int) -> Raised | None:
        """Return the exception that ended an attempt, as data, where the job could tell."""
        return read_raised(self._all, index, attempt)

    def causes(self) -> dict[int, Cause]:
        """Return job index → cause of the jobs that did not succeed, in expansion order."""
        causes = read_causes(self._alone)
        cause = diagnose(JobOutcome(JobState.LOST, detail=LEFT_RUNNING))
        if cause is not None and (called_lost := self._called_lost()):
            causes = dict(sorted({**causes, **dict.fromkeys(called_lost, cause)}.items()))
        return causes

    def peaks(self) -> dict[int, float]:
        """Return job index → peak memory in MB of the jobs that did not succeed, where known."""
        return read_peaks(self._alone)

    def notes(self) -> list[tuple[float, str, str]]:
        """Return the run's log: (seconds since the epoch, level, text)."""
        return self._all("SELECT at, level, text FROM note ORDER BY id")

    def close(self) -> None:
        """Close the database."""
        with self._reading:
            self._database.close()

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._reading, self._translated():
            return self._database.execute(query, values).fetchall()

    def _alone(self, query: str, *values: object) -> list[Any]:
        """Read what takes long, and keep nobody waiting who looks at a job meanwhile."""
        with opened(self.run_dir, running_are_lost=self._running_are_lost) as database:
            return database.execute(query, values).fetchall()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise EnvironmentProblem(f"{self.run_dir}: cannot be read: {error}") from error

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        rows = self._all(query, *values)
        if not rows:
            raise IndexError(*values)
        return tuple(rows[0])

    def _glance(self, columns: tuple[Any, ...]) -> JobRecord:
        *rest, rowid = columns
        return self._record((*rest, None), lambda row: self._values(row, rowid))

    def _values(self, row: JobRow, rowid: int | None) -> Mapping[str, object]:
        """Return the values of an attempt; many megabytes of them unread."""
        if rowid is None:
            return {}
        place = ValuesPlace(self.run_dir, row.idx, row.attempt)
        with self._reading, self._translated(), self._open_values(rowid) as blob:
            size = len(blob)
            if size > patientjson.LARGE:
                return UnreadValues(size, place)
            return read_values(blob.read().decode())

    def _open_values(self, rowid: int) -> sqlite3.Blob:
        """Open values without reading them: SQLite would read all to tell how long they are."""
        return self._database.blobopen("attempt", "values", rowid, readonly=True)

    def _spec(self, index: int, parameters: str, cmd: str) -> JobSpec:
        return JobSpec(
            index, self.info.job_name(index), json.loads(parameters), tuple(json.loads(cmd))
        )

    def _record(
        self,
        columns: tuple[Any, ...],
        read: Callable[[JobRow], Mapping[str, object]] = lambda row: read_values(row.values),
    ) -> JobRecord:
        row = JobRow._make(columns)
        spec = self._spec(row.idx, row.parameters, row.cmd)
        outcome = JobOutcome(
            state=JobState(row.ended_state or row.state),
            exit_code=row.exit_code,
            traceback=row.traceback,
            values=read(row),
            started=row.job_started if row.started is None else row.started,
            ended=row.ended,
            duration_s=row.duration_s,
            cpu_s=row.cpu_s,
            max_rss_mb=row.max_rss_mb,
            hostname=row.hostname,
            detail=row.detail,
        )
        return JobRecord(spec, outcome, row.attempt, *log_paths(spec.name, row.attempt))


def _without_values(query: str) -> str:
    """Return a query of records that gives the row of the values instead of them."""
    return query.replace('a."values"', "a.rowid")


def _run_info(facts: dict[str, Any]) -> RunInfo:
    known = {name: facts[name] for name in RunInfo.__dataclass_fields__ if name in facts}
    known["options"] = options_from_json(known["options"])
    known["cluster"] = cluster_from_json(known.get("cluster", {}))
    for name in {"swept", "job_numbers"}.intersection(known):
        known[name] = tuple(known[name])
    return RunInfo(**known)
