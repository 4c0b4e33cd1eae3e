"""The form beside a run: its room can be the jobs', and it is back when it is needed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from window_steps import GREET, opened, sweep_file


@pytest.fixture
def ran(open_window, script, tmp_path, qtbot):
    """Return a window with a run, in which its form is hidden."""
    window = opened(open_window(), sweep_file(tmp_path, script(GREET), ["ada", "bo"]), qtbot)
    assert not window._commands["form"].isEnabled()  # there is nothing to give the room to
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    assert window._commands["form"].isEnabled()
    window.run_panel.bar.form_button.click()
    assert window.setup_panel.isHidden()
    assert not window._commands["form"].isChecked()
    return window


def test_the_form_gives_its_room_to_the_jobs_and_takes_it_back(ran, qtbot):
    panel, width = ran.run_panel, ran.run_panel.width()
    ran.run_panel.bar.form_button.click()
    assert ran.setup_panel.isVisible()
    qtbot.waitUntil(lambda: panel.width() < width)
    assert ran.run_panel.bar.form_button.isChecked()


def test_the_form_is_back_when_somebody_goes_there(ran, qtbot):
    qtbot.keyClick(ran, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert ran.setup_panel.isVisible()


def test_the_form_is_back_when_a_problem_in_it_keeps_a_run_from_starting(ran, qtbot):
    panel = ran.setup_panel
    with qtbot.waitSignal(panel.form_check.checked):
        panel.model.set_value(panel.form.row("sleep").field, "soon")
    assert panel.form_check.problems()
    ran.start_run()
    assert ran.setup_panel.isVisible()


def test_the_form_is_back_with_another_script_but_not_with_a_stored_run(ran, script, qtbot):
    run = ran.workbench.control.run
    with qtbot.waitSignal(ran.workbench.document.opened, timeout=20_000):
        ran.open_path(run.run_dir)
    assert ran.setup_panel.isHidden()
    opened(ran, script(GREET, "other.py"), qtbot)
    assert ran.setup_panel.isVisible()


@pytest.fixture
def narrow(open_window, script, tmp_path, qtbot):
    """Return a window with a sweep, as wide as a screen of 1280 pixels is at 200 %."""
    window = open_window()
    window.resize(640, 400)
    return opened(window, sweep_file(tmp_path, script(GREET), ["ada", "bo"]), qtbot)


def test_a_narrow_window_shows_the_form_alone_and_with_the_run_its_jobs(narrow, qtbot):
    jobs, form = narrow.run_panel, narrow.setup_panel
    assert form.isVisible()
    assert not jobs.isVisible()
    assert form.width() > 600
    assert not form.script_bar.jobs_button.isVisible()  # there are none yet
    form.form.setFocus()
    with qtbot.waitSignal(narrow.run_finished, timeout=30_000):
        narrow.start_run()
    assert jobs.isVisible()
    assert not form.isVisible()
    assert narrow.job_tree.hasFocus()
    jobs.bar.form_button.click()
    assert form.isVisible()
    assert form.isAncestorOf(QApplication.focusWidget())
    assert not jobs.isVisible()
    form.script_bar.jobs_button.click()
    assert jobs.isVisible()
    qtbot.keyClick(narrow, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert form.isVisible()
    qtbot.keyClick(narrow, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert narrow.job_tree.hasFocus()
    narrow.resize(1200, 700)
    narrow._commands["form"].trigger()
    assert form.isVisible()
    assert jobs.isVisible()


@pytest.mark.parametrize("comes_from_form", [False, True])
def test_what_is_gone_to_is_in_sight_on_a_small_screen(narrow, comes_from_form, qtbot):
    # GIVEN a job whose details are partly below what is in sight
    tree, details, side = narrow.job_tree, narrow.details, narrow.splitter.jobs_side
    with qtbot.waitSignal(narrow.run_finished, timeout=30_000):
        narrow.start_run()
    tree.select_job(0)
    qtbot.waitUntil(lambda: side.verticalScrollBar().maximum() > 0)
    assert details.visibleRegion().boundingRect() != details.rect()
    if comes_from_form:
        qtbot.keyClick(narrow, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    # WHEN somebody goes there, THEN all of them is in sight
    qtbot.keyClick(narrow, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: details.visibleRegion().boundingRect() == details.rect())
    assert details.hasFocus()
    # and the job again, when somebody goes back to it
    row = tree.visualRect(tree.currentIndex())
    assert not tree.viewport().visibleRegion().contains(row)
    qtbot.keyClick(narrow, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: tree.viewport().visibleRegion().contains(row))
