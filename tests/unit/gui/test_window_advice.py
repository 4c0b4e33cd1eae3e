"""Advice in the window: shown when a run is over, followed with one click, undone with one more."""

from __future__ import annotations

import socket

import pytest
from stored_jobs import ended, stored_run
from window_steps import GREET, opened, sweep_file

from hopla_gui.domain.advice import JobUse, Machine, advise
from hopla_gui.gui.jobs.advice_bar import AdviceBar


def test_a_run_ends_with_what_its_jobs_took_and_the_form_follows(
    open_window, script, tmp_path, qtbot
):
    # GIVEN a form that asks for three workers
    window = opened(open_window(), sweep_file(tmp_path, script(GREET), ["a", "b"]), qtbot)
    bar, panel = window.run_panel.advice_bar, window.setup_panel
    panel.options.workers.setValue(3)
    # WHEN it has run
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    # THEN what the jobs took is told, with an offer that can be followed and taken back
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert bar._summary.text().startswith("A job took ")
    assert "Only 2 jobs were measured" in bar.text()
    advised = bar.follow_button.text()
    assert advised.startswith("Use ")
    bar.follow_button.click()
    assert str(panel.setup().run.workers) == advised.split()[1]
    assert not bar.follow_button.isVisible()
    panel.undo_control.undo()
    assert panel.setup().run.workers == 3
    assert bar.follow_button.isVisible()


def test_a_stored_run_tells_too_but_offers_nothing_to_another_form(open_window, tmp_path, qtbot):
    outcome = ended(max_rss_mb=100.0, cpu_s=1.0, hostname=socket.gethostname())
    with stored_run(tmp_path, [({"x": 1}, outcome)]) as run:
        run_dir = run.run_dir
    window = open_window()
    window.open_path(run_dir)
    qtbot.waitUntil(window.run_panel.advice_bar.isVisible, timeout=20_000)

    assert window.run_panel.advice_bar._summary.text() == "A job took 1.00 s and 100 MB"
    assert not window.run_panel.advice_bar.follow_button.isVisible()


@pytest.fixture
def bar(qtbot):
    found = AdviceBar()
    qtbot.addWidget(found)
    return found


def test_nothing_measured_shows_nothing(bar):
    bar.show_advice(None)

    assert bar.isHidden()


def test_the_advice_unfolds(bar):
    bar.show_advice(advise([JobUse(60, 60, 100)] * 3, Machine(4, 8000)))
    assert bar._details.isHidden()
    bar.fold_button.click()

    assert not bar._details.isHidden()
    assert "Safe on this machine: 4 workers" in bar.text()
