"""The jobs of a run as a table: one row a job, a column for each parameter and traced value.

Which columns there are, and of which kind, is known after a first pass over the jobs; the rows come
from a second one. Only the kinds of the columns are kept in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hopla_gui.engine.export.column_kinds import ColumnKind, Seen, kind_of, seen_in
from hopla_gui.engine.export.fixed_columns import HEAD, TAIL, head_cells, parsed, tail_cells
from hopla_gui.engine.export.steps import Progress, Steps
from hopla_gui.engine.results.stored_run import JobRow, StoredRun

MOST_NAMES = 1_000  # traced by the jobs of a run, before they share one column
MOST_PATHS = 256  # below one traced name, before it is one column
DEPTH = 8

Path = tuple[str, ...]


class Origin(StrEnum):
    """Where a column comes from, as the filter of the window calls it."""

    JOB = "job"
    PARAMETER = "param"
    VALUE = "value"


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    title
        Unique in the table: the name, with the origin in front where another column has it.
    name
        Of the parameter or the fact; of a value its dotted path.
    """

    title: str
    kind: ColumnKind
    origin: Origin
    name: str


class JobTable:
    """A run, or some of its jobs, as columns and rows; makes the first pass when it is made.

    Parameters
    ----------
    run
        One state of it (`StoredRun.snapshot`): both passes have to see the same.
    jobs
        Indices in order; ``None`` for all.
    """

    def __init__(self, run: StoredRun, jobs: Sequence[int] | None, progress: Progress) -> None:
        self._run = run
        self._jobs = jobs
        self._steps = Steps(2 * (len(run) if jobs is None else len(jobs)), progress)
        self._parameters: dict[str, set[Seen]] = {name: set() for name in run.swept}
        self._values = _Values()
        for row in self._steps.over(run.rows(jobs)):
            for name, value in parsed(row.parameters).items():
                self._parameters.setdefault(name, set()).add(seen_in(value))
            self._values.look_at(_values_of(row))
        self.columns = self._all_columns()

    def _all_columns(self) -> list[Column]:
        titles = _Titles()
        given = {name: kind_of(seen) for name, seen in self._parameters.items()}
        traced = {path: kind_of(seen) for path, seen in self._values.paths().items()}
        for title in (*HEAD, *TAIL):
            titles.take(title, Origin.JOB)
        return [
            *(Column(title, kind, Origin.JOB, title) for title, kind in HEAD.items()),
            *(titles.column(name, kind, Origin.PARAMETER) for name, kind in given.items()),
            *(titles.column(".".join(path), kind, Origin.VALUE) for path, kind in traced.items()),
            *(Column(title, kind, Origin.JOB, title) for title, kind in TAIL.items()),
        ]

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each job, ``None`` for an empty one; times in seconds since the epoch.

        Call it once: it is the second pass.
        """
        names, paths = list(self._parameters), list(self._values.paths())
        causes, job_name = self._run.causes(), self._run.info.job_name
        for row in self._steps.over(self._run.rows(self._jobs)):
            parameters = parsed(row.parameters)
            values = self._values.cells(_values_of(row))
            yield [
                *head_cells(job_name(row.idx), row, causes.get(row.idx)),
                *map(parameters.get, names),
                *map(values.get, paths),
                *tail_cells(row),
            ]


class _Values:
    """Which paths there are below the names that jobs trace.

    What has too many is one column, so that no job makes a table that nothing can open.
    """

    def __init__(self) -> None:
        self._names: dict[str, dict[Path, set[Seen]]] = {}
        self._is_whole = False  # all values in one column

    def look_at(self, values: Mapping[str, object]) -> None:
        """Take note of the values of one job."""
        if self._is_whole:
            return
        for name, value in values.items():
            seen = self._names.setdefault(name, defaultdict(set))
            if type(value) is not dict:  # most are not
                seen[name,].add(seen_in(value))
            elif len(seen) <= MOST_PATHS:
                leaves: dict[Path, object] = {}
                _put(leaves, (name,), value)
                for path, leaf in leaves.items():
                    seen[path].add(seen_in(leaf))
        self._is_whole = len(self._names) > MOST_NAMES

    def paths(self) -> dict[Path, set[Seen]]:
        """Return the paths that are columns."""
        if self._is_whole:
            return {("values",): {Seen.OTHER}}
        found: dict[Path, set[Seen]] = {}
        for name, seen in self._names.items():
            found |= seen if len(seen) <= MOST_PATHS else {(name,): {Seen.OTHER}}
        return found

    def cells(self, values: dict[str, object]) -> dict[Path, object]:
        """Return what a job's values put into the columns."""
        if self._is_whole:
            return {("values",): values}
        found: dict[Path, object] = {}
        for name, value in values.items():
            if type(value) is dict and len(self._names[name]) <= MOST_PATHS:
                _put(found, (name,), value)
            else:
                found[name,] = value
        return found


def _put(found: dict[Path, object], path: Path, value: object) -> None:
    """Put the leaves of a value below a path."""
    if type(value) is dict and value and len(path) < DEPTH:
        for name, item in value.items():
            _put(found, (*path, name), item)
    else:
        found[path] = value


def _values_of(row: JobRow) -> dict[str, object]:
    found: dict[str, object] = parsed(row.values) if row.values else {}
    return found


class _Titles:
    """Gives each column a title of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def column(self, name: str, kind: ColumnKind, origin: Origin) -> Column:
        """Return a column with a title that no other has."""
        return Column(self.take(name, origin), kind, origin, name)

    def take(self, title: str, origin: Origin) -> str:
        """Return the title, with its origin in front where it is taken."""
        if title in self._taken:
            title = f"{origin}.{title}"
        unique, number = title, 1
        while unique in self._taken:
            number += 1
            unique = f"{title}#{number}"
        self._taken.add(unique)
        return unique
