"""The rows below a job, made from its record when it is opened. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hopla_gui.domain.errorline import error_line
from hopla_gui.domain.job import JobRecord
from hopla_gui.engine.results.unread_values import UnreadValues
from hopla_gui.gui.jobs.formatting import exit_code, exit_code_words, size
from hopla_gui.gui.jobs.nodes import Lines
from hopla_gui.gui.jobs.text import one_line


@dataclass(frozen=True, slots=True)
class Fact:
    """A row below a job."""

    label: str
    text: str
    value: object = None


TRACEBACK = "Traceback"
VALUES = "Values"
_TRACEBACK_LINES = 400


def facts(record: JobRecord) -> Iterator[Fact]:
    """Yield the rows below a job: command, exit code, traceback and values where it has them."""
    outcome = record.outcome
    yield Fact("Command", one_line(" ".join(record.spec.cmd), 2_000))
    if outcome.state.is_final:
        yield Fact("Exit code", _exit_code_text(outcome.exit_code))
    if outcome.detail:
        yield Fact("Note", one_line(outcome.detail))
    if outcome.traceback:
        yield Fact(TRACEBACK, one_line(error_line(outcome.traceback)), _lines(outcome.traceback))
    if isinstance(outcome.values, UnreadValues) and not outcome.values.is_read:
        yield Fact(VALUES, f"{size(outcome.values.size)}: see the details")
    elif outcome.values:
        names = ", ".join(list(outcome.values)[:12])
        yield Fact(VALUES, one_line(names), outcome.values)


def _exit_code_text(code: int | None) -> str:
    words = exit_code_words(code)
    if code is None:
        return words
    meaning = words.partition(": ")[2]
    return f"{exit_code(code)} · {meaning}" if meaning else exit_code(code)


def _lines(text: str) -> Lines:
    return Lines(text[:100_000].rstrip().split("\n")[:_TRACEBACK_LINES])
