"""A stored run → results JSON: strict, streamed, a job a line.

What the database holds of a job is JSON text already. It goes into the file as it stands, which is
several times as fast as reading it and writing it anew; only what strict JSON has not is rewritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as quoted
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
    whole, micros = divmod(round(seconds * 1e6), 1_000_000)
    return f"{_second(whole)}.{micros:06d}+00:00"


@lru_cache(maxsize=1024)
def _second(whole: int) -> str:
    """Return a whole second: jobs of a run share them."""
    return datetime.fromtimestamp(whole, UTC).isoformat()[: -len("+00:00")]


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
        exitcodes.append(f"{quoted(name)}: {'null' if row.exit_code is None else row.exit_code}")
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
    (_, parameters, cmd, state, attempt, job_started, ended_state, code, started, ended, duration,
     cpu, rss, host, detail, traceback, values) = row  # fmt: skip
    stdout, stderr = log_paths(name, attempt)
    return (
        f'{{"name": {quoted(name)}, "parameters": {_stored(parameters)},'
        f' "cmd": {_stored(cmd)}, "state": "{ended_state or state}",'
        f' "exitcode": {"null" if code is None else code},'
        f' "traceback": {"null" if traceback is None else quoted(traceback)},'
        f' "values": {_stored(values) if values else "{}"},'
        f' "stdout": {quoted(stdout)}, "stderr": {quoted(stderr)},'
        f' "started": {_time(job_started if started is None else started)},'
        f' "ended": {_time(ended)}, "duration_s": {_number(duration)}, "attempt": {attempt},'
        f' "cpu_s": {_number(cpu)}, "max_rss_mb": {_number(rss)}, "hostname": {_word(host)},'
        f' "detail": {_word(detail)}, "cause": {_word(cause and cause.title)}}}'
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


@lru_cache(maxsize=256)
def _word(text: str | None) -> str:
    """Return a text that many jobs share."""
    return "null" if text is None else quoted(text)


def _number(number: float | None) -> str:
    return "null" if number is None or number - number != 0 else repr(number)  # inf - inf is NaN


def _time(seconds: float | None) -> str:
    return "null" if seconds is None else f'"{timestamp(seconds)}"'
