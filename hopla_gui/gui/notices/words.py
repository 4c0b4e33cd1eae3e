"""What is told of a run outside the window, in few words. Pure functions; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from hopla_gui.domain.errorline import error_line
from hopla_gui.domain.job import Counts, JobRecord, JobState
from hopla_gui.gui.jobs.formatting import STATE_WORDS, exit_code_words
from hopla_gui.gui.jobs.text import one_line

_MOST_TITLE, _MOST_TEXT = 80, 240
_TOLD = (
    JobState.SUCCEEDED,
    JobState.FAILED,
    JobState.TIMEOUT,
    JobState.LOST,
    JobState.CANCELLED,
)


@dataclass(frozen=True)
class Notice:
    """A notification: a title and a line below it, both plain text."""

    title: str
    text: str


@dataclass(frozen=True)
class Progress:
    """How far a run is, for a taskbar; ``left`` jobs have not ended."""

    share: float
    left: int
    has_failures: bool


def progress_of(counts: Counts) -> Progress | None:
    """Return how far a run is; ``None`` where there is none under way."""
    left = counts.queued + counts.running
    if not left:
        return None
    return Progress(counts.done / counts.total, left, counts.unsuccessful > 0)


def window_title(name: str, counts: Counts) -> str:
    """Return ``37 % · 2 failed — train.py``; the name alone where no job is left."""
    progress = progress_of(counts)
    if progress is None:
        return name
    words = [f"{int(progress.share * 100)} %"]
    failed = counts.unsuccessful
    if failed:
        words.append(f"{failed:,} failed")
    return f"{' · '.join(words)} — {name}"


def end_notice(name: str, counts: Counts) -> Notice:
    """Return what is told when a run has ended."""
    title = one_line(name, _MOST_TITLE)
    if counts.succeeded == counts.total:
        words = "the job" if counts.total == 1 else f"all {counts.total:,} jobs"
        return Notice(f"{title} is done", f"{words[0].upper()}{words[1:]} succeeded.")
    found = ((state, getattr(counts, state.value)) for state in _TOLD)
    told = [f"{count:,} {STATE_WORDS[state].lower()}" for state, count in found if count]
    return Notice(f"{title} has ended", f"Of {counts.total:,} jobs: {' · '.join(told)}.")


def failure_notice(name: str, record: JobRecord) -> Notice:
    """Return what is told of the first job of a run that did not succeed."""
    outcome, job = record.outcome, one_line(record.spec.name, 40)
    title = f"{one_line(name, _MOST_TITLE)}: {job} {STATE_WORDS[outcome.state].lower()}"
    why = error_line(outcome.traceback) if outcome.traceback else outcome.detail
    if not why and outcome.exit_code is not None:
        why = exit_code_words(outcome.exit_code)
    return Notice(title, one_line(why or "The others go on.", _MOST_TEXT))
