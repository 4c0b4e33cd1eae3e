"""Columns of a stored run straight from its database: SQLite takes the JSON apart, row by row.

Each reading has a connection of its own, so a long one keeps nobody else waiting.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from hopla_gui.domain.columns import JobColumn, Source, fact
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.valuepath import dig, leaves, path_text
from hopla_gui.engine.results.changes import json_text
from hopla_gui.engine.results.failures import read_causes
from hopla_gui.engine.results.store import DATABASE, connect
from hopla_gui.errors import EnvironmentProblem

LONGEST = 1_000  # characters of a text that a column holds; of a list or table, as JSON
MOST_NAMES = 400

_SAMPLE = 200  # jobs
_SAMPLE_SIZE = 2_000_000  # characters of JSON
_PAGE = 5_000
_FROM = "FROM job LEFT JOIN attempt a ON a.idx = job.idx AND a.attempt = job.attempt"
_SQL = {
    "state": "job.state",
    "exitcode": "a.exit_code",
    "duration": "a.duration_s",
    "cpu": "a.cpu_s",
    "memory": "a.max_rss_mb",
    "host": "coalesce(a.hostname, job.hostname)",
    "worker": "job.worker",
    "attempt": "job.attempt",
    "started": "job.started",
    "ended": "a.ended",
    "note": "a.detail",
}
# Runs that an older version has written lack a column of `job`: it, and what to read instead.
_SQL_BEFORE = {"worker": ("worker", "NULL"), "host": ("hostname", "a.hostname")}
_DOCUMENTS = {Source.PARAMETER: "job.parameters", Source.VALUE: 'a."values"'}
# SQLite compares keys as they are written, escapes and all: others are looked for in Python.
_LIKE_SPECIAL, _ESCAPE = re.compile(r"[%_!]"), r"!\g<0>"
_SQL_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]*")


def read_columns(
    run_dir: Path, columns: Sequence[JobColumn], job_name: Callable[[int], str]
) -> list[list[object]]:
    """Return the values of columns, each for all jobs in expansion order.

    ``None`` stands where a job has none (yet). Texts, lists and tables are cut at `LONGEST`.

    Parameters
    ----------
    job_name
        Tells a job's name from its index.
    """
    found: dict[JobColumn, list[object]] = {}
    with _opened(run_dir) as database:
        for source, document in _DOCUMENTS.items():
            found.update(_dug(database, document, [c for c in columns if c.source is source]))
        for column in columns:
            if column not in found:
                found[column] = _read(database, column, job_name)
    return [found[column] for column in columns]


@contextmanager
def _opened(run_dir: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(connect(run_dir / DATABASE, read_only=True)) as database:
            yield database
    except sqlite3.Error as error:
        raise EnvironmentProblem(f"{run_dir}: cannot be read: {error}") from error


def _read(
    database: sqlite3.Connection, column: JobColumn, job_name: Callable[[int], str]
) -> list[object]:
    if column.source is Source.WORD:
        return _find_word(database, column.name)
    if column == fact("name"):
        return [job_name(index) for (index,) in database.execute("SELECT idx FROM job ORDER BY 1")]
    if column == fact("failure"):
        return _read_failures(database)
    return _read_fact(database, column.name)


def _read_fact(database: sqlite3.Connection, name: str) -> list[object]:
    known = {row[1] for row in database.execute("PRAGMA table_info(job)")}
    sql = _SQL[name]
    column, instead = _SQL_BEFORE.get(name, ("idx", ""))
    if column not in known:
        sql = instead
    texts: dict[object, object] = {}
    if name == "state":
        texts.update((state.value, state) for state in JobState)
    rows = database.execute(f"SELECT {sql} {_FROM} ORDER BY job.idx")
    return [texts.setdefault(value, value) for (value,) in rows]


def _read_failures(database: sqlite3.Connection) -> list[object]:
    (jobs,) = database.execute("SELECT count(*) FROM job").fetchone()
    found: list[object] = [None] * jobs
    causes = read_causes(lambda query, *values: database.execute(query, values).fetchall())
    texts = {id(cause): str(cause) for cause in causes.values()}  # many jobs share one
    for index, cause in causes.items():
        found[index] = texts[id(cause)]
    return found


def _find_word(database: sqlite3.Connection, word: str) -> list[object]:
    """Return where in each job a word is found, whatever its case."""
    # Stored JSON is ASCII: what is not is escaped there, and has its cases told apart by SQLite.
    spelt = dict.fromkeys((word, word.upper(), word.title()))
    plain = [f"%{_LIKE_SPECIAL.sub(_ESCAPE, one)}%" for one in spelt]
    quoted = [f"%{_LIKE_SPECIAL.sub(_ESCAPE, json_text(one)[1:-1])}%" for one in spelt]

    def either(text: str, patterns: list[str], first: int) -> str:
        tests = (f"{text} LIKE ?{first + n} ESCAPE '!'" for n in range(len(patterns)))
        return f"({' OR '.join(tests)})"

    # `replace` puts a space where the words of a command meet.
    command = either("""replace(job.cmd, '","', ' ')""", quoted, 1)
    given = either("job.parameters", quoted, 1)
    outcome = either("coalesce(a.traceback, '') || coalesce(a.detail, '')", plain, 1 + len(quoted))
    query = f"SELECT ({command} OR {given}) + 2 * {outcome} {_FROM} ORDER BY job.idx"
    return [found for (found,) in database.execute(query, (*quoted, *plain))]


def find_in_outcome(word: str, outcome: JobOutcome) -> bool:
    """Whether a word is found in why a job ended as it did."""
    return word in f"{outcome.traceback or ''}{outcome.detail or ''}".lower()


def _dug(
    database: sqlite3.Connection, document: str, columns: Sequence[JobColumn]
) -> dict[JobColumn, list[object]]:
    """Return what lies at some paths of each job's document, all of them read in one go.

    SQLite goes as far as it can. It knows no NaN, and nothing nested a thousand deep.
    """
    if not columns:
        return {}
    paths = [(c.name,) if c.source is Source.PARAMETER else c.path for c in columns]
    known = [_known_steps(path) for path in paths]
    steps = ["$" + "".join(f'."{step}"' for step in path) for path in known]
    steps.append(steps[0])  # asked for twice, it comes as a JSON array: true and 1 differ there
    rows_of = "FROM job" if document.startswith("job.") else _FROM
    marks = ", ".join("?" * len(steps))
    query = (
        f"SELECT CASE WHEN json_valid({document}) THEN json_extract({document}, {marks}) END,"
        f" CASE WHEN json_valid({document}) THEN NULL ELSE {document} END"
        f" {rows_of} ORDER BY job.idx"
    )
    rows = database.execute(query, steps)
    found: list[list[object]] = [[] for _ in columns]
    texts: dict[object, object] = {}
    while page := rows.fetchmany(_PAGE):
        arrays = [array if array is not None else _read_whole(text, known) for array, text in page]
        read = json.loads(f"[{','.join(arrays)}]")
        for place, (path, steps_known) in enumerate(zip(paths, known, strict=True)):
            rest = path[len(steps_known) :]
            values = (array[place] for array in read)
            found[place] += [_kept(dig(v, rest) if rest else v, texts) for v in values]
    return dict(zip(columns, found, strict=True))


def _known_steps(path: Sequence[str]) -> Sequence[str]:
    """Return the first steps of a path, as far as SQLite can go."""
    return list(takewhile(_SQL_KEY.fullmatch, path))


def _kept(value: object, texts: dict[object, object]) -> object:
    """Return a value bounded, equal texts as one."""
    if type(value) in (int, float):
        return value
    value = bounded(value)
    return texts.setdefault(value, value) if isinstance(value, str) else value


def _read_whole(document: str | None, paths: Sequence[Sequence[str]]) -> str:
    """Return the array that SQLite would have made of a document that it cannot read."""
    try:
        value = json.loads(document) if document is not None else None
        return json_text([dig(value, path) for path in paths])
    except (ValueError, RecursionError):
        return json_text([None for _ in paths])


def bounded(value: object) -> object:
    """Return a value that is no larger than a column holds: a list cut short becomes its text."""
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, dict | list | tuple):
        text = json_text(value)
        return value if len(text) <= LONGEST else text[:LONGEST] + "…"
    return value


def read_parameter_names(run_dir: Path) -> list[str]:
    """Return the parameters that jobs are given, as far as a sample of them tells."""
    names: dict[str, None] = {}
    for document in _sample(run_dir, "job.parameters", "1"):
        names.update(dict.fromkeys(document))
    return list(names)


def read_value_paths(run_dir: Path) -> list[str]:
    """Return the dotted paths at which a sample of the jobs that have ended handed values over."""
    names: dict[str, None] = {}
    for document in _sample(run_dir, 'a."values"', "a.\"values\" != '{}'"):
        add_paths(names, document)
    return list(names)


def add_paths(names: dict[str, None], values: object) -> None:
    """Add the paths of a job's values to those that are known, as far as there is room."""
    for path, _ in leaves(values):
        if len(names) >= MOST_NAMES:
            return
        names.setdefault(path_text(path))


def _sample(run_dir: Path, document: str, condition: str) -> Iterator[dict[str, object]]:
    """Yield documents of jobs from all over the run, bounded in number and in size."""
    size = found = 0
    with _opened(run_dir) as database:
        (last,) = database.execute("SELECT max(idx) FROM job").fetchone()  # count(*) reads all
        chosen = json_text([*range(0, (last or 0) + 1, max(1, (last or 0) // _SAMPLE))])
        query = f"SELECT {document} {_FROM} WHERE {condition} AND"
        spread = f"{query} job.idx IN (SELECT value FROM json_each(?))", (chosen,)
        first = f"{query} 1 LIMIT {_SAMPLE}", ()  # of a run of which few have ended yet
        for sql, values in (spread, first):
            for (text,) in database.execute(sql, values):
                size, found = size + len(text), found + 1
                if size > _SAMPLE_SIZE:
                    return
                with suppress(ValueError, RecursionError):
                    yield json.loads(text)
            if found >= _SAMPLE // 2:
                return
