"""Stopping takes jobs a while: the window says so, and names the run that it shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from jobs_fake_run import INFO, FakeRun, succeeded
from PySide6.QtCore import Qt
from window_steps import GREET, close, opened, sweep_file

from hopla_gui.domain.events import JobFinished, JobStarted
from hopla_gui.domain.job import JobOutcome, JobState, JobStatus
from hopla_gui.domain.job_statuses import JobStatuses
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.jobs.run_heading import run_facts
from hopla_gui.gui.run_panel import RunPanel

STUBBORN = """
    import argparse, pathlib, signal, sys, time
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--gate")
    args = parser.parse_args()
    gate = pathlib.Path(args.gate)
    def linger(*_):
        while not gate.exists():
            time.sleep(0.01)
        sys.exit(1)
    signal.signal(signal.SIGTERM, linger)
    signal.signal(signal.SIGINT, linger)
    gate.with_name(f"ready-{args.name}").touch()
    while True:
        time.sleep(0.01)
"""


@pytest.fixture
def stubborn(open_window, script, tmp_path, qtbot):
    """A window that runs jobs which end, once stopped, when a file is there; and that file."""
    gate = tmp_path / "gate"
    sweep = sweep_file(tmp_path, script(STUBBORN), ["a", "b", "c"])
    sweep.write_text(sweep.read_text() + f'\n[fixed]\ngate = "{gate}"\n\n[run]\nworkers = 2\n')
    window = opened(open_window(), sweep, qtbot)
    window.start_run()
    ready = [gate.with_name(f"ready-{name}") for name in "ab"]
    qtbot.waitUntil(lambda: all(path.exists() for path in ready), timeout=20_000)
    qtbot.waitUntil(lambda: window.run_panel.model.counts().running == 2, timeout=20_000)
    yield window, gate
    gate.touch()


def stop_action(window):
    return window.header.stop_button.defaultAction()


def test_a_run_that_is_stopped_says_so_until_its_last_job_has_ended(stubborn, qtbot):
    window, gate = stubborn
    assert stop_action(window).isEnabled()
    window.job_tree.select_job(1)
    with qtbot.waitSignal(window.run_finished, timeout=20_000):
        qtbot.mouseClick(window.header.stop_button, Qt.MouseButton.LeftButton)
        assert window.run_panel.progress.held_text() == "Stopping…"
        assert [window.job_tree.text(f"job_{job}", "State") for job in (0, 1)] == ["Stopping…"] * 2
        assert "Stopping…" in window.details.header.text()
        assert not stop_action(window).isEnabled()
        gate.touch()
    assert window.run_panel.progress.held_text() == ""
    assert window.job_tree.text("job_0", "State") == "Cancelled"
    assert "Cancelled" in window.details.header.text()
    assert not stop_action(window).isEnabled()


def test_the_question_whether_to_stop_goes_with_the_last_job(stubborn, qtbot):
    window, gate = stubborn
    with qtbot.waitSignal(window.run_finished, timeout=20_000):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
        assert window.question is not None
        window._control.cancel([0, 1, 2])  # as if they had come to their end
        gate.touch()
    assert window.question is None


def test_one_job_that_is_stopped_says_so_and_the_run_goes_on(stubborn, qtbot):
    window, gate = stubborn
    window.job_tree.select_job(0)
    window.job_tree.menu().deleteLater()
    window.job_tree.stop_action.trigger()
    assert window.job_tree.text("job_0", "State") == "Stopping…"
    assert window.job_tree.text("job_1", "State") == "Running"
    window.job_tree.menu().deleteLater()
    assert not window.job_tree.stop_action.isEnabled()
    assert stop_action(window).isEnabled()
    assert window.run_panel.progress.held_text() == ""
    gate.touch()
    qtbot.waitUntil(lambda: window.job_tree.text("job_0", "State") == "Cancelled", timeout=20_000)
    window.workbench.control.stop()


def test_closing_shows_the_jobs_until_they_have_ended(stubborn, qtbot):
    window, gate = stubborn
    with qtbot.waitSignal(window.closed, timeout=20_000):
        window.close_now()
        qtbot.waitUntil(lambda: window.run_panel.progress.held_text() == "Stopping…")
        assert window.job_tree.text("job_0", "State") == "Stopping…"
        assert window.isVisible()
        gate.touch()


def test_a_job_that_starts_though_it_was_stopped_says_so(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(2), live=True)
    panel.show_stopping(None)
    assert panel.tree.text("job_0", "State") == "Queued"
    panel.apply([JobStarted(0, 1, 10.0)])
    assert panel.tree.text("job_0", "State") == "Stopping…"
    panel.apply([JobFinished(0, 1, JobOutcome(JobState.CANCELLED))])
    assert panel.tree.text("job_0", "State") == "Cancelled"
    panel.apply([JobStarted(0, 2, 10.0)])  # run again
    assert panel.tree.text("job_0", "State") == "Running · attempt 2"


def test_a_job_moved_first_says_that_it_comes_next_also_once_the_run_is_resumed(
    stubborn, open_window, qtbot
):
    # GIVEN a run of which two jobs run and one waits
    window, gate = stubborn
    assert window.job_tree.text("job_2", "State") == "Queued"
    # WHEN that one is moved first
    window.job_tree.select_job(2)
    window.job_tree.first_action.trigger()
    # THEN it says so
    assert window.job_tree.text("job_2", "State") == "Queued · next"
    tip = window.run_panel.model.index(2, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "begins before the others" in tip
    # AND when the run is resumed another day, until it begins
    run_dir = window.workbench.control.run_dir
    gate.touch()
    close(window, qtbot)
    again = opened(open_window(), run_dir, qtbot)
    assert again.job_tree.text("job_2", "State") == "Queued · next"
    again.run_panel.resume_bar.accept_button.click()
    qtbot.waitUntil(lambda: again.run_panel.model.counts().running == 2, timeout=20_000)
    assert again.job_tree.text("job_2", "State") == "Queued · next"
    again.workbench.control.cancel([0, 1])
    qtbot.waitUntil(lambda: again.job_tree.text("job_2", "State") == "Running", timeout=20_000)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"live": True, "from_history": False, "end": ""}, "running"),
        ({"live": False, "from_history": False, "end": "took 2 min 05 s"}, "took 2 min 05 s"),
        ({"live": False, "from_history": True, "end": ""}, "from history"),
    ],
)
def test_facts_of_a_run_are_told(how, words):
    run = FakeRun(1, info=replace(INFO, started=1_000_000_000.0))
    facts = run_facts(run, **how)
    assert facts.startswith("started 2001-09-")
    assert words in facts.split(" · ")
    assert ("from history" in facts) == how["from_history"]


def test_a_run_is_called_by_its_title_else_by_its_script(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.load(FakeRun(1, outcomes={0: succeeded()}, ended=90.0))
    assert panel.bar.heading.text().startswith("train.py · started 1970-01-01")
    assert panel.bar.heading.text().endswith("took 12 s · from history")
    panel.load(FakeRun(1, facts={"title": "<b>baseline</b>"}), live=True)
    assert panel.bar.heading.text().startswith("<b>baseline</b> · ")
    assert panel.bar.heading.text().endswith(" · running")
    panel.grab()


def test_a_run_whose_jobs_ran_again_tells_when_it_ended_not_that_it_took_all_that_time(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    once = JobStatus(JobState.SUCCEEDED, 0, 10.0, 1.5)
    again = JobStatus(JobState.SUCCEEDED, 0, 700.0, 1.5, attempt=2)
    panel.load(FakeRun(2), JobStandings(JobStatuses([once, again])))
    assert re.search(r" · ended 1970-01-0\d .* · from history$", panel.bar.heading.text())
    assert "took" not in panel.bar.heading.text()


def test_a_run_that_was_taken_up_again_does_not_tell_the_time_of_its_last_part(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    run = FakeRun(2, outcomes={0: succeeded()}, info=replace(INFO, started=1.0))
    panel.load(run, live=True)
    panel.finish(panel.model.counts())
    assert "took" not in panel.bar.heading.text()
    # WHEN results were taken over as the run began
    panel.load(replace(run, info=replace(INFO, started=1e9)), live=True)
    panel.finish(panel.model.counts())
    assert "took" in panel.bar.heading.text()


def test_a_form_that_is_not_that_of_the_run_is_told_quietly(open_window, script, tmp_path, qtbot):
    window = opened(open_window(), sweep_file(tmp_path, script(GREET), ["a", "b"]), qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    bar = window.run_panel.bar
    assert "took" in bar.heading.text()
    assert "from history" not in bar.heading.text()
    run_dir, made_by = window.workbench.control.run_dir, window.setup_panel.setup()
    assert bar.hint() == ""
    # WHEN the form changes
    opened(window, sweep_file(tmp_path, made_by.script, ["a", "c"]), qtbot)
    # THEN it is said, until the form is the run's again
    qtbot.waitUntil(lambda: "other settings" in bar.hint(), timeout=10_000)
    opened(window, sweep_file(tmp_path, made_by.script, ["a", "b"]), qtbot)
    qtbot.waitUntil(lambda: bar.hint() == "", timeout=10_000)
    other = tmp_path / "other.py"
    other.write_text("import argparse\nargparse.ArgumentParser().parse_args()\n")
    opened(window, other, qtbot)
    qtbot.waitUntil(lambda: "form at the left is for other.py" in bar.hint(), timeout=10_000)
    # AND a run that is opened from the history says so, with its own form beside it
    again = opened(open_window(), run_dir, qtbot)
    assert again.run_panel.bar.heading.text().endswith("from history")
    qtbot.waitUntil(lambda: again.setup_panel.form_check.job_count() == 2, timeout=10_000)
    assert again.run_panel.bar.hint() == ""
