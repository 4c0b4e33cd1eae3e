"""The run's folder: a SQLite store that one process writes, the script's copy, the jobs' logs.

The writer lives on one thread at a time (the session's pump). What it has committed survives a
kill and a power cut: WAL, ``synchronous=FULL``. Reading is `hopla_gui.engine.results.stored_run`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from hopla_gui.domain.events import Event
from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.changes import Changes, json_text
from hopla_gui.engine.results.failures import write_failure
from hopla_gui.engine.results.identity import job_identity
from hopla_gui.engine.results.lock import FileLock
from hopla_gui.errors import EnvironmentProblem

DATABASE = "run.sqlite"
DRAFT = f"{DATABASE}.new"
LOCK = "run.lock"
SCRIPT_COPY = "script.py"
LOGS = "logs"

# Errors of SQLite after which it is of no use to try again.
HOPELESS = ("SQLITE_READONLY", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN")

# One script for each schema version; PRAGMA user_version counts those applied. In `attempt` the
# light columns come first: SQLite then reads them without touching the pages of the heavy ones.
MIGRATIONS = (
    """
    CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE job (
        idx INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'queued',
        attempt INTEGER NOT NULL DEFAULT 1, started REAL,
        identity BLOB NOT NULL, parameters TEXT NOT NULL, cmd TEXT NOT NULL);
    CREATE TABLE attempt (
        idx INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, exit_code INTEGER,
        started REAL, ended REAL, duration_s REAL, cpu_s REAL, max_rss_mb REAL,
        hostname TEXT, detail TEXT, traceback TEXT, "values" TEXT NOT NULL,
        PRIMARY KEY (idx, attempt));
    CREATE TABLE note (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL);
    """,
    # Which worker ran it. The table is made anew so that the column lies among the light ones.
    """
    ALTER TABLE job ADD COLUMN worker INTEGER;
    ALTER TABLE attempt RENAME TO attempt_before;
    CREATE TABLE attempt (
        idx INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, exit_code INTEGER,
        started REAL, ended REAL, duration_s REAL, cpu_s REAL, max_rss_mb REAL, worker INTEGER,
        hostname TEXT, detail TEXT, traceback TEXT, "values" TEXT NOT NULL,
        PRIMARY KEY (idx, attempt));
    INSERT INTO attempt SELECT idx, attempt, state, exit_code, started, ended, duration_s, cpu_s,
        max_rss_mb, NULL, hostname, detail, traceback, "values" FROM attempt_before;
    DROP TABLE attempt_before;
    """,
    # Why jobs failed: one row for all that failed alike; the exception as data, compressed.
    """
    CREATE TABLE cause (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, what TEXT NOT NULL, file TEXT NOT NULL,
        line INTEGER NOT NULL, function TEXT NOT NULL, message TEXT NOT NULL, example TEXT NOT NULL,
        UNIQUE (kind, what, file, line, function, message));
    CREATE TABLE failure (
        idx INTEGER NOT NULL, attempt INTEGER NOT NULL, cause INTEGER NOT NULL,
        PRIMARY KEY (idx, attempt)) WITHOUT ROWID;
    CREATE TABLE raised (
        idx INTEGER NOT NULL, attempt INTEGER NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY (idx, attempt));
    """,
    # Where it runs, before it has ended.
    "ALTER TABLE job ADD COLUMN hostname TEXT",
    # What the messages of all jobs of a cause say alike. Of those that are there, that is only
    # known where there is one.
    """
    ALTER TABLE cause ADD COLUMN shared TEXT NOT NULL DEFAULT '';
    UPDATE cause SET shared = message;
    UPDATE cause SET shared = example WHERE example != '' AND id IN
        (SELECT cause FROM failure GROUP BY cause HAVING count(*) = 1);
    """,
)

UPDATE_JOB = (
    "UPDATE job SET state = ?, attempt = ?, started = coalesce(?, CASE WHEN ? THEN started END),"
    " worker = coalesce(?, CASE WHEN ? THEN worker END),"
    " hostname = coalesce(?, CASE WHEN ? THEN hostname END) WHERE idx = ?"
)
# One statement, however many jobs: those that end as they stand, none of them measured.
END_AS_THEY_STAND = (
    "INSERT OR REPLACE INTO attempt (idx, attempt, state, exit_code, started, worker, hostname,"
    ' detail, traceback, "values") SELECT idx, attempt, ?, ?, started, worker, ?, ?, ?, ? FROM job'
    " WHERE idx IN (SELECT value FROM json_each(?))",
    "UPDATE job SET state = ? WHERE idx IN (SELECT value FROM json_each(?))",
)
DELETE_ATTEMPT = "DELETE FROM attempt WHERE idx = ? AND attempt = ?"
INSERT_NOTE = "INSERT INTO note (at, level, text) VALUES (?, ?, ?)"
INSERT_ATTEMPT = (
    "INSERT OR REPLACE INTO attempt (idx, attempt, state, exit_code, started, ended, duration_s,"
    ' cpu_s, max_rss_mb, worker, hostname, detail, traceback, "values")'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, (SELECT worker FROM job WHERE ? AND idx = ?)),"
    " ?, ?, ?, ?)"
)


class NotWritten(EnvironmentProblem):
    """Nothing of it is on disk; it may go through later: the disk is full, or the run is busy."""

    def __init__(self, folder: Path, why: sqlite3.Error) -> None:
        super().__init__(f"{folder}: the run cannot be written: {why}")
        self.why = str(why)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a run's database; a connection may be used from any thread, one at a time."""
    mode = "?mode=ro" if read_only else ""
    if read_only and _lies_still(path):
        mode += "&immutable=1"
    return sqlite3.connect(
        path.absolute().as_uri() + mode,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=10.0,
    )


