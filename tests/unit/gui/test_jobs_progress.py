from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from jobs_fake_run import FakeRun

from hopla_gui.domain.events import JobRequeued, JobStarted
from hopla_gui.domain.job import Counts, JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.progress_estimate import RateEstimate, rate_words, time_left_words
from hopla_gui.gui.jobs.run_bar import RunBar
from hopla_gui.gui.jobs.run_progress import RunProgress, counts_words
from hopla_gui.gui.run_panel import RunPanel


def test_the_rate_is_that_of_the_last_seconds():
    estimate = RateEstimate()
    for tenth in range(1000):  # 10 a second for 50 s, then 100 a second
        now = tenth / 10
        estimate.add(now, int(now * 10) if now < 50 else 500 + int((now - 50) * 100))
    assert estimate.per_second == pytest.approx(100, rel=0.02)
    assert estimate.seconds_left(1000) == pytest.approx(10, rel=0.02)


def test_slow_jobs_have_a_rate_too():
    estimate = RateEstimate()
    for minute in range(6):
        estimate.add(minute * 60.0, minute)
    assert estimate.per_second == pytest.approx(1 / 60)


def test_nothing_is_promised_before_enough_jobs_have_ended():
    estimate = RateEstimate()
    estimate.add(0.0, 0)
    estimate.add(1.0, 2)
    assert estimate.per_second is None
    assert estimate.seconds_left(10) is None


def test_a_resumed_run_does_not_count_what_had_ended_before():
    estimate = RateEstimate()
    estimate.add(0.0, 90_000)
    estimate.add(10.0, 90_010)
    assert estimate.per_second == pytest.approx(1)


def test_the_rate_falls_while_nothing_ends():
    estimate = RateEstimate()
    for second in range(5):
        estimate.add(float(second), second * 10)
    before = estimate.per_second
    estimate.add(60.0, 40)
    assert before is not None
    assert estimate.per_second < before / 5


def test_jobs_that_wait_again_do_not_make_the_rate_negative():
    estimate = RateEstimate()
    for second, finished in enumerate((0, 5, 10, 4, 8, 12)):
        estimate.add(float(second), finished)
    assert estimate.per_second == pytest.approx(4)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(353.7, "354 jobs/s"), (2.13, "2.1 jobs/s"), (0.2, "12 jobs/min"), (1e-3, "3.6 jobs/h")],
)
def test_rates_in_words(rate, words):
    assert rate_words(rate) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (42, "about 40 s left"),
        (58, "about 1 min left"),
        (170, "about 3 min left"),
        (3700, "about 1 h left"),
        (9000, "about 2 h 30 min left"),
        (90_000, "about 25 h left"),
        (400_000, "about 5 days left"),
    ],
)
def test_time_left_in_words(seconds, words):
    assert time_left_words(seconds) == words


def test_what_a_resume_would_run_is_not_done():
    counts = Counts(succeeded=5, failed=2, timeout=1, cancelled=3, lost=4)
    assert counts_words(counts).startswith("8 of 15 done · 5 succeeded")
    assert (counts.done, counts.left) == (8, 7)


def test_progress_says_counts_rate_and_time(qtbot):
    progress = RunProgress()
    qtbot.addWidget(progress)
    progress.start(Counts(queued=100))
    assert progress.text() == "0 of 100 done · 100 queued"
    for second in range(11):
        done = second * 5
        progress.update(Counts(queued=98 - done, running=2, succeeded=done), 1000.0 + second)
    assert progress.text() == "50 of 100 done · 50 succeeded · 2 running · 48 queued"
    assert progress.time_text() == "5.0 jobs/s · 10 s so far · about 10 s left"
    progress.grab()
    progress.finish(Counts(succeeded=98, failed=2), 20.0)
    assert progress.text() == "100 of 100 done · 98 succeeded · 2 failed"
    assert progress.time_text() == "5.0 jobs/s on average"
    progress.clear()
    assert progress.text() == ""


def test_the_time_that_a_run_was_held_up_counts_for_no_rate(qtbot):
    progress = RunProgress()
    qtbot.addWidget(progress)
    progress.start(Counts(queued=1000))
    progress.update(Counts(queued=990, succeeded=10), 1000.0)
    progress.hold("pilot", True)
    progress.hold("pause", True)
    progress.update(Counts(queued=990, succeeded=10), 1600.0)
    progress.hold("pilot", False)
    assert progress.time_text() == "10 min 00 s so far"
    progress.hold("pause", False)
    for second in range(1, 4):
        counts = Counts(queued=990 - second * 10, succeeded=10 + second * 10)
        progress.update(counts, 1600.0 + second)
    assert progress.time_text() == "10 jobs/s · 10 min 03 s so far · about 2 min left"


