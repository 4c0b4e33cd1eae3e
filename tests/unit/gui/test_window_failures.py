"""Failures in the window, from a real run: grouped, explained, filtered, run again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from window_steps import close, opened, sweep_file

from hopla_gui.domain.columns import parameter
from hopla_gui.gui.traceback.frames_view import FramesView

FAILING = """
    import argparse, os
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--kill", default="k")
    args = parser.parse_args()

    def check(name):
        secret_token = "hunter2"
        if name.startswith("bad"):
            raise ValueError(f"cannot use {name!r}")

    check(args.name)
    if args.name == args.kill:
        os.kill(os.getpid(), 9)
"""
NAMES = ["a", "bad1", "b", "bad2", "k", "c", "bad3"]


@pytest.fixture
def failing(open_window, script, tmp_path, qtbot):
    window = opened(open_window(), sweep_file(tmp_path, script(FAILING), NAMES), qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    pane = window.run_panel.failures
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
    return window


def visible(window):
    return sorted(window.run_panel.model.visible_jobs())


def choose(window, row):
    pane = window.run_panel.failures
    pane.view.setCurrentIndex(pane.model.index(row))


def test_the_filter_of_a_group_goes_with_its_run_and_its_window(failing, open_window, qtbot):
    bar = failing.run_panel.filter_bar
    run = failing.workbench.control.run
    choose(failing, 0)
    assert bar.text().startswith("job.failure=")
    failing.run_panel.load(run)  # as when jobs of it run again
    assert bar.text().startswith("job.failure=")
    # WHEN another one is loaded
    failing.run_panel.load(None)
    failing.run_panel.load(run)
    # THEN all its jobs are in sight
    assert bar.text() == ""
    qtbot.waitUntil(lambda: len(visible(failing)) == len(NAMES))
    # AND the next window begins without it, too
    qtbot.waitUntil(lambda: failing.run_panel.failures.model.rowCount() == 2)
    choose(failing, 0)
    assert bar.text()
    close(failing, qtbot)
    assert open_window().run_panel.filter_bar.text() == ""


def test_a_group_shows_its_jobs_and_one_of_them_with_its_frames(failing, qtbot):
    pane = failing.run_panel.failures
    first, second = (pane.model.words(row) for row in range(2))
    assert (first.count, first.title) == ("3", "ValueError at script.py:11")
    assert first.message == "cannot use …"
    assert second.title == "killed by SIGKILL"
    choose(failing, 0)
    qtbot.waitUntil(lambda: visible(failing) == [1, 3, 6])
    view = failing.details.traceback_view
    assert view.has_frames
    view.open_all_button.click()  # there may be no room for the variables at first
    shown = view.frames.toPlainText()
    assert "script.py:11 in check" in shown
    assert "name = 'bad1'" in shown
    assert "hunter2" not in shown.replace('secret_token = "hunter2"', "")
    choose(failing, 1)
    qtbot.waitUntil(lambda: visible(failing) == [4])
    qtbot.waitUntil(lambda: failing.details.index == 4)
    pane.choose_none()
    qtbot.waitUntil(lambda: len(visible(failing)) == len(NAMES))


def test_another_filter_lets_the_group_go(failing, qtbot):
    choose(failing, 0)
    qtbot.waitUntil(lambda: len(visible(failing)) == 3)
    failing.run_panel.filter_bar.search_box.setText("state:succeeded")
    qtbot.waitUntil(lambda: visible(failing) == [0, 2, 5])
    assert failing.run_panel.failures.chosen is None


def test_escape_in_the_jobs_shows_all_of_them_again(failing, qtbot):
    choose(failing, 0)
    qtbot.waitUntil(lambda: len(visible(failing)) == 3)
    assert failing.run_panel.filter_bar.all_button.text() == "3 of 7"
    qtbot.keyClick(failing.run_panel.tree, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(visible(failing)) == len(NAMES))
    assert failing.run_panel.filter_bar.all_button.text() == "All 7"
    assert failing.run_panel.failures.chosen is None


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_enter_leads_from_a_traceback_to_the_editor_and_starts_no_run(failing, qtbot, key):
    choose(failing, 0)
    frames = failing.run_panel.details.findChild(FramesView)
    qtbot.waitUntil(frames.isVisible)
    runs = failing.workbench.control.run_dir
    frames.setFocus()
    with qtbot.waitSignal(frames.place_wanted):
        qtbot.keyClick(frames, key, Qt.KeyboardModifier.ControlModifier)
    assert failing.question is None
    assert failing.workbench.control.run_dir == runs
    assert not failing.workbench.control.is_live


def test_a_group_is_run_again(failing, open_window, qtbot):
    choose(failing, 1)
    pane = failing.run_panel.failures
    with qtbot.waitSignal(failing.run_finished, timeout=30_000):
        pane.rerun_button.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
    assert failing.workbench.control.run.record(4).attempt == 2
    assert failing.workbench.control.run.record(1).attempt == 1
    qtbot.waitUntil(lambda: failing.details.index == 4)  # what has come of it is shown
    # AND it tells when it ended, here and wherever it is shown later: it stood idle in between
    ended = failing.run_panel.bar.heading.text().split(" · ")[2]
    assert ended.startswith("ended today")
    assert failing.run_panel.progress.time_text().startswith("1 job in ")
    other = open_window()
    other.open_path(failing.workbench.control.run_dir)
    heading = other.run_panel.bar.heading
    qtbot.waitUntil(lambda: heading.text().endswith("from history"))
    assert heading.text().split(" · ")[2] == ended


def test_the_next_window_shows_jobs_and_failures_as_this_one_did(failing, open_window, qtbot):
    # GIVEN groups, causes folded away, a traceback as text with long lines as they are
    panel, folder = failing.run_panel, failing.workbench.control.run_dir
    panel.model.set_grouping(parameter("name"))
    panel.failures.title_button.click()
    view = panel.details.traceback_view
    qtbot.waitUntil(lambda: view.has_frames)
    view.text_button.click()
    view.wrap_button.click()
    panel.details.output_view.wrap_button.click()
    # WHEN the window is closed and another one opened
    close(failing, qtbot)
    other = open_window()
    other.open_path(folder)
    panel = other.run_panel
    # THEN it shows the run in the same way
    qtbot.waitUntil(lambda: panel.failures.model.rowCount() == 2)
    assert panel.failures.title_button.isVisible()
    assert panel.failures.view.isHidden()
    assert panel.filter_bar.group_button.text() == "By name"
    other.job_tree.select_job(1)
    view = panel.details.traceback_view
    qtbot.waitUntil(lambda: view.text().endswith("cannot use 'bad1'"))
    assert not view.has_frames
    assert view.text_button.isChecked()
    assert not view.wrap_button.isChecked()
    assert panel.details.output_view.wrap_button.isChecked()


def test_a_stored_run_shows_its_failures_again(failing, open_window, qtbot):
    folder = failing.workbench.control.run_dir
    other = open_window()
    other.open_path(folder)
    pane = other.run_panel.failures
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2, timeout=20_000)
    qtbot.waitUntil(lambda: "name" not in pane.model.words(1).note)
    assert pane.model.words(0).count == "3"


def test_causes_stand_above_the_jobs_as_soon_as_the_run_does(failing, open_window, qtbot):
    # GIVEN a stored run of which jobs have failed
    run_dir = failing.workbench.control.run_dir
    close(failing, qtbot)
    window = open_window()
    seen = []
    window.workbench.control.run_opened.connect(
        lambda *_: seen.append(window.run_panel.failures.model.rowCount())
    )
    # WHEN it is opened
    with qtbot.waitSignal(window.workbench.control.run_opened, timeout=20_000):
        window.open_path(run_dir)
    # THEN nothing has to move for its causes
    assert seen == [2]