def _lies_still(path: Path) -> bool:
    """Tell whether a database has no log and none can be made beside it: on a read-only medium.

    SQLite would refuse to read it, for nobody could tell it of changes.
    """
    return not (path.with_name(f"{path.name}-wal").exists() or os.access(path.parent, os.W_OK))


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise EnvironmentProblem(f"{path}: written by a newer version of hopla_gui")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        database.executescript(f"BEGIN; {script}; PRAGMA user_version = {number}; COMMIT")


def _write_new(folder: Path, info: RunInfo, jobs: Iterable[JobSpec]) -> None:
    """Make a run's database under another name first: a kill in the midst leaves no half a run."""
    draft = folder / DRAFT
    with closing(connect(draft)) as database:
        _migrate(database, draft)
        with _Transaction(database):
            _insert(database, info, jobs)
    draft.replace(folder / DATABASE)


def remove_folder(folder: Path, before: Callable[[], None] = lambda: None) -> None:
    """Remove a run that nobody works on.

    Parameters
    ----------
    before
        Called when the run is held, before anything is removed.

    Raises
    ------
    EnvironmentProblem
        Where a process works on it, naming it.
    OSError
        Where it cannot be removed.
    """
    with FileLock(folder / LOCK):
        before()
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK:  # Windows removes no open file
                path.unlink()
    shutil.rmtree(folder)


def _remove_drafts(runs_dir: Path) -> None:
    """Remove the runs whose making was cut short by a kill: nobody holds them, or ever will."""
    for draft in runs_dir.glob(f"*/{DRAFT}"):
        folder = draft.parent
        with suppress(OSError, EnvironmentProblem):
            remove_folder(folder, partial(_refuse_whole, folder))


def _refuse_whole(folder: Path) -> None:
    if (folder / DATABASE).exists():
        raise FileExistsError(folder)


def _insert(database: sqlite3.Connection, info: RunInfo, jobs: Iterable[JobSpec]) -> None:
    identity = job_identity(info)
    database.executemany(
        "INSERT INTO info VALUES (?, ?)",
        ((key, json_text(value)) for key, value in asdict(info).items()),
    )
    database.executemany(
        "INSERT INTO job (idx, identity, parameters, cmd) VALUES (?, ?, ?, ?)",
        (
            (job.index, identity(job.cmd), json_text(job.parameters), json_text(job.cmd))
            for job in jobs
        ),
    )


