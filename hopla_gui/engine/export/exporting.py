"""Which files a run can be exported to, by the ending of their names; and writing them.

Each is streamed from one state of the run's store and takes its place when it is whole. What it
costs in memory does not grow with the number of jobs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from hopla_gui.engine.export.delimited import write_csv, write_tsv
from hopla_gui.engine.export.parquet import check_parquet, write_parquet
from hopla_gui.engine.export.results_json import write_json
from hopla_gui.engine.export.steps import Progress
from hopla_gui.engine.report.report import write_report
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import EnvironmentProblem, UserError


class ExportFormat(StrEnum):
    """The kinds of files; the value is the ending of their names."""

    JSON = ".json"
    CSV = ".csv"
    TSV = ".tsv"
    PARQUET = ".parquet"
    HTML = ".html"


Writer = Callable[[StoredRun, Path, Sequence[int] | None, Progress], None]

_WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.JSON: write_json,
    ExportFormat.CSV: write_csv,
    ExportFormat.TSV: write_tsv,
    ExportFormat.PARQUET: write_parquet,
    ExportFormat.HTML: write_report,
}


def export_format(path: Path) -> ExportFormat:
    """Return the format that a file's name asks for.

    Raises
    ------
    UserError
        Where there is none.
    """
    try:
        return ExportFormat(path.suffix.lower())
    except ValueError:
        *others, last = ExportFormat
        raise UserError(f"{path}: results are exported as {', '.join(others)} or {last}") from None


def check_target(path: Path) -> None:
    """Know before a run, not after it, that its results can be written.

    Raises
    ------
    UserError
        Where the ending is unknown, the folder missing, or no pyarrow there for Parquet.
    """
    if export_format(path) is ExportFormat.PARQUET:
        check_parquet()
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserError(f"{path}: cannot write results there: no such folder")


def export_run(
    run: StoredRun,
    path: Path,
    jobs: Sequence[int] | None = None,
    progress: Progress = lambda done, total: None,
) -> None:
    """Write a run to a file, in the format that its name asks for.

    Parameters
    ----------
    run
        A reader that nobody else uses meanwhile: it stays with one state of the run.
    jobs
        Indices of the jobs to write, which come in expansion order; all by default.
    progress
        Called with (steps done, steps in all) now and then; what it raises ends the export and
        leaves the file as it was.

    Raises
    ------
    UserError
        Where the ending is unknown, or no pyarrow there for Parquet.
    EnvironmentProblem
        Where the file cannot be written.
    """
    write = _WRITERS[export_format(path)]
    chosen = None if jobs is None else sorted(set(jobs))
    try:
        with run.snapshot():
            write(run, path, chosen, progress)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise EnvironmentProblem(f"{path}: cannot write the results: {reason}") from error
