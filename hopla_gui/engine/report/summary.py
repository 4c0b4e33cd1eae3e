"""The head of a report: how the run went, in a bar and in facts; and what to make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from hopla_gui.domain.advice import Advice
from hopla_gui.domain.advice_words import doubt_lines, measured_lines, suggestion_lines
from hopla_gui.domain.job import JobState
from hopla_gui.domain.shown_value import value_text
from hopla_gui.domain.wording import STATE_WORDS, clock_time, elapsed, took_words
from hopla_gui.engine.report.markup import line, listing, table, tag
from hopla_gui.engine.report.survey import Survey
from hopla_gui.engine.results.stored_run import StoredRun

_ORDER = (
    JobState.SUCCEEDED,
    JobState.FAILED,
    JobState.TIMEOUT,
    JobState.LOST,
    JobState.CANCELLED,
    JobState.RUNNING,
    JobState.QUEUED,
)


def title_of(run: StoredRun) -> str:
    """Return what a run is called: its title, else the name of its script."""
    return str(run.fact("title") or "") or Path(run.info.script).name


def _end(run: StoredRun, ended: float) -> str:
    """Return how long a run took; when it ended, where it may have stood idle before a rerun."""
    return (
        f"ended {clock_time(ended)}" if run.has_run_again else took_words(ended - run.info.started)
    )


def head(run: StoredRun, survey: Survey) -> str:
    """Return title, times, and how the jobs ended."""
    info, ended = run.info, run.ended
    end = "" if ended is None else f" · {_end(run, ended)}"
    count = len(survey.indices)
    jobs = "1 job" if count == 1 else f"{count:,} jobs"
    if count < len(run):
        jobs = f"{count:,} of the {len(run):,} jobs of this run"
    note = str(run.fact("note") or "")
    return tag(
        "header",
        tag("h1", line(title_of(run))),
        tag("p", line(f"{jobs} · started {clock_time(info.started)}{end}"), class_="dim"),
        tag("p", line(note, 2_000), class_="remark") if note else "",
        _bar(survey),
    )


def _bar(survey: Survey) -> str:
    states = survey.states
    found = [(state, states[state]) for state in _ORDER if states[state]]
    pieces = (
        tag(
            "span",
            class_=f"piece state-{state}",
            style=f"flex-grow:{count}",
            title=words(state, count),
        )
        for state, count in found
    )
    entries = (
        tag("li", tag("i", class_=f"dot state-{state}"), line(words(state, count)))
        for state, count in found
    )
    return tag("div", *pieces, class_="states") + tag("ul", *entries, class_="legend")


def words(state: JobState, count: int) -> str:
    """Return ``35 failed``."""
    return f"{count:,} {STATE_WORDS[state].lower()}"


def advice_section(advice: Advice | None) -> str:
    """Return what jobs took and what to make of it; nothing where nothing was measured."""
    if advice is None:
        return ""
    lines = [*measured_lines(advice), *suggestion_lines(advice)]
    doubts = "".join(tag("p", line(text, 500), class_="dim") for text in doubt_lines(advice))
    return tag("section", tag("h2", "Resources"), listing(lines), doubts, id="resources")


def facts_section(run: StoredRun, fixed: dict[str, object]) -> str:
    """Return where the results come from."""
    packages = run.fact("packages") or {}
    found = sorted(f"{name}=={version}" for name, version in packages.items())
    folded = (
        tag("details", tag("summary", f"{len(found):,} packages"), listing(found)) if found else ""
    )
    rows = table(_facts(run, fixed))
    return tag("section", tag("h2", "Where this comes from"), rows, folded, id="origin")


def _facts(run: StoredRun, fixed: dict[str, object]) -> Iterator[tuple[str, str]]:
    info, git = run.info, run.fact("git")
    yield "Script", info.script
    if info.script_sha256:
        yield "SHA-256", info.script_sha256
    if git:
        dirty = ", with changes that are not committed" if git.get("dirty") else ""
        yield "Git commit", f"{git.get('commit')}{dirty}"
    if info.swept:
        yield "Swept parameters", ", ".join(info.swept)
    if fixed:
        yield "Fixed parameters", "\n".join(f"{k} = {value_text(v)}" for k, v in fixed.items())
    if info.python:
        yield "Python", f"{info.python_version or 'unknown version'}, {info.python}"
    yield "Host", info.hostname
    yield "Working directory", info.cwd
    workers = info.options.workers or 1
    isolation = f", {info.options.isolation.value}" if info.options.isolation else ""
    yield "Workers", f"{workers:,}{isolation}, on {info.options.on}"
    if info.options.timeout:
        yield "Time limit", elapsed(info.options.timeout)
    if info.options.env:
        yield "Variables given", json.dumps(dict(info.options.env), ensure_ascii=False)
    if info.environment:
        yield "Variables recorded", json.dumps(dict(info.environment), ensure_ascii=False)
    yield "Run", info.id
    yield "hopla_gui", info.hopla_gui
