"""What an export can be asked for: which jobs, in which format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hopla_gui.engine.export.exporting import ExportFormat

FORMAT_WORDS = {
    ExportFormat.HTML: ("HTML report", "One page to read, send or keep: failures, pictures, table"),
    ExportFormat.CSV: ("CSV", "A row a job, a column a value: for Excel and LibreOffice"),
    ExportFormat.TSV: ("TSV", "The same, separated by tabs: for R, pandas and other programs"),
    ExportFormat.PARQUET: ("Parquet", "The same with typed columns: for pandas, Polars and DuckDB"),
    ExportFormat.JSON: ("JSON", "All there is, nested values and tracebacks too: for programs"),
}


class Scope(StrEnum):
    """Which jobs are exported; the values are kept in the settings."""

    ALL = "all"
    SHOWN = "shown"
    SELECTED = "selected"


@dataclass(frozen=True)
class Offer:
    """The jobs that can be exported, by scope.

    Attributes
    ----------
    total
        Number of jobs of the run.
    shown, selected
        Indices of those that the filter lets through, and of those that are selected.
    """

    total: int
    shown: Sequence[int]
    selected: Sequence[int]

    def words(self, scope: Scope) -> str:
        """Return what a scope is called."""
        match scope:
            case Scope.ALL:
                return "The only job" if self.total == 1 else f"All {self.total:,} jobs"
            case Scope.SHOWN:
                return f"What the filter shows: {_jobs(len(self.shown))}"
        return f"What is selected: {_jobs(len(self.selected))}"

    def is_possible(self, scope: Scope) -> bool:
        """Whether a scope says anything that another does not."""
        match scope:
            case Scope.ALL:
                return True
            case Scope.SHOWN:
                return 0 < len(self.shown) < self.total
        return 0 < len(self.selected) < self.total

    def count(self, scope: Scope) -> int:
        """Return the number of jobs."""
        jobs = self.jobs(scope)
        return self.total if jobs is None else len(jobs)

    def jobs(self, scope: Scope) -> Sequence[int] | None:
        """Return the indices of the jobs, ``None`` for all."""
        match scope:
            case Scope.ALL:
                return None
            case Scope.SHOWN:
                return self.shown
        return self.selected


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count:,} jobs"
