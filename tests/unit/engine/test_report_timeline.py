"""The timeline of a report: bars as long as the jobs took."""

from __future__ import annotations

import re

import pytest

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.timeline import Stay, timeline
from hopla_gui.engine.report.svg_timeline import draw_timeline, merged


@pytest.mark.parametrize("jobs", [10, 100, 450])
def test_a_worker_that_was_always_busy_looks_so_however_short_the_jobs(jobs):
    states = (JobState.SUCCEEDED, JobState.FAILED)
    stays = [Stay(i, states[i % 2], float(i), i + 1.0, 0, "h") for i in range(jobs)]
    markup = draw_timeline(timeline(stays, 0.0), "what ran", str)
    tags = [tag for tag in re.findall(r"<rect[^>]*>", markup) if "state-" in tag][:jobs]
    places, widths = (
        [float(tag.split(f' {name}="')[1].split('"')[0]) for tag in tags] for name in ("x", "width")
    )
    assert sum(widths) >= 0.95 * (places[-1] + widths[-1] - places[0])


@pytest.mark.parametrize("busy", [1.0, 0.5, 0.25])
@pytest.mark.parametrize("jobs", [500, 1_500, 20_000])
def test_a_worker_that_was_idle_between_short_jobs_does_not_look_busy(jobs, busy):
    stays = [Stay(i, JobState.SUCCEEDED, float(i), i + busy, 0, "h") for i in range(jobs)]
    found = timeline(stays, 0.0)
    bars = list(merged(found, found.end / 1_000))
    inked = sum((bar.end - bar.start) * bar.quarters / 4 for bar in bars)
    assert inked / found.end == pytest.approx(busy, abs=0.13)
    assert sum(bar.jobs for bar in bars) == jobs


@pytest.mark.parametrize("busy", [0.99, 0.5])
def test_many_short_jobs_that_follow_one_another_alike_are_few_bars(busy):
    stays = [Stay(i, JobState.SUCCEEDED, float(i), i + busy, 0, "h") for i in range(20_000)]
    found = timeline(stays, 0.0)
    assert len(list(merged(found, found.end / 1_000))) < 20


def test_long_jobs_stay_bars_of_their_own():
    stays = [Stay(i, JobState.SUCCEEDED, float(i), i + 1.0, 0, "h") for i in range(20)]
    found = timeline(stays, 0.0)
    assert [(bar.jobs, bar.quarters) for bar in merged(found, found.end / 1_000)] == [(1, 4)] * 20
