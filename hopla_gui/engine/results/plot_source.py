"""Pictures of a stored run: from its columns to what is drawn. Off the main thread, for it reads.

The window's Plots pane and the report both ask here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from hopla_gui.domain.columns import Source, fact
from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.prepare import Picture, prepare
from hopla_gui.domain.plots.quantity import Quantity, is_numeric, repeats, spans_decades
from hopla_gui.domain.plots.spec import MEASURES, Names, PlotKind, PlotSpec, first_choice, fitting
from hopla_gui.domain.plots.timeline import Stay, Timeline, timeline
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.turns import unhurried

_OTHERS = ("state", "exitcode", "attempt", "worker", "host")
_TRIED = 12  # traced values that are read in the search for a number
_STAYS = ("state", "started", "ended", "duration", "worker", "host")


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, and what it was made of.

    Attributes
    ----------
    spec
        What is shown: what was asked for, as far as the run has it.
    names
        All that could be asked for.
    picture
        ``None`` where the run has nothing of what was asked for.
    quantities
        What the picture was made of, by name.
    """

    spec: PlotSpec
    names: Names
    picture: Picture | Timeline | None
    quantities: Mapping[str, Quantity]


class PlotSource:
    """Makes the pictures of one run, from any thread but the main one.

    Parameters
    ----------
    units
        Units of parameters.
    """

    def __init__(self, columns: JobColumns, swept: Sequence[str], units: Mapping[str, str]) -> None:
        self._columns = columns
        self._swept = tuple(swept)
        self._units = units
        self._first_number = ""

    def plot(self, spec: PlotSpec | None, jobs: Sequence[int] | None = None) -> Plot:
        """Return the picture asked for; of ``None`` the one to begin with.

        Parameters
        ----------
        jobs
            The jobs to draw; ``None`` for all.
        """
        names = self.names()
        spec = self._first(names) if spec is None else fitting(spec, names)
        jobs = range(len(self._columns)) if jobs is None else jobs
        if spec.kind is PlotKind.TIMELINE:
            return Plot(spec, names, self._timeline(jobs), {})
        found = {name: self.quantity(name) for name in spec.names}
        picture = prepare(spec, jobs, found.__getitem__)
        return Plot(spec, names, picture, found)

    def _first(self, names: Names) -> PlotSpec:
        spec = first_choice(names)
        return replace(spec, log_x=bool(spec.x) and spans_decades(self.quantity(spec.x).values))

    def names(self) -> Names:
        """Return what can be put on an axis."""
        found = self._columns.names()
        values = sorted(
            (c for c in found if c.source is Source.VALUE), key=lambda column: column.is_item
        )
        traced = [self._columns.name(each) for each in values]
        parameters = [self._columns.name(each) for each in found if each.source is Source.PARAMETER]
        fixed = [name for name in parameters if name not in self._swept]
        measured = [self._columns.name(fact(name)) for name in MEASURES]
        others = [self._columns.name(fact(name)) for name in _OTHERS]
        number = self._find_number(traced)
        return Names(self._swept, tuple(traced), number, tuple(measured), (*others, *fixed))

    def quantity(self, name: str) -> Quantity:
        """Return a column with its unit."""
        column = self._columns.resolve(name)
        values = self._columns.load(column)
        if column.source is Source.PARAMETER:
            unit = self._units.get(column.name, "")
        elif column.source is Source.FACT:
            unit = MEASURES.get(column.name, "")
        else:
            unit = ""
        return Quantity(name, values, unit)

    def _find_number(self, traced: Sequence[str]) -> str:
        """Return the first traced number that is no parameter's own, as far as jobs ended."""
        if self._first_number in traced:
            return self._first_number
        for name in traced[:_TRIED]:
            column = self._columns.resolve(name)
            values = self._columns.load(column)
            if any(value is not None for value in values) and self._is_result(values):
                self._first_number = name
                return name
        return ""

    def _is_result(self, values: Sequence[object]) -> bool:
        given = (self.quantity(name).values for name in self._swept)
        return is_numeric(values) and not any(repeats(values, each) for each in given)

    def _timeline(self, jobs: Sequence[int]) -> Timeline:
        columns = [fact(name) for name in _STAYS]
        self._columns.load_all(columns)
        states, starts, ends, durations, workers, hosts = map(self._columns.load, columns)
        stays = []
        for job in chain.from_iterable(unhurried(jobs)):
            started, state = starts[job], states[job]
            if not isinstance(started, float | int) or state is JobState.QUEUED:
                continue
            worker, host = workers[job], hosts[job]
            took, end = _number(durations[job]), _number(ends[job])
            if took is not None:  # longer where it stood still, no shorter: clocks are set back
                end = max(started + took, end or started)
            if end is None and state is not JobState.RUNNING:
                end = started
            stays.append(
                Stay(
                    job,
                    JobState(str(state)),
                    started,
                    end,
                    worker if isinstance(worker, int) else None,
                    host if isinstance(host, str) else None,
                    took,
                )
            )
        return timeline(stays, time.time(), not_started=len(jobs) - len(stays))


def _number(value: object) -> float | None:
    return value if isinstance(value, float | int) else None
