"""Advice in the window: shown when a run is over, followed with one click, undone with one more."""

from __future__ import annotations

import socket

import pytest
from job_uses import uses_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from stored_jobs import ended, stored_run
from window_steps import GREET, opened, sweep_file

from hopla_gui.domain.advice import Machine, advise
from hopla_gui.gui.jobs.advice_panel import AdvicePanel


def test_a_run_ends_with_advice_and_the_form_follows(open_window, script, tmp_path, qtbot):
    # GIVEN a form that asks for three workers
    window = opened(open_window(), sweep_file(tmp_path, script(GREET), ["a", "b"]), qtbot)
    advice, panel = window.run_panel.advice, window.setup_panel
    panel.options.workers.setValue(3)
    # WHEN it has run
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    # THEN there is advice, with an offer that can be followed and taken back
    qtbot.waitUntil(advice.button.isVisible, timeout=20_000)
    assert advice.button.text().startswith("Advice: ")
    assert not advice.isVisible()
    qtbot.mouseClick(advice.button, Qt.MouseButton.LeftButton)
    assert "Only 2 jobs were measured" in advice.text()
    advised = advice.follow_button.text()
    assert advised.startswith("Use ")
    qtbot.mouseClick(advice.follow_button, Qt.MouseButton.LeftButton)
    assert str(panel.setup().run.workers) == advised.split()[1]
    assert not advice.follow_button.isVisible()
    assert advice.button.text() == "Advice"
    panel.undo_control.undo()
    assert panel.setup().run.workers == 3
    assert advice.follow_button.isVisible()


def test_a_stored_run_tells_too_but_offers_nothing_to_another_form(open_window, tmp_path, qtbot):
    outcome = ended(max_rss_mb=100.0, cpu_s=1.0, hostname=socket.gethostname())
    with stored_run(tmp_path, [({"x": 1}, outcome)]) as run:
        run_dir = run.run_dir
    window = open_window()
    window.open_path(run_dir)
    advice = window.run_panel.advice
    qtbot.waitUntil(advice.button.isVisible, timeout=20_000)

    assert "A job took 1.00 s and 100 MB" in advice.button.toolTip()
    assert advice.button.text() == "Advice"
    advice.button.click()
    assert advice.isVisible()
    assert not advice.follow_button.isVisible()


@pytest.fixture
def panel(qtbot):
    button = QToolButton()
    button.setCheckable(True)
    found = AdvicePanel(button)
    for widget in (button, found):
        qtbot.addWidget(widget)
    return found


def test_nothing_measured_shows_nothing(panel):
    panel.button.setChecked(True)
    panel.show_advice(None)

    assert panel.isHidden()
    assert panel.button.isHidden()


def test_a_panel_that_is_open_stays_open_for_the_next_run(panel):
    panel.show_advice(advise(uses_of([(60, 60, 100)] * 3), Machine(4, 8000)))
    assert panel.isHidden()
    panel.button.click()
    panel.show_advice(None)
    panel.show_advice(advise(uses_of([(60, 60, 100)] * 4), Machine(4, 8000)))

    assert not panel.isHidden()
    assert "Safe on this machine: 4 workers" in panel.text()