class RunStore:
    """The one writer of a run's folder.

    Parameters
    ----------
    folder
        The run's folder; it exists.
    lock
        That of the run, where it is held already.

    Raises
    ------
    EnvironmentProblem
        Where another process writes it, a newer version of the program has, or it is no run that
        can be written.
    """

    def __init__(self, folder: Path, lock: FileLock | None = None) -> None:
        self.folder = folder
        try:
            self._lock = lock or FileLock(folder / LOCK)
            self._open()
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentProblem(f"{folder}: cannot write the run: {error}") from error

    def _open(self) -> None:
        folder = self.folder
        try:
            self._database = connect(folder / DATABASE)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            _migrate(self._database, folder / DATABASE)
            self._place = (folder / DATABASE).stat()
        except BaseException:
            self._lock.close()
            raise

    @classmethod
    def create(
        cls, folder: Path, info: RunInfo, jobs: Iterable[JobSpec], source: bytes | None
    ) -> RunStore:
        """Make a run's folder with all its jobs queued.

        Parameters
        ----------
        source
            The script's content, kept so that each job runs what the run started with.
        """
        try:
            (folder / LOGS).mkdir(parents=True)
            with ExitStack() as undo:
                undo.callback(shutil.rmtree, folder, ignore_errors=True)
                lock = undo.enter_context(FileLock(folder / LOCK))
                if source is not None:
                    (folder / SCRIPT_COPY).write_bytes(source)
                _write_new(folder, info, jobs)
                undo.pop_all()  # the lock is the store's now
        except (OSError, sqlite3.Error) as error:
            raise EnvironmentProblem(f"{folder}: cannot store a run here: {error}") from error
        _remove_drafts(folder.parent)
        return cls(folder, lock)

    def write(self, events: Sequence[Event]) -> None:
        """Make a batch of events durable: all of them, or none where it raises.

        Raises
        ------
        NotWritten
            Where it may go through later.
        EnvironmentProblem
            Where it never will: the run's folder is gone. SQLite would go on in files without a
            name.
        """
        if not self._is_in_place():
            raise EnvironmentProblem(f"{self.folder}: the run's folder is gone")
        with self._told():
            self._write(events)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what SQLite has to say as the problem that it is."""
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith(HOPELESS):
                raise EnvironmentProblem(f"{self.folder}: cannot be written: {error}") from error
            raise NotWritten(self.folder, error) from error

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(self._place, (self.folder / DATABASE).stat())
        except OSError:
            return False

    def _write(self, events: Sequence[Event]) -> None:
        changes = Changes()
        for event in events:
            changes.add(event)
        with _Transaction(self._database):
            for how, indices in changes.as_they_stand:
                end_attempts, end_jobs = END_AS_THEY_STAND
                self._database.execute(end_attempts, (*how, indices))
                self._database.execute(end_jobs, (how[0], indices))
            self._database.executemany(DELETE_ATTEMPT, changes.requeued)
            # Attempts first: of one that began in an earlier batch, `job` knows the worker.
            self._database.executemany(INSERT_ATTEMPT, changes.attempts)
            self._database.executemany(UPDATE_JOB, changes.jobs)
            self._database.executemany(INSERT_NOTE, changes.notes)
            for event in changes.failures:
                write_failure(self._database, event)

    def set_info(self, key: str, value: object) -> None:
        """Keep a further fact about the run; raises as `write` does."""
        with self._told():
            fact = (key, json_text(value))
            self._database.execute("INSERT OR REPLACE INTO info VALUES (?, ?)", fact)

    def close(self) -> None:
        """Close the database, with all of it in its one file, and let go of the run.

        SQLite sees to that by itself only where nobody reads.
        """
        with suppress(sqlite3.Error):  # the disk is full: the log beside it is read as well
            self._database.execute("PRAGMA busy_timeout = 0")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()
        self._lock.close()


class _Transaction:
    """All that happens inside is committed together, or not at all."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._database.execute("COMMIT" if kind is None else "ROLLBACK")
        except sqlite3.Error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            if kind is None:
                raise
