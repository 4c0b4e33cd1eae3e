"""A stored run → an HTML report in one file, streamed section by section."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from hopla_gui.domain.columns import fact
from hopla_gui.engine.export.job_table import JobTable
from hopla_gui.engine.export.steps import Progress, Steps
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.report.failures import failures_section
from hopla_gui.engine.report.jobs_table import MOST_ROWS, jobs_section
from hopla_gui.engine.report.markup import tag
from hopla_gui.engine.report.page import closing, opening
from hopla_gui.engine.report.pictures import picture_figures, timeline_figure
from hopla_gui.engine.report.summary import advice_section, facts_section, head, title_of
from hopla_gui.engine.report.survey import Survey
from hopla_gui.engine.results.advising import run_advice
from hopla_gui.engine.results.stored_run import StoredRun


def write_report(
    run: StoredRun, path: Path, jobs: Sequence[int] | None, progress: Progress
) -> None:
    """Write a report on a run, or on some of its jobs."""
    with replacing(path, errors="backslashreplace") as file:
        file.writelines(_page(run, range(len(run)) if jobs is None else jobs, progress))


def _page(run: StoredRun, jobs: Sequence[int], progress: Progress) -> Iterator[str]:
    shown = list(jobs[:MOST_ROWS])
    total = len(jobs) + len(shown)
    (workers,) = run.read_columns([fact("worker")])
    survey = Survey(run.swept, run.info.units, workers)
    chosen = None if len(jobs) == len(run) else jobs
    survey.look_at(Steps(total, progress).over_pages(run.pages(chosen)))
    yield opening(title_of(run))
    yield head(run, survey)
    yield from failures_section(run, survey)
    yield from _pictures(run, survey)
    table = JobTable(run, shown, lambda done, _: progress(len(jobs) + done, total))
    table.look_at_all()
    yield from jobs_section(table, run.swept, len(shown), len(jobs))
    yield advice_section(run_advice(run, chosen))
    yield facts_section(run, _fixed(run, jobs))
    yield closing()


def _pictures(run: StoredRun, survey: Survey) -> Iterator[str]:
    figures = list(picture_figures(survey))
    figures.append(timeline_figure(survey, time.time(), run.info.job_name))
    if any(figures):
        yield tag(
            "section",
            tag("h2", "Pictures"),
            tag("div", *figures, class_="pictures"),
            id="pictures",
        )


def _fixed(run: StoredRun, jobs: Sequence[int]) -> dict[str, object]:
    """Return the parameters that are not swept, as the first job has them."""
    row = next(run.rows(jobs[:1]), None)
    given = json.loads(row.parameters) if row is not None else {}
    return {name: value for name, value in given.items() if name not in run.swept}
