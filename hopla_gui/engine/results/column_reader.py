"""Columns of a stored run straight from its database: SQLite takes the JSON apart."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any

from hopla_gui.domain.columns import JobColumn, Source, fact
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.valuepath import dig
from hopla_gui.engine.results.changes import json_text
from hopla_gui.engine.results.column_pages import (
    JOBS_AND_ENDS,
    IsStale,
    as_json,
    opened,
    pages,
)
from hopla_gui.engine.results.failures import read_causes

LONGEST = 1_000  # characters of a text that a column holds; of a list or table, as JSON
_APART = 0  # in the place of an array: the document is read by itself
_SMALL = {int, float, bool, type(None)}
_LARGE = 100_000  # characters of a document that is read by itself, not with its page
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
    run_dir: Path,
    columns: Sequence[JobColumn],
    job_name: Callable[[int], str],
    is_stale: IsStale | None = None,
    *,
    running_are_lost: bool = False,
) -> list[list[object]]:
    """Return the values of columns, each for all jobs in expansion order.

    ``None`` stands where a job has none (yet). Texts, lists and tables are cut at `LONGEST`.

    Parameters
    ----------
    job_name
        Tells a job's name from its index.
    is_stale
        Whether nobody waits for them any more: that raises `EnvironmentProblem`.
    running_are_lost
        Whether jobs that run, as the store has it, are lost.
    """
    found: dict[JobColumn, list[object]] = {}
    with opened(run_dir, is_stale, running_are_lost=running_are_lost) as database:
        for source, document in _DOCUMENTS.items():
            found.update(_dug(database, document, [c for c in columns if c.source is source]))
        names = [c.name for c in columns if c.source is Source.FACT and c.name in _SQL]
        found.update(zip(map(fact, names), _read_facts(database, names), strict=True))
        for column in columns:
            if column not in found:
                found[column] = _read(database, column, job_name)
    return [found[column] for column in columns]


def _read(
    database: sqlite3.Connection, column: JobColumn, job_name: Callable[[int], str]
) -> list[object]:
    if column.source is Source.WORD:
        return _find_word(database, column.name)
    if column == fact("name"):
        return [job_name(index) for (index,) in database.execute("SELECT idx FROM job ORDER BY 1")]
    return _read_failures(database)


def _read_facts(database: sqlite3.Connection, names: Sequence[str]) -> list[list[object]]:
    """Return what the light columns of the tables say of each job, all read in one go."""
    if not names:
        return []
    known = {row[1] for row in database.execute("PRAGMA table_info(job)")}
    parts = []
    for name in names:
        column, instead = _SQL_BEFORE.get(name, ("idx", ""))
        parts.append(f"({as_json(_SQL[name] if column in known else instead)})")
    text = "'[' || " + " || ',' || ".join(parts) + " || ']'"
    found: list[list[object]] = [[] for _ in names]
    texts: list[dict[object, object]] = [{} for _ in names]
    for name, shared in zip(names, texts, strict=True):
        if name == "state":
            shared.update((state.value, state) for state in JobState)
    for _, page in pages(database, text):
        for values, shared, part in zip(found, texts, zip(*page, strict=True), strict=True):
            values += [shared.setdefault(v, v) if type(v) is str else v for v in part]
    return found


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
    # SQLite takes the cases of ASCII for one. What is beyond it is escaped in stored JSON.
    spelt = (word,) if word.isascii() else dict.fromkeys((word, word.upper(), word.title()))
    plain = [_pattern(one) for one in spelt]
    quoted = [_pattern(json_text(one)[1:-1]) for one in spelt]
    # Few attempts say anything: to go through them is less than to look up that of each job.
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute(
        "CREATE TEMP TABLE said AS SELECT idx, attempt FROM attempt"
        f" WHERE {_either('traceback', plain)} OR {_either('detail', plain)}",
        (*plain, *plain),
    )
    database.execute("CREATE INDEX said_by ON said (idx, attempt)")
    # A space may be where the words of a command meet; most commands need no closer look.
    loose = [one.replace(" ", "%") for one in quoted]
    command = """replace(job.cmd, '","', ' ')"""
    given = (
        f"CASE WHEN {_either('job.parameters', quoted)} THEN 1"
        f" WHEN {_either('job.cmd', loose)} THEN {_either(command, quoted)} ELSE 0 END"
    )
    said = "(SELECT 1 FROM said WHERE said.idx = job.idx AND said.attempt = job.attempt)"
    found: list[object] = []
    for _, page in pages(database, f"{given} + 2 * EXISTS {said}", (*quoted, *loose, *quoted)):
        found += page
    return found


def _pattern(text: str) -> str:
    return f"%{_LIKE_SPECIAL.sub(_ESCAPE, text)}%"


def _either(text: str, patterns: Sequence[str]) -> str:
    """Return SQL that tells whether a text is like one of some patterns, its placeholders."""
    tests = [f"{text} LIKE ? ESCAPE '!'"] * len(patterns)
    return f"({' OR '.join(tests)})"


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
    extracted = f"json_extract({document}, {', '.join('?' * len(steps))})"
    plain = f"length({document}) < {_LARGE} AND json_valid({document})"
    text = f"CASE WHEN {document} IS NULL THEN 'null' WHEN {plain} THEN {extracted} ELSE 0 END"
    texts: dict[object, object] = {}

    def columns_of(arrays: Sequence[Any]) -> Iterator[list[object]]:
        for place, (path, steps_known) in enumerate(zip(paths, known, strict=True)):
            rest = path[len(steps_known) :]
            values = [array[place] if array else None for array in arrays]
            yield _kept([dig(value, rest) for value in values] if rest else values, texts)

    found: list[list[object]] = [[] for _ in columns]
    apart: list[int] = []
    for start, page in pages(database, text, steps):
        apart += (job for job, array in enumerate(page, start) if array == _APART)
        for column, values in zip(found, columns_of(page), strict=True):
            column += values
    for job in apart:
        array = _read_apart(database, job, document, extracted, steps, known)
        for column, values in zip(found, columns_of([array]), strict=True):
            column[job : job + 1] = values
    return dict(zip(columns, found, strict=True))


def _read_apart(
    database: sqlite3.Connection,
    job: int,
    document: str,
    extracted: str,
    steps: Sequence[str],
    known: Sequence[Sequence[str]],
) -> list[object] | None:
    """Return what lies at the paths of a document that is large, or that SQLite cannot read."""
    query = (
        f"SELECT CASE WHEN json_valid({document}) THEN {extracted} END, {document}"
        f" {JOBS_AND_ENDS} WHERE job.idx = ?"
    )
    array, text = database.execute(query, (*steps, job)).fetchone()
    with suppress(ValueError, RecursionError):
        if array is not None:
            found: list[object] = json.loads(array)
            return found
        value = json.loads(text)
        return [dig(value, path) for path in known]
    return None


def _known_steps(path: Sequence[str]) -> Sequence[str]:
    """Return the first steps of a path, as far as SQLite can go."""
    return list(takewhile(_SQL_KEY.fullmatch, path))


def _kept(values: Sequence[object], texts: dict[object, object]) -> list[object]:
    """Return values bounded, equal texts as one."""
    return [
        value
        if type(value) in _SMALL
        else texts.setdefault(kept, kept)
        if isinstance(kept := bounded(value), str)
        else kept
        for value in values
    ]


def bounded(value: object) -> object:
    """Return a value that is no larger than a column holds: a list cut short becomes its text."""
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, dict | list | tuple):
        text = json_text(value)
        return value if len(text) <= LONGEST else text[:LONGEST] + "…"
    return value
