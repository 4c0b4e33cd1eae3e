"""What the jobs that failed alike have in common: from a run's columns, for its failure groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.columns import fact, parameter
from hopla_gui.domain.distinguishing import Distinguisher, Rule
from hopla_gui.domain.failure_groups import FailureGroup, FailureGroups
from hopla_gui.domain.job import JobState
from hopla_gui.engine.results.job_columns import ColumnSource

_MOST_PARAMETERS = 40
_COUNT = (JobState.SUCCEEDED, JobState.FAILED, JobState.TIMEOUT, JobState.LOST)


class FailureSource(ColumnSource, Protocol):
    """A run whose failures can be read; `StoredRun` is one."""

    def causes(self) -> dict[int, Cause]:
        """Return job index → cause of the jobs that did not succeed; may take long."""


def read_groups(run: FailureSource) -> FailureGroups:
    """Return the failure groups of a run as it stands; off the main thread."""
    causes = run.causes()
    memory: dict[int, float] = {}
    if causes:
        (column,) = run.read_columns([fact("memory")])
        memory = {job: value for job in causes if isinstance(value := column[job], float)}
    return FailureGroups(causes, memory)


class Explainer:
    """Says what sets failure groups apart; used off the main thread, by one thread at a time.

    Parameters
    ----------
    run
        The run; its parameters are read when they are first needed, and kept.
    """

    def __init__(self, run: FailureSource) -> None:
        self._run = run
        self._distinguisher: Distinguisher | None = None

    def explain(self, groups: Iterable[Sequence[int] | FailureGroup]) -> list[list[Rule]]:
        """Return the rules of each group of jobs: none where nothing sets it apart."""
        (states,) = self._run.read_columns([fact("state")])
        ended = [job for job, state in enumerate(states) if state in _COUNT]
        if self._distinguisher is None:
            names = self._run.parameter_names()[:_MOST_PARAMETERS]
            columns = self._run.read_columns([parameter(name) for name in names])
            self._distinguisher = Distinguisher(dict(zip(names, columns, strict=True)))
        jobs = (group.jobs if isinstance(group, FailureGroup) else group for group in groups)
        return [self._distinguisher.rules(list(each), ended) for each in jobs]
