"""The jobs that go first, so that a person can look before the rest follows: in words."""

from __future__ import annotations

from enum import StrEnum

from hopla_gui.domain.events import PilotFinished
from hopla_gui.domain.wording import duration, time_words

RUN_THE_REST = "Run the rest?"


class First(StrEnum):
    """Which jobs go first, the others waiting for a word."""

    ALL = "all"
    ONE = "one"
    CORNERS = "corners"


def pilot_words(pilot: PilotFinished, workers: int) -> tuple[str, str]:
    """Return title and text of the question that a pilot asks when it has landed."""
    jobs = "The pilot job" if pilot.jobs == 1 else f"The {pilot.jobs:,} pilot jobs"
    each = " each" if pilot.jobs > 1 else ""
    took = f" took {duration(pilot.job_s)}{each}." if pilot.job_s is not None else " ended."
    others = f"The other {pilot.remaining:,}" if pilot.remaining > 1 else "The other one"
    text = f"{jobs}{took}"
    if pilot.job_s is not None:
        seconds = pilot.remaining * pilot.job_s / max(min(workers, pilot.remaining), 1)
        on = "1 worker" if workers == 1 else f"{workers:,} workers"
        text += f" {others} will take {time_words(seconds)} on {on}."
    return f"{how_it_went(pilot)} {RUN_THE_REST}", text


def how_it_went(pilot: PilotFinished) -> str:
    """Return whether the jobs that went first have succeeded, as a sentence."""
    if not pilot.failed:
        return "The pilot has landed."
    if pilot.jobs == 1:
        return "The pilot job did not succeed."
    if pilot.failed == pilot.jobs:
        return f"None of the {pilot.jobs:,} pilot jobs succeeded."
    return f"{pilot.failed:,} of the {pilot.jobs:,} pilot jobs did not succeed."
