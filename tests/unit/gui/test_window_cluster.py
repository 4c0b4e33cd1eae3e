"""The window and runs that go on without it: on hosts that see the run's folder."""

from __future__ import annotations

import contextlib
import subprocess
import sys

from PySide6.QtCore import Qt
from window_steps import GREET, opened, sweep_file

from hopla_gui import api
from hopla_gui.domain.columns import fact
from hopla_gui.domain.job import JobState


def started(window, script, tmp_path, qtbot, fixed=""):
    """Run a sweep of three jobs that wait for a host."""
    sweep = sweep_file(tmp_path, script(GREET), ["a", "b", "c"])
    sweep.write_text(f'{sweep.read_text()}\n[fixed]\n{fixed}\n[run]\non = "hosts"\n')
    opened(window, sweep, qtbot)
    window.start_run()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    press(qtbot, window, "Submit")
    model = window.run_panel.model
    qtbot.waitUntil(lambda: model.counts().total == 3, timeout=20_000)
    qtbot.waitUntil(lambda: bool(model.status(0).detail), timeout=20_000)
    return model.run.run_dir


def press(qtbot, window, text):
    [button] = [b for b in window.question.buttons if b.text() == text]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def start_work(run_dir):
    command = [sys.executable, "-m", "hopla_gui", "work", str(run_dir), "--workers", "1", "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def work(run_dir):
    return start_work(run_dir).communicate()[0]


def test_jobs_that_wait_say_why(open_window, script, tmp_path, qtbot):
    window = open_window()
    run_dir = started(window, script, tmp_path, qtbot)
    model = window.run_panel.model
    assert model.status(2).detail == f"on each host: hopla-gui work {run_dir / 'cluster'}"
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        assert work(run_dir) == "3 jobs run here\n"
    assert model.counts().succeeded == 3
    assert all(model.columns.load(fact("host")))


def test_closing_leaves_the_jobs_and_opening_the_run_follows_them(
    open_window, script, tmp_path, qtbot
):
    # GIVEN a run that waits for hosts
    window = open_window()
    run_dir = started(window, script, tmp_path, qtbot)
    # WHEN the window is closed, its jobs are left, and a host works on them
    window.close()
    with qtbot.waitSignal(window.closed, timeout=20_000):
        press(qtbot, window, "Leave them")
    work(run_dir)
    with contextlib.closing(api.open_run(run_dir)) as run:
        assert run.counts().queued == 3  # nobody has looked
    # THEN the next window finds how they ended
    window = open_window()
    with qtbot.waitSignal(window.run_finished, timeout=20_000):
        window.open_path(run_dir)
    assert window.run_panel.model.counts().succeeded == 3


def test_closing_cancels_the_jobs_if_that_is_wanted(open_window, script, tmp_path, qtbot):
    window = open_window()
    run_dir = started(window, script, tmp_path, qtbot)
    window.close()
    with qtbot.waitSignal(window.closed, timeout=30_000):
        press(qtbot, window, "Cancel them")
    assert work(run_dir) == "0 jobs run here\n"
    with contextlib.closing(api.open_run(run_dir)) as run:
        assert run.indices(JobState.CANCELLED) == [0, 1, 2]


def test_a_second_window_only_reads(open_window, script, tmp_path, qtbot):
    first = open_window()
    run_dir = started(first, script, tmp_path, qtbot)
    second = open_window()
    with qtbot.waitSignal(second._control.run_opened, timeout=20_000):
        second.open_path(run_dir)
    assert not second._control.is_live
    assert second.run_panel.model.counts().queued == 3
    assert second.run_panel.holder_bar.text().startswith("In use by process")
    assert not second.run_panel.resume_bar.text()
    first.close_now()
    with qtbot.waitSignal(first.closed, timeout=20_000):
        pass
    with qtbot.waitSignal(second._control.run_opened, timeout=20_000):
        second.run_panel.holder_bar.accept_button.click()
    assert not second.run_panel.holder_bar.text()
    assert second.run_panel.resume_bar.text().startswith("3 jobs")


def test_the_next_window_offers_to_follow_what_was_left_running(
    open_window, script, tmp_path, qtbot
):
    # GIVEN a run of which a job ran when the window was closed
    window = open_window()
    run_dir = started(window, script, tmp_path, qtbot, "sleep = 6.0")
    host = start_work(run_dir)
    qtbot.waitUntil(lambda: window.run_panel.model.counts().running == 1, timeout=30_000)
    window.close()
    with qtbot.waitSignal(window.closed, timeout=20_000):
        press(qtbot, window, "Leave them")
    # WHEN the next window is opened
    window = open_window()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    # THEN it follows the run, if that is wanted
    with qtbot.waitSignal(window.run_finished, timeout=60_000):
        press(qtbot, window, "Follow")
    assert window.run_panel.model.counts().succeeded == 3
    host.communicate()
