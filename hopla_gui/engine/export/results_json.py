"""A stored run → results JSON: strict, streamed, a job a line.

What the database holds of a job is JSON text already. It goes into the file as it stands, which is
several times as fast as reading it and writing it anew; only what strict JSON has not is rewritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from math import isfinite
from pathlib import Path
from typing import IO, Any

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.jsonvalue import to_json
from hopla_gui.engine.export.steps import Progress, Steps
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.results.stored_run import JobRow, StoredRun, log_paths

SCHEMA = 1

_STRICT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
# NaN and Infinity, whether as tokens or in texts, and whatever is beyond ASCII: few jobs have them.
_UNUSUAL = re.compile(r"NaN|Infinity|\\u")


def timestamp(seconds: float | None) -> str | None:
    """Return ISO 8601 in UTC with microseconds; ``None`` stays ``None``."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def write_json(run: StoredRun, path: Path, jobs: Sequence[int] | None, progress: Progress) -> None:
    """Write the results of a run, or of some of its jobs."""
    steps = Steps(len(run) if jobs is None else len(jobs), progress)
    with replacing(path) as file:
        _write(run, file, jobs, steps)


def _write(run: StoredRun, file: IO[str], jobs: Sequence[int] | None, steps: Steps) -> None:
    facts = _strict(run_facts(run))
    file.write(f'{{"schema": {SCHEMA},\n "run": {facts},\n "jobs": [')
    exitcodes: list[str] = []
    causes = run.causes()
    for row in steps.over(run.rows(jobs)):
        name = run.info.job_name(row.idx)
        file.write(",\n  " if exitcodes else "\n  ")
        file.write(_job(row, name, causes.get(row.idx)))
        exitcodes.append(f"{quoted(name)}: {_number(row.exit_code)}")
    file.write(f'\n ],\n "exitcodes": {{{", ".join(exitcodes)}}}}}\n')


def run_facts(run: StoredRun) -> dict[str, Any]:
    """Return what all jobs have in common."""
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
        "job_count": len(run),
        "environment": dict(info.environment),
        "git": run.fact("git"),
        "packages": run.fact("packages"),
        "title": run.fact("title"),
        "note": run.fact("note"),
    }


def _job(row: JobRow, name: str, cause: Cause | None) -> str:
    stdout, stderr = log_paths(name, row.attempt)
    started = row.job_started if row.started is None else row.started
    return (
        f'{{"name": {quoted(name)}, "parameters": {_stored(row.parameters)},'
        f' "cmd": {_stored(row.cmd)}, "state": "{row.ended_state or row.state}",'
        f' "exitcode": {_number(row.exit_code)}, "traceback": {_text(row.traceback)},'
        f' "values": {_stored(row.values or "{}")},'
        f' "stdout": {quoted(stdout)}, "stderr": {quoted(stderr)},'
        f' "started": {_time(started)}, "ended": {_time(row.ended)},'
        f' "duration_s": {_number(row.duration_s)}, "attempt": {row.attempt},'
        f' "cpu_s": {_number(row.cpu_s)}, "max_rss_mb": {_number(row.max_rss_mb)},'
        f' "hostname": {_text(row.hostname)}, "detail": {_text(row.detail)},'
        f' "cause": {_text(None if cause is None else cause.title)}}}'
    )


def _stored(text: str) -> str:
    return _strict(json.loads(text)) if _UNUSUAL.search(text) else text


def _strict(value: object) -> str:
    try:
        text = _STRICT.encode(value)
        text.encode()  # raises where a lone surrogate is in it
    except (TypeError, ValueError):  # few need cleaning, which takes longest
        text = _STRICT.encode(to_json(value))
    return text


def _text(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _number(number: float | None) -> str:
    return "null" if number is None or not isfinite(number) else repr(number)


def _time(seconds: float | None) -> str:
    return "null" if seconds is None else f'"{timestamp(seconds)}"'
