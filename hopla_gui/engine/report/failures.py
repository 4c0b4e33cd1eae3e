"""Why jobs failed: a card for each cause, with what its jobs share and one of them whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.distinguishing import Distinguisher, Rule
from hopla_gui.domain.distinguishing_words import rule_words
from hopla_gui.domain.failure_groups import FailureGroup, FailureGroups
from hopla_gui.domain.failure_words import group_words, more_causes
from hopla_gui.domain.jobsets import job_set
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.engine.report.markup import block, line, listing, tag
from hopla_gui.engine.report.survey import Survey
from hopla_gui.engine.results.stored_run import StoredRun

MOST_GROUPS = 30
_MOST_NAMES = 12


def failures_section(run: StoredRun, survey: Survey) -> Iterator[str]:
    """Yield the section, card by card; nothing where no job failed."""
    groups = _groups(run.causes(), survey)
    if not groups:
        return
    states = survey.job_states
    ended = job_set((place for place, state in enumerate(states) if state.is_final), len(states))
    distinguisher = Distinguisher({n: survey.quantity(n).values for n in survey.swept})
    yield '<section id="failures"><h2>Failures</h2>'
    for group in groups[:MOST_GROUPS]:
        yield _card(run, survey, group, distinguisher.rules(group.jobs, ended))
    if len(groups) > MOST_GROUPS:
        rest = groups[MOST_GROUPS:]
        note = f"{more_causes(rest)}, {'is' if len(rest) == 1 else 'are'} not shown."
        yield tag("p", line(note), class_="note")
    yield "</section>"


def _groups(causes: Mapping[int, Cause], survey: Survey) -> Sequence[FailureGroup]:
    """Return the causes of the jobs that are looked at; their jobs are places in the survey."""
    memory = survey.quantity(survey.measured["memory"]).values
    groups = FailureGroups()
    for place, index in enumerate(survey.indices):
        cause = causes.get(index)
        if cause is not None:
            peak = memory[place]
            groups.add(place, cause, peak if isinstance(peak, float) else None)
    return groups.ordered()


def _card(run: StoredRun, survey: Survey, group: FailureGroup, rules: Sequence[Rule]) -> str:
    words = group_words(group, rules)
    names = [run.info.job_name(survey.indices[place]) for place in list(group.jobs)[:_MOST_NAMES]]
    more = len(group) - len(names)
    jobs = ", ".join(names) + (f" and {more:,} more" if more else "")
    return tag(
        "div",
        tag("h3", line(words.heading)),
        tag("p", line(words.message, 500), class_="message") if words.message else "",
        listing(map(rule_words, rules)) if rules else tag("p", line(words.note), class_="dim"),
        tag("p", line(jobs, 1_000), class_="dim"),
        _example(run, survey.indices[next(iter(group.jobs))]),
        class_="cause",
    )


def _example(run: StoredRun, index: int) -> str:
    row = next(run.rows([index]))
    command = shell_line(json.loads(row.cmd))
    told = row.traceback or row.detail or ""
    name = run.info.job_name(index)
    return tag(
        "details",
        tag("summary", line(name)),
        tag("pre", block(command)),
        tag("pre", block(told.rstrip())) if told else "",
    )
