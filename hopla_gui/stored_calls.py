"""The command line's calls on stored runs: what is told of them, export, removal."""

from __future__ import annotations

import argparse
import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hopla_gui import api
from hopla_gui.domain.advice_words import advice_lines
from hopla_gui.domain.job import JobRecord, JobState
from hopla_gui.domain.shown_text import one_line
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.engine.export.results_json import timestamp
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import HoplaError
from hopla_gui.failure_lines import failure_lines
from hopla_gui.terminal import ALL_GOOD, answer, json_text, progress_line, warn


def list_runs(options: argparse.Namespace) -> int:
    """Print a line for each stored run."""
    rows = list(_summaries(api.list_runs(options.runs_dir)))
    answer([json_text(rows)] if options.format == "json" else map(_summary_line, rows))
    return ALL_GOOD


def _summaries(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Describe the runs that can be read; warn of the others."""
    for folder in folders:
        try:
            with contextlib.closing(api.open_run(folder)) as run:
                yield _summary(run)
        except HoplaError as error:
            warn(error.what)


def show(options: argparse.Namespace) -> int:
    """Print what a run is, why its jobs failed, and a line for each job."""
    path = api.find_run(options.id, options.runs_dir)
    with contextlib.closing(api.open_run(path)) as run:
        failures = list(failure_lines(run))
        told = {**_summary(run), "failures": failures, "advice": _advice(run)}
        answer(itertools.chain([json_text(told)], map(_job_line, run.records())))
    return ALL_GOOD


def export(options: argparse.Namespace) -> int:
    """Write a run's results to a file."""
    api.check_target(options.file)
    path = api.find_run(options.id, options.runs_dir)
    with contextlib.closing(api.open_run(path)) as run:
        write_results(run, options.file)
    return ALL_GOOD


def delete(options: argparse.Namespace) -> int:
    """Remove a run and its logs."""
    api.delete_run(api.find_run(options.id, options.runs_dir))
    return ALL_GOOD


def write_results(run: StoredRun, path: Path) -> None:
    """Write a run's results, with a line of progress where it takes long."""
    with progress_line(f"Writing {path.name}") as show:
        api.export_run(run, path, progress=show)


def _summary(run: StoredRun) -> dict[str, Any]:
    counts = run.counts()
    return {
        "id": run.run_dir.name,  # by which it is found, also where somebody has renamed it
        "script": run.info.script,
        "started": timestamp(run.info.started),
        "ended": timestamp(run.ended),
        "jobs": len(run),
        "counts": {state.value: getattr(counts, state.value) for state in JobState},
        "folder": str(run.run_dir),
        "title": run.fact("title") or "",
        "note": run.fact("note") or "",
    }


def _advice(run: StoredRun) -> dict[str, Any] | None:
    advice = api.run_advice(run)
    return (
        None
        if advice is None
        else {
            "jobs_measured": advice.jobs,
            "workers": advice.workers,
            "memory_gb": advice.memory_gb,
            "walltime_h": advice.walltime_h,
            "cpus": advice.cpus,
            "why": advice_lines(advice),
        }
    )


def _summary_line(row: Mapping[str, Any]) -> str:
    told = ", ".join(f"{n} {state}" for state, n in row["counts"].items() if n)
    title = f"  {one_line(row['title'])}" if row["title"] else ""
    return f"{one_line(row['id'])}  {row['started']}  {shell_line([row['script']])}  {told}{title}"


def _job_line(record: JobRecord) -> str:
    outcome = record.outcome
    code = "" if outcome.exit_code is None else f" {outcome.exit_code}"
    return f"{record.spec.name}  {outcome.state.value}{code}  {shell_line(record.spec.cmd)}"
