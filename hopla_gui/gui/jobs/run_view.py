"""What the window needs of a run, whether it runs now or is read from its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from hopla_gui.domain.job import JobRecord, JobSpec, JobStatus
from hopla_gui.domain.run import RunInfo


class RunView(Protocol):
    """What the tree and the details need of a run. All calls come from the main thread."""

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

    def __len__(self) -> int:
        """Return the number of jobs."""

    def spec(self, index: int) -> JobSpec:
        """Return what a job runs: cheap, for it is asked for each row that is painted."""

    def statuses(self) -> list[JobStatus]:
        """Return one light status a job, as of now; the caller never changes them."""

    def record(self, index: int) -> JobRecord:
        """Return all that is stored of a job.

        Of a job that has not ended too: its outcome then holds the state alone, and the paths of
        its logs are already those it writes to.
        """

    def attempts(self, index: int) -> list[JobRecord]:
        """Return the ended attempts of a job, oldest first."""

    def notes(self) -> list[tuple[float, str, str]]:
        """Return the run's log: (seconds since the epoch, level, text)."""

    def fact(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a fact found out in the background; ``None`` where there is none yet."""


@runtime_checkable
class ColumnReader(Protocol):
    """A run that can hand over one parameter of all its jobs at once."""

    def column(self, name: str) -> Sequence[object]:
        """Return the value of a parameter for each job, ``None`` where it is not given."""


def column_values(run: RunView, name: str) -> Sequence[object]:
    """Return the value of a parameter for each job, at once where the run can."""
    if isinstance(run, ColumnReader):
        return run.column(name)
    return [run.spec(index).parameters.get(name) for index in range(len(run))]
