"""A stored run → results JSON, streamed: the memory it takes does not grow with the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from hopla_gui.domain.job import JobRecord
from hopla_gui.domain.jsonvalue import to_json
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import EnvironmentProblem

SCHEMA = 1

_STRICT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)

Progress = Callable[[int, int], None]


def timestamp(seconds: float | None) -> str | None:
    """Return ISO 8601 in UTC with microseconds; ``None`` stays ``None``."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def export_json(run: StoredRun, path: Path, progress: Progress | None = None) -> None:
    """Write a run's results.

    Parameters
    ----------
    progress
        Called with (jobs written, jobs in all) now and then; what it raises ends the export and
        leaves no file.

    Raises
    ------
    EnvironmentProblem
        Where the file cannot be written.
    """
    try:
        with replacing(path) as file:
            _write_results(run, file, progress or (lambda done, total: None))
    except OSError as error:
        raise EnvironmentProblem(f"{path}: cannot write the results: {error.strerror}") from error


def _write_results(run: StoredRun, file: IO[str], progress: Progress) -> None:
    file.write(f'{{"schema": {SCHEMA},\n "run": {_strict(_run(run))},\n "jobs": [')
    exitcodes: dict[str, int | None] = {}
    for number, record in enumerate(run.records()):
        file.write(",\n  " if number else "\n  ")
        file.write(_strict(_job(record)))
        exitcodes[record.spec.name] = record.outcome.exit_code
        if number % 500 == 0:
            progress(number, len(run))
    file.write(f'\n ],\n "exitcodes": {_strict(exitcodes)}}}\n')
    progress(len(run), len(run))


def _strict(value: object) -> str:
    try:
        text = _STRICT.encode(value)
        text.encode()  # raises where a lone surrogate is in it
    except (TypeError, ValueError):  # few need cleaning, which takes longest
        text = _STRICT.encode(to_json(value))
    return text


def _run(run: StoredRun) -> dict[str, Any]:
    info = run.info
    return {
        "id": info.id,
        "script": info.script,
        "script_sha256": info.script_sha256,
        "python": info.python,
        "python_version": info.python_version,
        "cwd": info.cwd,
        "started": timestamp(info.started),
        "ended": timestamp(run.ended),
        "workers": info.options.workers,
        "isolation": info.options.isolation and info.options.isolation.value,
        "on": info.options.on,
        "hostname": info.hostname,
        "hopla_gui": info.hopla_gui,
        "swept": list(info.swept),
        "environment": dict(info.environment),
        "git": run.fact("git"),
        "packages": run.fact("packages"),
        "title": run.fact("title"),
        "note": run.fact("note"),
    }


def _job(record: JobRecord) -> dict[str, Any]:
    spec, outcome = record.spec, record.outcome
    return {
        "name": spec.name,
        "parameters": spec.parameters,
        "cmd": list(spec.cmd),
        "state": outcome.state.value,
        "exitcode": outcome.exit_code,
        "traceback": outcome.traceback,
        "values": outcome.values,
        "stdout": record.stdout,
        "stderr": record.stderr,
        "started": timestamp(outcome.started),
        "ended": timestamp(outcome.ended),
        "duration_s": outcome.duration_s,
        "attempt": record.attempt,
        "cpu_s": outcome.cpu_s,
        "max_rss_mb": outcome.max_rss_mb,
        "hostname": outcome.hostname,
        "detail": outcome.detail,
    }