def test_another_number_of_workers_makes_another_rate(qtbot):
    bar = RunBar()
    qtbot.addWidget(bar)
    steered = {"live": True, "paused": False, "frozen": False, "stopping": False}
    bar.progress.start(Counts(queued=1000))
    bar.show_run(10, **steered)
    for second in range(6):
        done = second * 10
        bar.progress.update(Counts(queued=1000 - done, succeeded=done), 1000.0 + second)
        bar.show_run(10, **steered)  # as it is shown over and over
    assert bar.progress.time_text().startswith("10 jobs/s")
    bar.show_run(1, **steered)
    for second in range(4):
        done = 50 + second
        bar.progress.update(Counts(queued=1000 - done, succeeded=done), 1006.0 + second)
    assert bar.progress.time_text() == "1.0 jobs/s · 9 s so far · about 16 min left"


def test_jobs_that_were_cancelled_count_for_no_rate(qtbot):
    progress = RunProgress()
    qtbot.addWidget(progress)
    progress.start(Counts(queued=100_000))
    for second in range(11):
        progress.update(Counts(queued=100_000 - second * 5, succeeded=second * 5), 1000.0 + second)
    stopped = Counts(cancelled=99_950, succeeded=50)
    progress.update(stopped, 1010.5)
    assert progress.time_text().startswith("4.8 jobs/s")
    progress.finish(stopped, 10.0)
    assert progress.time_text() == "5.0 jobs/s on average"


def test_time_goes_by_while_nothing_happens(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(2), live=True)
    assert panel.progress.time_text() == "starting…"
    panel.apply([JobStarted(0, 1, time.time())])
    assert panel.progress.time_text() == "0 s so far"
    qtbot.waitUntil(lambda: panel.progress.time_text() == "1 s so far", timeout=5_000)
    panel.finish(panel.model.counts())
    assert not panel._clock.isActive()


def test_jobs_that_run_again_alone_make_the_rate(qtbot, monkeypatch):
    now = [100.0]
    clock = SimpleNamespace(**{**vars(time), "monotonic": lambda: now[0]})
    monkeypatch.setattr("hopla_gui.gui.run_panel.time", clock)
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(40), JobStandings(JobStatuses([JobStatus(JobState.FAILED)] * 40)), live=True)
    panel.finish(panel.model.counts())
    panel.apply([JobRequeued(index, 2) for index in range(20)])
    assert panel.progress.time_text() == "0 s so far"
    panel.apply([JobStarted(index, 2, 5.0) for index in range(20)])
    now[0] += 10.0
    panel.finish(Counts(succeeded=20, failed=20))
    assert panel.progress.time_text() == "20 jobs in 10.0 s · 2.0 jobs/s on average"


def test_a_run_that_went_on_meanwhile_is_shown_as_it_stands(qtbot):
    statuses = [JobStatus(state) for state in (JobState.SUCCEEDED, JobState.RUNNING)]
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(3), JobStandings(JobStatuses([*statuses, JobStatus()])), live=True)
    assert panel.progress.text() == "1 of 3 done · 1 succeeded · 1 running · 1 queued"
    assert panel.progress.time_text() == ""


def test_a_filter_goes_with_the_script_that_it_was_made_for(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(3))
    panel.filter_bar.search_box.setText("lr<0.05")
    panel.load(FakeRun(4, run_dir=Path("/elsewhere")))
    assert panel.filter_bar.text() == "lr<0.05"
    other = replace(FakeRun(3).info, script="/home/ada/test.py")
    panel.load(FakeRun(3, info=other))
    assert panel.filter_bar.text() == ""


def test_jobs_that_are_shown_as_they_stood_take_no_more_time(qtbot, monkeypatch):
    panel = RunPanel()
    qtbot.addWidget(panel)
    running = JobStatus(JobState.RUNNING, started=time.time() - 60)
    panel.load(FakeRun(1), JobStandings(JobStatuses([running])), holder="process 7 on lab")
    duration = panel.model.index(0, 3)
    shown = duration.data()
    monkeypatch.setattr(panel.model, "_clock", lambda: time.time() + 3_600)
    assert duration.data() == shown == "1 min 00 s"


def test_the_filter_has_the_width_of_all_that_it_filters(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(2))
    panel.resize(1_280, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    assert panel.filter_bar.width() == panel.splitter.width()
    assert panel.filter_bar.search_box.width() == panel.filter_bar.search_box.maximumWidth()
