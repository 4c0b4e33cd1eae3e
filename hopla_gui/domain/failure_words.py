"""A failure group in words: how many, why, where, and what sets its jobs apart. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hopla_gui.domain.causes import CauseKind
from hopla_gui.domain.distinguishing import Rule
from hopla_gui.domain.distinguishing_words import rule_words
from hopla_gui.domain.failure_groups import FailureGroup
from hopla_gui.domain.shown_text import one_line
from hopla_gui.domain.wording import size

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class GroupWords:
    """What there is to say of a group; everything is safe to show.

    Attributes
    ----------
    where
        The function; empty for the top of a script.
    shared
        What its jobs share and the others do not.
    note
        Why nothing is said of that.
    """

    count: str
    title: str
    where: str
    message: str
    shared: str = ""
    note: str = ""

    @property
    def heading(self) -> str:
        """``35 x ValueError at fit.py:12 in load``, with a multiplication sign."""
        return f"{self.count} {TIMES} {self.title}{self.where}"

    @property
    def line(self) -> str:
        """The heading and the message: ``35 x ValueError at fit.py:12 in load: bad value …``."""
        return f"{self.heading}: {self.message}" if self.message else self.heading

    @property
    def text(self) -> str:
        """All of it, what is shared on a line of its own."""
        return f"{self.line}\n  {self.shared}" if self.shared else self.line


def group_words(group: FailureGroup, rules: Sequence[Rule] | None = None) -> GroupWords:
    """Return what to say of a group.

    Parameters
    ----------
    rules
        What sets it apart; ``None`` while that is not known.
    """
    cause = group.cause
    # "<module>", "<listcomp>" and the like say nothing that the line does not
    says_more = cause.function and not cause.function.startswith("<")
    return GroupWords(
        count=f"{len(group):,}",
        title=one_line(cause.title, 120),
        where=f" in {one_line(cause.function, 60)}" if says_more else "",
        message=_message(group),
        shared="; ".join(map(rule_words, rules or ())),
        note="" if rules else _why_nothing(group, rules),
    )


def _why_nothing(group: FailureGroup, rules: Sequence[Rule] | None) -> str:
    if rules is None:
        return "looking for what they share…"
    if len(group) == 1:
        return "one job alone does not tell what sets it apart"
    return "no value of a parameter sets them apart"


def _message(group: FailureGroup) -> str:
    """Return what the messages of its jobs say alike, and what memory they took."""
    said = [one_line(group.message, 300)] if group.message else []
    peak = group.peak_memory
    if group.cause.kind in (CauseKind.SIGNAL, CauseKind.LOST) and peak is not None:
        said.append(f"memory {'up to ' if len(group) > 1 else ''}{size(peak * 1_000_000)}")
    return ", ".join(said)


def more_causes(groups: Sequence[FailureGroup]) -> str:
    """Return ``2 more causes, of 7 jobs``: of those that are not shown."""
    causes, jobs = len(groups), sum(map(len, groups))
    of_jobs = "1 job" if jobs == 1 else f"{jobs:,} jobs"
    return f"{causes:,} more {'cause' if causes == 1 else 'causes'}, of {of_jobs}"
