"""What the window needs of a run, whether it runs now or is read from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.job import JobRecord, JobSpec
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.domain.raised import Raised
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.results.job_columns import ColumnSource


class RunView(ColumnSource, Protocol):
    """What the tree and the details need of a run; columns are read off the main thread."""

    @property
    def run_dir(self) -> Path:
        """Return the run's folder; the paths of logs are relative to it."""

    @property
    def swept(self) -> tuple[str, ...]:
        """Return the names of the swept parameters."""

    @property
    def info(self) -> RunInfo:
        """Return what all jobs have in common: script, interpreter, working directory."""

    @property
    def ended(self) -> float | None:
        """Return when the last job ended, seconds since the epoch; ``None`` while jobs are left."""

    def spec(self, index: int) -> JobSpec:
        """Return what a job runs: cheap, for it is asked for each row that is painted."""

    def statuses(self) -> JobStatuses:
        """Return one light status a job, as of now: the caller's, to be kept up to date."""

    def record(self, index: int) -> JobRecord:
        """Return all that is stored of a job.

        Of a job that has not ended too: its outcome then holds the state, when and where it
        has begun, and the paths of its logs are already those it writes to.
        """

    def glance(self, index: int) -> JobRecord:
        """Return the same, at once: values of many megabytes are `UnreadValues`."""

    def attempts(self, index: int) -> list[JobRecord]:
        """Return the ended attempts of a job, oldest first."""

    def raised(self, index: int, attempt: int) -> Raised | None:
        """Return the exception that ended an attempt, as data, where the job could tell."""

    def causes(self) -> dict[int, Cause]:
        """Return job index → cause of the jobs that did not succeed; may take long."""

    def peaks(self) -> dict[int, float]:
        """Return job index → peak memory in MB of the jobs that did not succeed, where known."""

    def notes(self) -> list[tuple[float, str, str]]:
        """Return the run's log: (seconds since the epoch, level, text)."""

    def fact(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a fact found out in the background; ``None`` where there is none yet."""
