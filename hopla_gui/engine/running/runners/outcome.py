"""What a worker says about an ended job, as a `JobOutcome`. What jobs hand over is not trusted."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Mapping
from typing import Any

from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.raised import raised_from_json
from hopla_gui.engine import patientjson
from hopla_gui.engine.running.runners.nesting import cut_nesting

DEPTH_LIMIT = 100  # levels of nesting in values that another language hands over
_TOO_DEEP = f"<more than {DEPTH_LIMIT} levels deep>"
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
HOSTNAME = socket.gethostname()


def outcome_of(answer: Mapping[str, Any], raw: bytes, timeout: float | None) -> JobOutcome:
    """Judge one ended job.

    Parameters
    ----------
    answer
        The worker's message: wait status, times, use of resources.
    raw
        What the job handed over: its own result, ``answer["split"]`` bytes, and behind it values
        that came from a file or from stdout.
    timeout
        The run's time limit.
    """
    if "error" in answer:
        return lost(f"cannot be started: {answer['error']}")
    state, code, detail = _ending(answer, timeout)
    handed = _handed_over(raw, answer["split"])
    return JobOutcome(
        state,
        code,
        traceback=handed.get("traceback"),
        values=handed.get("values", {}),
        started=answer["started"],
        ended=max(answer["ended"], answer["started"] + answer["duration"]),  # clocks step back
        duration_s=answer["duration"],
        cpu_s=answer["cpu"],
        max_rss_mb=answer["rss"] and answer["rss"] / 1e6,
        hostname=HOSTNAME,
        raised=raised_from_json(handed.get("raised")),
        detail=_joined(
            handed.get("error")
            or detail
            or _last_words(answer, code, handed)
            or handed.get("note"),
            answer.get("dropped"),
        ),
    )


def _last_words(answer: Mapping[str, Any], code: int | None, handed: Mapping[str, Any]) -> str:
    """Return the last line on stderr of a job that ended with an error and no traceback."""
    said = answer.get("said")
    if not isinstance(said, str) or handed.get("traceback") or not code or code < 0:
        return ""
    return _ANSI.sub("", said).encode("utf-8", "backslashreplace").decode("utf-8")


def _joined(*details: str | None) -> str | None:
    return "; ".join(detail for detail in details if detail) or None


def lost(detail: str) -> JobOutcome:
    """Return the outcome of a job that has no result."""
    return JobOutcome(JobState.LOST, hostname=HOSTNAME, detail=detail)


def cancelled_before_start() -> JobOutcome:
    """Return the outcome of a job that was taken back before it ran."""
    return JobOutcome(JobState.CANCELLED, detail="cancelled before its start")


def signal_name(number: int) -> str:
    """Return ``SIGKILL`` for 9."""
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"


def _ending(
    answer: Mapping[str, Any], timeout: float | None
) -> tuple[JobState, int | None, str | None]:
    code = answer["code"] if "code" in answer else os.waitstatus_to_exitcode(answer["status"])
    if answer["why"] == "timeout":
        number = signal.SIGKILL if answer["killed"] else signal.SIGTERM
        return JobState.TIMEOUT, -number, f"stopped after {timeout:g} s"
    if answer["why"] == "cancelled":
        return JobState.CANCELLED, code, f"cancelled after {answer['duration']:.1f} s"
    if code == 0:
        return JobState.SUCCEEDED, 0, None
    return JobState.FAILED, code, f"killed by {signal_name(-code)}" if code < 0 else None


def _handed_over(raw: bytes, split: int) -> dict[str, Any]:
    """Return traceback, values, note and error, those there are; a torn result has none.

    What ``__hopla__`` names comes before values of the same name that came another way.
    """
    handed, values = _json_object(raw[:split]), _json_object(raw[split:])
    if handed is None or values is None:
        return {"note": "what the job handed over is no JSON object", **(handed or {})}
    if values:
        handed["values"] = {**_clean_object(values), **handed.get("values", {})}
    return handed


def _json_object(raw: bytes) -> dict[str, Any] | None:
    """Return ``{}`` for nothing, ``None`` for what is no JSON object."""
    if not raw:
        return {}
    try:
        text = raw.decode(json.detect_encoding(raw), "surrogatepass")
        found = patientjson.loads(text, _DECODER)
    except RecursionError:
        return _json_object(cut_nesting(raw, DEPTH_LIMIT + 1, json.dumps(_TOO_DEEP).encode()))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _clean_object(found: dict[str, Any]) -> dict[str, object]:
    return {str(_clean(key, 0)): _clean(value, DEPTH_LIMIT) for key, value in found.items()}


def _finite(text: str) -> float | str:
    number = float(text)
    if number in (float("inf"), float("-inf")):  # 1e999
        return "Infinity" if number > 0 else "-Infinity"
    return number


_DECODER = json.JSONDecoder(parse_constant=str, parse_float=_finite)


def _clean(value: object, levels: int) -> object:
    """Make sure that a value can be written as JSON again, in UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict | list) and not levels:
        return _TOO_DEEP
    if isinstance(value, dict):
        return {str(_clean(k, levels)): _clean(v, levels - 1) for k, v in value.items()}
    return [_clean(item, levels - 1) for item in value] if isinstance(value, list) else value
