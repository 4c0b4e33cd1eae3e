"""What the pictures and counts of a report need of every job, gathered in one pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.quantity import Quantity, as_number
from hopla_gui.domain.plots.spec import MEASURES
from hopla_gui.domain.plots.timeline import Stay
from hopla_gui.engine.results.stored_run import JobRow

MOST_TRACED = 24  # traced numbers that are kept: of more, nobody looks at each picture
_TEXT = 200
_DEPTH = 4


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

    def look_at(self, rows: Iterable[JobRow]) -> None:
        """Take in jobs."""
        for row in rows:
            state = JobState(row.ended_state or row.state)
            self.job_states.append(state)
            self._add_stay(row, state)
            parameters = json.loads(row.parameters)
            measured = (row.duration_s, row.cpu_s, row.max_rss_mb)
            given = map(_bounded, map(parameters.get, self.swept))
            for column, value in zip(self._columns.values(), (*measured, *given), strict=True):
                column.append(value)
            if row.values:
                self._add_numbers((), json.loads(row.values))
            self.indices.append(row.idx)

    def _add_stay(self, row: JobRow, state: JobState) -> None:
        started = row.job_started if row.started is None else row.started
        if started is not None and (row.ended is not None or state is JobState.RUNNING):
            place = len(self.indices)
            worker = self._workers[row.idx]
            known = worker if isinstance(worker, int) else None
            self.stays.append(Stay(place, state, started, row.ended, known, row.hostname))

    def _add_numbers(self, path: tuple[str, ...], values: dict[str, object]) -> None:
        for name, value in values.items():
            if isinstance(value, dict) and len(path) < _DEPTH:
                self._add_numbers((*path, name), value)
            elif as_number(value) is not None:
                plain = ".".join((*path, name))
                self._add_number(f"value.{plain}" if plain in self._columns else plain, value)

    def _add_number(self, name: str, value: object) -> None:
        if name not in self._traced:
            if len(self._traced) == MOST_TRACED:
                return
            self._traced[name] = []
        column = self._traced[name]
        column.extend([None] * (len(self.indices) - len(column)))
        if len(column) == len(self.indices):  # not where two names make the same path
            column.append(value)

    @property
    def states(self) -> Counter[JobState]:
        """How many jobs are in each state."""
        return Counter(self.job_states)

    @property
    def traced(self) -> tuple[str, ...]:
        """Paths of traced numbers that are not the same in all jobs."""
        return tuple(name for name in self._traced if self.distinct(name) > 1)

    def distinct(self, name: str) -> int:
        """Return how many values a quantity has, up to a thousand."""
        found = set()
        for value in self.quantity(name).values:
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


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return value[:_TEXT]
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)[:_TEXT]
    return value
