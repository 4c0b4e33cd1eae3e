"""What the jobs that failed alike have in common: from a run's columns, for its failure groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.columns import parameter
from hopla_gui.domain.distinguishing import Distinguisher, Rule
from hopla_gui.domain.failure_groups import FailureGroup, FailureGroups
from hopla_gui.domain.job import JobState
from hopla_gui.domain.jobsets import job_set
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.turns import unhurried

_MOST_PARAMETERS = 40
_COUNT = (JobState.SUCCEEDED, JobState.FAILED, JobState.TIMEOUT, JobState.LOST)


class FailureSource(Protocol):
    """A run whose failures can be read; `StoredRun` is one."""

    def causes(self) -> dict[int, Cause]:
        """Return job index → cause of the jobs that did not succeed; may take long."""

    def peaks(self) -> dict[int, float]:
        """Return job index → peak memory in MB of the jobs that did not succeed, where known."""


def read_groups(run: FailureSource) -> FailureGroups:
    """Return the failure groups of a run as it stands; off the main thread."""
    return FailureGroups(run.causes(), run.peaks())


class Explainer:
    """Says what sets failure groups apart; used off the main thread, by one thread at a time.

    Parameters
    ----------
    columns
        Of the run; what is needed of them is read when it is first needed.
    states
        Of all jobs, kept up to date by whoever owns them.
    """

    def __init__(self, columns: JobColumns, states: Sequence[JobState]) -> None:
        self._columns = columns
        self._states = states
        self._distinguisher: Distinguisher | None = None

    def explain(self, groups: Iterable[Sequence[int] | FailureGroup]) -> list[list[Rule]]:
        """Return the rules of each group of jobs: none where nothing sets it apart."""
        counted = (
            job
            for pairs in unhurried(enumerate(self._states))
            for job, state in pairs
            if state in _COUNT
        )
        ended = job_set(counted, len(self._states))
        if self._distinguisher is None:
            names = self._columns.parameters[:_MOST_PARAMETERS]
            columns = [parameter(name) for name in names]
            self._columns.load_all(columns)
            self._distinguisher = Distinguisher(
                dict(zip(names, map(self._columns.load, columns), strict=True))
            )
        jobs = (group.jobs if isinstance(group, FailureGroup) else group for group in groups)
        return [self._distinguisher.rules(each, ended) for each in jobs]
