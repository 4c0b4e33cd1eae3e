"""Which columns a stored run has, as far as a sample of its jobs tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hopla_gui.domain.valuepath import leaves, path_text
from hopla_gui.engine.results.changes import json_text
from hopla_gui.engine.results.column_pages import JOBS_AND_ENDS, opened

MOST_NAMES = 400

_SAMPLE = 200  # jobs
_SAMPLE_SIZE = 2_000_000  # characters of JSON


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
    with opened(run_dir) as database:
        (last,) = database.execute("SELECT max(idx) FROM job").fetchone()  # count(*) reads all
        chosen = json_text([*range(0, (last or 0) + 1, max(1, (last or 0) // _SAMPLE))])
        query = f"SELECT {document} {JOBS_AND_ENDS} WHERE {condition} AND"
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
