"""Why a job did not succeed, from how it ended."""

from __future__ import annotations

import signal
from dataclasses import replace

from hopla_gui.domain.causes import (
    Cause,
    CauseKind,
    cause_of_exception,
    cause_of_text,
    cause_said,
)
from hopla_gui.domain.job import JobOutcome, JobState

UNSUCCESSFUL = (JobState.FAILED, JobState.TIMEOUT, JobState.LOST)


def diagnose(outcome: JobOutcome) -> Cause | None:
    """Return the cause of a failure; ``None`` for a job that has not failed."""
    detail = outcome.detail or ""
    match outcome.state:
        case JobState.TIMEOUT:
            return cause_said(CauseKind.TIMEOUT, "time limit", detail)
        case JobState.LOST:
            return cause_said(CauseKind.LOST, "lost", detail)
        case JobState.FAILED:
            return _diagnose_failed(outcome)
    return None


def diagnosed(outcome: JobOutcome) -> JobOutcome:
    """Return the outcome with its cause."""
    return outcome if outcome.cause is not None else replace(outcome, cause=diagnose(outcome))


def _diagnose_failed(outcome: JobOutcome) -> Cause:
    if outcome.raised is not None:
        return cause_of_exception(outcome.raised)
    if outcome.traceback:
        return cause_of_text(outcome.traceback)
    code, detail = outcome.exit_code, outcome.detail or ""
    if code is not None and code < 0:
        name = _signal_name(-code)
        more = "" if detail == f"killed by {name}" else detail  # "out of memory", of a scheduler
        return cause_said(CauseKind.SIGNAL, name, more)
    what = "no exit code" if code is None else f"exit code {code}"
    return cause_said(CauseKind.EXIT_CODE, what, detail)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal, or one of another system
        return f"signal {number}"
