"""The timeline of a report: bars as long as the jobs took."""

from __future__ import annotations

import re

import pytest

from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.timeline import Stay, timeline
from hopla_gui.engine.report.svg_timeline import draw_timeline


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
