"""What the pictures and counts of a report need of every job, gathered in one pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.quantity import Quantity, as_number, repeats
from hopla_gui.domain.plots.spec import MEASURES
from hopla_gui.domain.plots.timeline import Stay
from hopla_gui.engine.export.fixed_columns import start_of, state_of
from hopla_gui.engine.export.job_table import values_of
from hopla_gui.engine.export.leaf_columns import Table, column_of, names_of, parsed, spread
from hopla_gui.engine.results.stored_run import JobRow

MOST_TRACED = 24  # traced numbers that are kept: of more, nobody looks at each picture
_TEXT = 200
_DEPTH = 5
_MOST_NAMES = 1_000  # handed over by the jobs of a page, and below one of them
_MOST_PATHS = 1_000
_STATES = {state.value: state for state in JobState}
_PLAIN = {int, float, type(None)}


class Survey:
    """Columns over the jobs that are looked at, one value each, in their order.

    Names are the plain ones; ``job.`` and ``value.`` come before those that a parameter has too.

    Parameters
    ----------
    swept
        Names of the parameters to keep.
    units
        Units of parameters, where they are known.
    workers
        Which worker each job of the run was on, ``None`` where it is not known.

    Attributes
    ----------
    indices
        Which jobs they are.
    job_states
        How each has ended.
    measured
        ``duration``, ``cpu`` and ``memory`` → the names of their quantities.
    """

    def __init__(
        self, swept: tuple[str, ...], units: Mapping[str, str], workers: Sequence[object]
    ) -> None:
        self.swept = swept
        self.measured = {name: f"job.{name}" if name in swept else name for name in MEASURES}
        self.indices: list[int] = []
        self.job_states: list[JobState] = []
        self.stays: list[Stay] = []
        self._workers = workers
        self._units = dict(units)
        self._units.update((self.measured[name], unit) for name, unit in MEASURES.items())
        names = (*self.measured.values(), *swept)
        self._columns: dict[str, list[object]] = {name: [] for name in names}
        self._traced: dict[str, list[object]] = {}
        self._distinct: dict[str, int] = {}

    def look_at(self, pages: Iterable[Sequence[JobRow]]) -> None:
        """Take in jobs, a page at a time."""
        for page in pages:
            states = [_STATES[state_of(row)] for row in page]
            self._add_stays(page, states)
            self._add_numbers(values_of(page))
            given = parsed(row.parameters for row in page)
            columns = iter(self._columns.values())
            for measure in ("duration_s", "cpu_s", "max_rss_mb"):
                next(columns).extend(map(attrgetter(measure), page))
            for name, column in zip(self.swept, columns, strict=True):
                column.extend(map(_bounded, column_of(given, name)))
            self.job_states += states
            self.indices += [row.idx for row in page]

    def _add_stays(self, page: Sequence[JobRow], states: Sequence[JobState]) -> None:
        for place, (row, state) in enumerate(zip(page, states, strict=True), len(self.indices)):
            started = start_of(row)
            if started is not None and (row.ended is not None or state is JobState.RUNNING):
                worker = self._workers[row.idx]
                known = worker if isinstance(worker, int) else None
                where = known, row.hostname
                self.stays.append(Stay(place, state, started, row.ended, *where, row.duration_s))

    def _add_numbers(self, values: Sequence[Table]) -> None:
        added: set[str] = set()
        for top in islice(names_of(values), _MOST_NAMES):
            parts = spread((top,), column_of(values, top), _MOST_PATHS, _DEPTH)
            for path, column in (parts or {}).items():
                plain = ".".join(path)
                name = f"value.{plain}" if plain in self._columns else plain
                if name not in added and (numbers := _numbers(column)):
                    added.add(name)  # two paths may make the same name
                    self._add_number(name, numbers)

    def _add_number(self, name: str, numbers: Sequence[object]) -> None:
        if name not in self._traced:
            if len(self._traced) == MOST_TRACED:
                return
            self._traced[name] = []
        column = self._traced[name]
        column.extend([None] * (len(self.indices) - len(column)))
        column.extend(numbers)

    @property
    def states(self) -> Counter[JobState]:
        """How many jobs are in each state."""
        return Counter(self.job_states)

    @property
    def traced(self) -> tuple[str, ...]:
        """Paths of traced numbers that are not the same in all jobs, nor those of a parameter."""
        given = [self._columns[name] for name in self.swept]
        return tuple(
            name
            for name, values in self._traced.items()
            if self.distinct(name) > 1 and not any(repeats(values, each) for each in given)
        )

    def distinct(self, name: str) -> int:
        """Return how many values a quantity has, up to a thousand, once all jobs are taken in."""
        if name not in self._distinct:
            self._distinct[name] = self._count_distinct(name)
        return self._distinct[name]

    def _count_distinct(self, name: str) -> int:
        values = self.quantity(name).values
        if is_plain(values):
            return min(len(set(values) - {None}), 1_000)
        found = set()
        for value in values:
            if value is not None:
                found.add(value if isinstance(value, (int, float)) else str(value))
            if len(found) == 1_000:
                break
        return len(found)

    def quantity(self, name: str) -> Quantity:
        """Return a quantity by its name."""
        unit = self._units.get(name, "")
        if name in self._columns:
            return Quantity(name, self._columns[name], unit)
        column = self._traced[name]
        return Quantity(name, [*column, *[None] * (len(self.indices) - len(column))], unit)


def is_plain(values: Iterable[object]) -> bool:
    """Whether there is nothing but numbers among values."""
    return _PLAIN.issuperset(map(type, values))


def _numbers(column: list[object]) -> Sequence[object] | None:
    """Return a column with nothing but numbers left in it; ``None`` where there is none."""
    if not is_plain(column):
        column = [value if as_number(value) is not None else None for value in column]
    return column if any(value is not None for value in column) else None


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return value[:_TEXT]
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)[:_TEXT]
    return value
