"""The jobs of a run as a table: one row a job, a column for each parameter and traced value.

The cells come a page of jobs at a time. Which columns there are, and of which kind, the first page
tells in most runs; where a later one has more to tell, all jobs are looked at, and writing begins
anew. Only the kinds of the columns are kept in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from hopla_gui.engine.export.column_kinds import ColumnKind, Seen, kind_of, seen_in
from hopla_gui.engine.export.fixed_columns import HEAD, TAIL, head_columns, tail_columns
from hopla_gui.engine.export.leaf_columns import (
    Path,
    Table,
    column_of,
    names_of,
    parsed,
    spread,
)
from hopla_gui.engine.export.steps import Progress, Steps
from hopla_gui.engine.results.stored_run import PAGE_ROWS, JobRow, StoredRun

MOST_NAMES = 1_000  # traced by the jobs of a run, before they share one column
MOST_PATHS = 256  # below one traced name, before it is one column
_MOST_CELLS = 200_000  # of a page


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


class UnknownColumn(Exception):
    """A page of jobs has columns that the table has not, or of another kind."""


def write_table(
    run: StoredRun,
    jobs: Sequence[int] | None,
    progress: Progress,
    write: Callable[[JobTable], None],
) -> None:
    """Write the jobs of a run as a table.

    Parameters
    ----------
    write
        Makes the file; what it has written is of no use where it is left with `UnknownColumn`.
    """
    table = JobTable(run, jobs, progress)
    table.look_at_first()
    try:
        write(table)
    except UnknownColumn:
        table.look_at_all()
        write(table)


class JobTable:
    """A run, or some of its jobs, as columns.

    Parameters
    ----------
    run
        One state of it (`StoredRun.snapshot`): all passes have to see the same.
    jobs
        Indices in order; ``None`` for all.

    Attributes
    ----------
    columns
        As far as the jobs that were looked at tell.
    """

    def __init__(self, run: StoredRun, jobs: Sequence[int] | None, progress: Progress) -> None:
        self._run = run
        self._jobs = jobs
        self._steps = Steps(len(run) if jobs is None else len(jobs), progress)
        self._parameters: dict[str, set[Seen]] = {name: set() for name in run.swept}
        self._values = _Values()
        self.columns: list[Column] = []

    def look_at_first(self) -> None:
        """Find out which columns a page of jobs has."""
        for page in islice(self._run.pages(self._jobs), 1):
            self._look_at(page)
        self.columns = self._all_columns()

    def look_at_all(self) -> None:
        """Find out which columns there are."""
        for page in self._steps.beforehand(self._run.pages(self._jobs)):
            self._look_at(page)
        self.columns = self._all_columns()

    def _look_at(self, page: Sequence[JobRow]) -> tuple[list[Table], list[Table]]:
        """Take note of the columns of some jobs, and return their parameters and values."""
        given, values = parsed(row.parameters for row in page), values_of(page)
        for name in names_of(given):
            self._parameters.setdefault(name, set()).update(seen_in(column_of(given, name)))
        self._values.look_at(values)
        return given, values

    def _all_columns(self) -> list[Column]:
        titles = Titles()
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

    def pages(self) -> Iterator[list[Sequence[Any]]]:
        """Yield the cells of a page of jobs, column by column, ``None`` for an empty one.

        Times are in seconds since the epoch.

        Raises
        ------
        UnknownColumn
            Where a page has others than `columns`.
        """
        paths = list(self._values.paths())
        causes, info = self._run.causes(), self._run.info
        most_rows = min(PAGE_ROWS, max(1, _MOST_CELLS // len(self.columns)))
        for page in self._steps.over_pages(self._run.pages(self._jobs, most_rows)):
            given, found = self._look_at(page)
            if self._all_columns() != self.columns:
                raise UnknownColumn
            values, nothing = self._values.columns(found), [None] * len(page)
            yield [
                *head_columns(page, info.job_name, causes),
                *(column_of(given, name) for name in self._parameters),
                *(values.get(path, nothing) for path in paths),
                *tail_columns(page, info),
            ]


class _Values:
    """Which paths there are below the names that jobs trace.

    What has too many is one column, so that no job makes a table that nothing can open.
    """

    def __init__(self) -> None:
        self._names: dict[str, defaultdict[Path, set[Seen]]] = {}
        self._whole: set[str] = set()  # names whose values are one column each
        self._is_whole = False  # all values in one column

    def look_at(self, values: Sequence[Table]) -> None:
        """Take note of the values of some jobs."""
        if self._is_whole:
            return
        names = names_of(values)
        self._is_whole = len(self._names.keys() | names.keys()) > MOST_NAMES
        for name in () if self._is_whole else names:
            seen = self._names.setdefault(name, defaultdict(set))
            if name not in self._whole:
                found = spread((name,), column_of(values, name), MOST_PATHS)
                for path, column in (found or {}).items():
                    seen[path] |= seen_in(column)
                if found is None or len(seen) > MOST_PATHS:
                    self._whole.add(name)

    def paths(self) -> dict[Path, set[Seen]]:
        """Return the paths that are columns."""
        if self._is_whole:
            return {("values",): {Seen.OTHER}}
        found: dict[Path, set[Seen]] = {}
        for name, seen in self._names.items():
            if name in self._whole:
                found[name,] = {Seen.OTHER}
            else:  # a table in some jobs, nothing in others: no column but those of its parts
                outer = {path[:length] for path in seen for length in range(1, len(path))}
                empty = {path for path in outer if seen.get(path) == {Seen.NOTHING}}
                found.update((path, what) for path, what in seen.items() if path not in empty)
        return found

    def columns(self, values: Sequence[Table]) -> dict[Path, list[object]]:
        """Return what the values of some jobs put into the columns."""
        if self._is_whole:
            return {("values",): list(values)}
        found: dict[Path, list[object]] = {}
        for name in names_of(values):
            column = column_of(values, name)
            parts = None if name in self._whole else spread((name,), column, 2 * MOST_PATHS)
            found.update(parts if parts is not None else {(name,): column})
        return found


def values_of(page: Sequence[JobRow]) -> list[Table]:
    """Return what each of some jobs has handed over."""
    return parsed(row.values or "{}" for row in page)


class Titles:
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
