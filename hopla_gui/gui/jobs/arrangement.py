"""What the user asks of the tree: an order, a filter, groups; and the rows that this makes.

Pure; the steps of `arranging` do the work, the model gives them their turns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import and_, or_

from hopla_gui.domain.columns import JobColumn, Source, fact, word
from hopla_gui.domain.job import JobState
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.domain.jobmatch import Test, columns_of, matcher
from hopla_gui.domain.jobquery import EVERYTHING, Query, parse_query, words
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.gui.jobs.arranging import (
    Read,
    Steps,
    count,
    group,
    passing,
    pick,
    places_of,
    rank,
    read_all,
    sort,
    test_all,
)
from hopla_gui.gui.jobs.formatting import STATE_WORDS, exit_code, exit_code_words
from hopla_gui.gui.jobs.job_cells import STATE_ORDER, cell_text, title_of
from hopla_gui.gui.jobs.row_plan import RowGroup, with_heads
from hopla_gui.gui.jobs.status_columns import is_status_column, read_status_column

NAME, STATE, EXIT_CODE = fact("name"), fact("state"), fact("exitcode")


@dataclass
class Wanted:
    """What the user asks of any run: it outlives the run that is shown.

    Attributes
    ----------
    states
        Show jobs in these only; ``None`` for all.
    grouping
        What the jobs of a group have in common.
    closed
        Keys of the groups that are closed.
    """

    states: tuple[JobState, ...] | None = None
    query: Query = EVERYTHING
    grouping: JobColumn | None = None
    closed: set[object] = field(default_factory=set)

    @property
    def filters(self) -> bool:
        """Whether some jobs may not pass."""
        return self.states is not None or self.query != EVERYTHING


@dataclass(frozen=True, slots=True)
class Arranged:
    """Jobs in order, those that pass, the groups that they make, and the rows of all this."""

    order: Sequence[int]
    passes: bytearray | None
    jobs: Sequence[int]
    groups: list[RowGroup] | None
    base: Sequence[int]
    places: Sequence[int]


class Arrangement:
    """Arranges the jobs of one run.

    Parameters
    ----------
    columns
        The run's columns; `needs` says which of them must have been loaded.
    statuses
        The model's, which change as the run goes on.
    """

    def __init__(
        self,
        wanted: Wanted,
        columns: JobColumns,
        statuses: JobStatuses,
        info: RunInfo,
        clock: Callable[[], float],
    ) -> None:
        self.sort_column: JobColumn | None = None
        self.descending = False
        self._wanted = wanted
        self._columns = columns
        self._statuses = statuses
        self._info = info
        self._clock = clock
        self._order: Sequence[int] = range(len(statuses))
        self._passes: bytearray | None = None

    def needs(self) -> list[JobColumn]:
        """Return the columns that have to be loaded before `steps`."""
        wanted = columns_of(self._wanted.query, self._columns.parameters)
        wanted += map(word, words(self._wanted.query))
        wanted += [column for column in (self.sort_column, self._wanted.grouping) if column]
        return [column for column in dict.fromkeys(wanted) if not self._is_at_hand(column)]

    def _is_at_hand(self, column: JobColumn) -> bool:
        return column == NAME or is_status_column(column)

    def read(self, column: JobColumn) -> Read:
        """Return the function that gives the values of a column for some jobs."""
        if column == NAME:
            return lambda jobs: list(map(self._info.job_name, jobs))
        if is_status_column(column):
            return read_status_column(self._statuses, column, self._clock)
        values = self._columns.loaded(column)
        return pick(values) if values is not None else lambda jobs: [None] * len(jobs)

    def test(self) -> Test | None:
        """Return what tells whether a job passes; ``None`` where all do."""
        states, query, read_states = self._wanted.states, self._wanted.query, self.read(STATE)
        passes = (
            matcher(query, self._columns.parameters, self.read, self._find)
            if query != EVERYTHING
            else None
        )
        if states is None:
            return passes

        def has_state(jobs: Sequence[int]) -> Sequence[bool]:
            found = [state in states for state in read_states(jobs)]
            return found if passes is None else list(map(and_, found, passes(jobs)))

        return has_state

    def _find(self, text: str) -> Test:
        wanted, name = text.casefold(), self._info.job_name
        may_be_named = self._info.may_name(wanted)
        where = self.read(word(text))
        read_states, read_codes = self.read(STATE), self.read(EXIT_CODE)

        def is_found(jobs: Sequence[int]) -> Sequence[bool]:
            found = list(map(bool, where(jobs)))
            ways = list(zip(read_states(jobs), read_codes(jobs), strict=True))
            said = {how: wanted in _status_text(*how) for how in set(ways)}
            if any(said.values()):
                found = list(map(or_, found, map(said.__getitem__, ways)))
            if may_be_named:
                named = (wanted in name(job).casefold() for job in jobs)
                found = list(map(or_, found, named))
            return found

        return is_found

    def steps(self, *, resort: bool) -> Steps[Arranged]:
        """Arrange all jobs anew; sorted again only where that is asked for."""
        order = (yield from self._sort()) if resort else self._order
        test = self.test()
        passes = None
        if test is not None:
            passes = bytearray(len(self._statuses))
            yield from test_all(passes, test)
        return (yield from self._result(order, passes))

    def changes(self, jobs: Iterable[int]) -> Steps[Arranged]:
        """Arrange anew after some jobs have changed: nothing moves but in and out."""
        test, passes = self.test(), self._passes
        if test is not None and passes is not None:
            passes = bytearray(passes)
            changed = list(jobs)
            for job, passed in zip(changed, test(changed), strict=True):
                passes[job] = passed
        yield
        return (yield from self._result(self._order, passes))

    def adopt(self, found: Arranged) -> None:
        """Take note that a result of the steps is shown."""
        self._order, self._passes = found.order, found.passes

    def _sort(self) -> Steps[Sequence[int]]:
        column, jobs = self.sort_column, len(self._statuses)
        if column is None:
            return range(jobs)
        if column == NAME:
            keys: Sequence[float] = range(0, -jobs, -1) if self.descending else range(jobs)
        else:
            values = yield from read_all(jobs, self._read_to_sort(column))
            keys = yield from rank(values, descending=self.descending)
        return (yield from sort(self._order, keys.__getitem__))

    def _read_to_sort(self, column: JobColumn) -> Read:
        """Return how to read a column, states as their places."""
        read = self.read(column)
        return (lambda jobs: _places(read(jobs))) if column == STATE else read

    def _result(self, order: Sequence[int], passes: bytearray | None) -> Steps[Arranged]:
        jobs = yield from passing(order, passes)
        groups = None
        if self._wanted.grouping is not None:
            groups = yield from self._group(jobs, self._wanted.grouping)
        base = jobs if groups is None else with_heads(groups)
        places = yield from places_of(base, len(self._statuses))
        return Arranged(order, passes, jobs, groups, base, places)

    def _group(self, jobs: Sequence[int], column: JobColumn) -> Steps[list[RowGroup]]:
        read, what = self._read_to_sort(column), title_of(column)
        groups = yield from group(
            jobs, read, lambda found: _group_title(what, column, found), self._wanted.closed
        )
        read_states = self.read(STATE)
        for one in groups:
            one.state = self._statuses.states[one.jobs[0]] if column == STATE else None
            one.counts = yield from count(one.jobs, read_states)
        return groups


def _places(states: Sequence[JobState]) -> Sequence[int]:
    return list(map(STATE_ORDER.__getitem__, states))


def _group_title(what: str, column: JobColumn, value: object) -> str:
    if column == STATE:
        return next(STATE_WORDS[state] for state, place in STATE_ORDER.items() if place == value)
    if value is None:
        return f"{what}: none"
    shown = cell_text(column, value)
    return f"{what} = {shown}" if column.source is Source.PARAMETER else f"{what}: {shown}"


def _status_text(state: JobState, code: int | None) -> str:
    said = (state.value, STATE_WORDS[state], exit_code(code), exit_code_words(code))
    return "\n".join(said if state.is_final else said[:2]).casefold()


def understand(text: str, parameters: Collection[str]) -> Query:
    """Return what a text in the filter box asks for.

    Raises
    ------
    QueryError
        Where it is no query, or compares what cannot be compared.
    """
    query = parse_query(text)
    columns_of(query, parameters)
    matcher(query, parameters, lambda column: lambda jobs: (), lambda text: lambda jobs: ())
    return query
