"""Why the jobs of a run failed, as lines of a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from hopla_gui.domain.failure_words import group_words, more_causes
from hopla_gui.engine.results.explaining import Explainer, read_groups
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.engine.results.stored_run import StoredRun

MOST_GROUPS = 20


def failure_lines(run: StoredRun) -> Iterator[str]:
    """Yield a line a cause, the commonest first: how many, why, and what sets those jobs apart."""
    groups = read_groups(run).ordered()
    shown = groups[:MOST_GROUPS]
    rules = Explainer(JobColumns(run), run.statuses().states).explain(shown) if shown else []
    for group, found in zip(shown, rules, strict=True):
        words = group_words(group, found)
        yield f"{words.line} ({words.shared})" if words.shared else words.line
    if len(groups) > len(shown):
        yield f"… and {more_causes(groups[len(shown) :])}"
