"""What the pictures and counts of a report need of every job, gathered in one pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.quantity import Quantity, as_number
from hopla_gui.domain.plots.spec import MEASURES
from hopla_gui.domain.plots.timeline import Stay
from hopla_gui.engine.results.stored_run import JobRow

MOST_TRACED = 24  # traced numbers that are kept: of more, nobody looks at each picture
_TEXT = 200
_DEPTH = 4


@dataclass
class Survey:
    """Columns over the jobs that were looked at, one value each, in their order.

    Attributes
    ----------
    swept
        Names of the parameters to keep.
    indices
        Which jobs they are.
    """

    swept: tuple[str, ...]
    indices: list[int] = field(default_factory=list)
    job_states: list[JobState] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    _columns: dict[str, list[object]] = field(default_factory=dict)
    _traced: dict[str, list[object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = {name: [] for name in (*MEASURES, *self.swept)}

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
            self.stays.append(Stay(place, state, started, row.ended, host=row.hostname))

    def _add_numbers(self, path: tuple[str, ...], values: dict[str, object]) -> None:
        for name, value in values.items():
            if isinstance(value, dict) and len(path) < _DEPTH:
                self._add_numbers((*path, name), value)
            elif as_number(value) is not None:
                self._add_number(".".join((*path, name)), value)

    def _add_number(self, name: str, value: object) -> None:
        if name not in self._traced:
            if len(self._traced) == MOST_TRACED or name in self._columns:
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
        if name in self._traced:
            column = self._traced[name]
            return Quantity(name, [*column, *[None] * (len(self.indices) - len(column))])
        return Quantity(name, self._columns[name], MEASURES.get(name, ""))


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return value[:_TEXT]
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)[:_TEXT]
    return value
