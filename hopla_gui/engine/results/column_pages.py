"""A stored run read a page of jobs at a time, each page as one row of SQLite's.

For each row that SQLite hands over, Python's lock is let go of and taken again. Row by row, whoever
wants to paint meanwhile would wait a hundred thousand times, or keep the reader waiting as often.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from hopla_gui.engine.results.store import DATABASE, connect
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.turns import give_way

PAGE = 1_000
_OFTEN = 10_000  # steps of SQLite, which counts those of each page anew
JOBS_AND_ENDS = "FROM job LEFT JOIN attempt a ON a.idx = job.idx AND a.attempt = job.attempt"
PAGE_OF_JOBS = "WHERE job.idx >= ? AND job.idx < ?"
"""Read by its key: jobs come in order without being sorted, which takes as long as reading them."""
_NAMES_END = re.compile(r"\ba\.")

IsStale = Callable[[], bool]


def show_running_as_lost(database: sqlite3.Connection) -> None:
    """Let a connection read running jobs as lost: a view stands before the table, on it alone."""
    columns = [name for _, name, *_ in database.execute("PRAGMA main.table_info(job)")]
    shown = (
        "iif(state = 'running', 'lost', state) AS state" if c == "state" else c for c in columns
    )
    database.execute("PRAGMA temp_store = MEMORY")  # the disk may be full
    database.execute(f"CREATE TEMP VIEW job AS SELECT {', '.join(shown)} FROM main.job")


@contextmanager
def opened(
    run_dir: Path, is_stale: IsStale | None = None, *, running_are_lost: bool = False
) -> Iterator[sqlite3.Connection]:
    """Open a run's database for one reading: a long one keeps nobody else waiting.

    Parameters
    ----------
    is_stale
        Whether nobody waits for it any more: it is asked now and then, and ends the reading.
    running_are_lost
        As `show_running_as_lost`.

    Raises
    ------
    EnvironmentProblem
        Where it cannot be read, or nobody waits for it.
    """
    try:
        with closing(connect(run_dir / DATABASE, read_only=True)) as database:
            if running_are_lost:
                show_running_as_lost(database)
            database.set_progress_handler(is_stale, _OFTEN)
            yield database
    except sqlite3.Error as error:
        raise EnvironmentProblem(f"{run_dir}: cannot be read: {error}") from error


def pages(
    database: sqlite3.Connection, text: str, values: Sequence[str] = ()
) -> Iterator[tuple[int, list[Any]]]:
    """Yield the first job of each page, and what a text of each of its jobs says.

    Parameters
    ----------
    text
        SQL that makes JSON of a job; its placeholders stand for ``values``.
    """
    # To look for the end of each job takes as long as to read the job.
    rows_of = JOBS_AND_ENDS if _NAMES_END.search(text) else "FROM job"
    query = f"SELECT group_concat({text}) {rows_of} {PAGE_OF_JOBS}"
    for start, (texts,) in page_rows(database, query, values):
        yield start, json.loads(f"[{texts or ''}]")


def page_rows(
    database: sqlite3.Connection, query: str, values: Sequence[str] = ()
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the first number of each page, and the row that a query makes of the page.

    SQLite works without Python's lock: it reads the next page while this one is taken in. Nobody
    else may use the connection meanwhile.

    Parameters
    ----------
    query
        SQL with an aggregate; its last two placeholders bound the page.
    """
    (last,) = database.execute("SELECT max(idx) FROM job").fetchone()  # count(*) reads all
    starts = range(0, 0 if last is None else last + 1, PAGE)

    def read(start: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] = database.execute(query, (*values, start, start + PAGE)).fetchone()
        return row

    with ThreadPoolExecutor(1, "pages") as reader:
        asked = (reader.submit(read, start) for start in starts)
        coming = deque(islice(asked, 2))
        for start in starts:
            yield start, coming.popleft().result()
            give_way()
            coming.extend(islice(asked, 1))


def as_json(value: str) -> str:
    """Return SQL that makes JSON of a plain value, numbers with all digits: SQLite's own cuts."""
    return (
        f"CASE typeof({value}) WHEN 'real' THEN printf('%!.17g', {value})"
        f" WHEN 'integer' THEN {value} WHEN 'text' THEN json_quote({value}) ELSE 'null' END"
    )
