"""Attempts kept apart, where results come from, and the end of a traceback in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jobs_fake_run import INFO, TRACEBACK, FakeRun, failed, succeeded
from PySide6.QtGui import QGuiApplication

from hopla_gui.domain.job import JobRecord
from hopla_gui.domain.setup import Isolation, Order, RunOptions
from hopla_gui.gui.jobs.job_details import JobDetails, Tab


@pytest.fixture
def details(qtbot):
    details = JobDetails()
    qtbot.addWidget(details)
    details.resize(700, 400)
    with qtbot.waitExposed(details):
        details.show()
    return details


@pytest.fixture
def run(tmp_path):
    """A job that failed twice and then succeeded, beside one that did at once."""
    run = FakeRun(2, tmp_path, {0: succeeded(), 1: succeeded()})
    (tmp_path / "logs").mkdir()
    older = []
    for attempt, stem in ((1, "logs/0"), (2, "logs/0.2")):
        outcome = failed(traceback=TRACEBACK.replace("BREAK", f"BREAK {attempt}"))
        older.append(JobRecord(run.spec(0), outcome, attempt, f"{stem}.out", f"{stem}.err"))
        (tmp_path / f"{stem}.out").write_text(f"output {attempt}")
    (tmp_path / "logs/0.3.out").write_text("output 3")
    run.older[0] = older
    return run


def choose(details, place):
    details.header.attempt_box.setCurrentIndex(place)
    details.header.attempt_box.activated.emit(place)


def test_each_attempt_has_its_own_traceback_output_and_values(details, run):
    details.show_job(run, 0)
    box = details.header.attempt_box
    assert [box.itemText(place) for place in range(box.count())] == [
        "Attempt 1 of 3 · Failed",
        "Attempt 2 of 3 · Failed",
        "Attempt 3 of 3 · Succeeded",
    ]
    assert box.currentIndex() == 2
    choose(details, 1)
    assert "BREAK 2" in details.traceback_text()
    assert details.output_view.stdout.view.toPlainText() == "output 2"
    choose(details, 2)
    assert details.traceback_text() == ""
    assert details.output_view.stdout.view.toPlainText() == "output 3"


def test_a_job_that_ran_once_offers_no_attempts(details, run):
    details.show_job(run, 0)
    details.show_job(run, 1)
    assert not details.header.attempt_box.isVisible()


def test_the_attempt_chosen_stays_while_the_job_goes_on_and_the_last_one_follows(details, run):
    details.show_job(run, 0)
    choose(details, 0)
    details.refresh(0)
    assert "BREAK 1" in details.traceback_text()
    choose(details, 2)
    run.older[0].append(run.record(0))
    run.outcomes[0] = failed()
    details.refresh(0)
    assert details.header.attempt_box.currentText() == "Attempt 4 of 4 · Failed"


def test_where_results_come_from_is_told_and_packages_can_be_copied(details, run):
    # GIVEN a run with all that can be known of it
    options = RunOptions(
        2, Isolation.FORK, 60.0, 1, env={"N": "1"}, order=Order.SHUFFLED, record_env=("HOME",)
    )
    run.info = replace(
        INFO, options=options, environment={"HOME": "/home/ada"}, script_sha256="abc"
    )
    run.facts = {
        "git": {"commit": "1a2b3c", "dirty": True},
        "packages": {"numpy": "2.1", "Click": "8"},
    }
    details.show_job(run, 1)
    # WHEN somebody looks
    details.tabs.setCurrentIndex(Tab.ABOUT)
    # THEN it is there
    text = details.about_view.text()
    for words in (
        "1a2b3c · with changes that are not committed",
        "3.11.7 · /usr/bin/python3",
        "2 workers · fork · shuffled · time limit 1 min 00 s · 1 retry",
        "Variables given: N=1",
        "Variables recorded: HOME=/home/ada",
        "abc",
    ):
        assert words in text
    details.about_view.copy_button.click()
    assert QGuiApplication.clipboard().text() == "Click==8\nnumpy==2.1\n"
    details.about_view.packages_button.click()
    assert details.about_view.packages_view.isVisible()
    # AND of another run only what it has
    details.show_job(FakeRun(1, run.run_dir, {0: succeeded()}), 0)
    assert "Git" not in details.about_view.text()


def test_the_error_at_the_end_of_a_traceback_is_in_sight_however_it_is_shown(details, run, qtbot):
    lines = "".join(f'  File "/a.py", line {n}, in f\n    g({n})\n' for n in range(400))
    run.outcomes[1] = failed(traceback=f"Traceback (most recent call last):\n{lines}KeyError: 1\n")
    details.tabs.setCurrentIndex(Tab.OUTPUT)
    details.show_job(run, 1)
    bar = details.traceback_view.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    details.resize(400, 300)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    details.resize(500, 350)
    assert bar.value() == 0
