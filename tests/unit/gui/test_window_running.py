"""Running from the window: what has run before, pilots, steering, notes, the first failure."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, opened, said, sweep_file

from hopla_gui.domain.events import PilotFinished, RunNote
from hopla_gui.domain.job import Counts, JobState
from hopla_gui.domain.pilot import how_it_went, pilot_words
from hopla_gui.gui.messages import Level
from hopla_gui.gui.run_commands import done_words

WAITING = """
    import argparse, pathlib, time
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--gate")
    args = parser.parse_args()
    while args.gate and not pathlib.Path(args.gate).exists():
        time.sleep(0.01)
"""


@pytest.fixture
def greeting(open_window, script, tmp_path, qtbot):
    """A window with a sweep over three names."""
    return opened(open_window(), sweep_file(tmp_path, script(GREET), ["a", "b", "nobody"]), qtbot)


@pytest.fixture
def gated(open_window, script, tmp_path, qtbot):
    """A window with six jobs that end when a file is there, and that file."""
    gate = tmp_path / "gate"
    sweep = sweep_file(tmp_path, script(WAITING), list("abcdef"))
    sweep.write_text(sweep.read_text() + f'\n[fixed]\ngate = "{gate}"\n\n[run]\nworkers = 1\n')
    return opened(open_window(), sweep, qtbot), gate


def control(window):
    return window.workbench.control


def run_through(window, qtbot):
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        window.start_run()
    return finished.args[0]


def asked(window, qtbot):
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    return window.question


def runs(window):
    return len(list(window.workbench.runs_dir.glob("*/run.sqlite")))


def test_the_first_failed_job_is_shown_when_a_run_ends(greeting, qtbot):
    run_through(greeting, qtbot)
    assert greeting.job_tree.selected_jobs() == [2]
    assert "nobody to greet" in greeting.details.traceback_text()


def test_a_selection_is_not_taken_away_when_a_run_ends(gated, qtbot):
    window, gate = gated
    window.start_run()
    qtbot.waitUntil(lambda: control(window).counts.running == 1, timeout=20_000)
    window.job_tree.select_job(0)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.workbench.control.cancel([3])
        gate.touch()
    assert window.job_tree.selected_jobs() == [0]


def test_only_the_new_jobs_run_when_asked_so(greeting, qtbot):
    # GIVEN a run of which two of three jobs have succeeded
    run_through(greeting, qtbot)
    # WHEN run is pressed again
    greeting.start_run()
    question = asked(greeting, qtbot)
    assert [button.text() for button in question.buttons] == [
        "Run only the other one",
        "Run all 3",
        "Cancel",
    ]
    # THEN the first answer takes over what there is
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000) as finished:
        qtbot.keyClick(question.buttons[0], Qt.Key.Key_Space)
    assert finished.args[0] == Counts(succeeded=2, failed=1)
    details = [control(greeting).run.record(job).outcome.detail for job in range(3)]
    assert "done in run" in details[0]
    assert details[2] is None or "done in run" not in details[2]


def test_the_answer_is_remembered_when_the_box_is_ticked(greeting, qtbot):
    run_through(greeting, qtbot)
    greeting.start_run()
    question = asked(greeting, qtbot)
    question.remember_box.setChecked(True)
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000):
        question.buttons[1].click()
    before = runs(greeting)
    run_through(greeting, qtbot)  # nothing is asked any more
    assert runs(greeting) == before + 1


def test_nothing_runs_when_the_question_is_left(greeting, qtbot):
    run_through(greeting, qtbot)
    greeting.start_run()
    qtbot.keyClick(asked(greeting, qtbot).buttons[0], Qt.Key.Key_Escape)
    assert not control(greeting).is_live
    assert runs(greeting) == 1
    assert greeting.run_button.isEnabled()


def test_results_that_are_all_there_are_shown_and_no_run_is_made(
    open_window, script, tmp_path, qtbot
):
    # GIVEN a run that went well, and another one after it
    good = sweep_file(tmp_path, script(GREET), ["a", "b"])
    window = opened(open_window(), good, qtbot)
    run_through(window, qtbot)
    first = control(window).run_dir
    window.workbench.begin(control(window).let_go(first))
    qtbot.waitUntil(lambda: control(window).run is None)
    # WHEN the same is run again
    window.start_run()
    question = asked(window, qtbot)
    assert question.buttons[0].text() == "Show results"
    question.buttons[0].click()
    # THEN its jobs are shown
    qtbot.waitUntil(lambda: control(window).run_dir == first, timeout=20_000)
    assert runs(window) == 1
    assert window.job_tree.text("job_1", "State") == "Succeeded"


def test_the_form_and_its_file_stay_when_results_are_shown(open_window, script, tmp_path, qtbot):
    # GIVEN the run of a sweep file, and another one on show
    path = script(GREET)
    other = sweep_file(tmp_path, path, ["c"]).rename(tmp_path / "other.toml")
    window = opened(open_window(), sweep_file(tmp_path, path, ["a", "b"]), qtbot)
    run_through(window, qtbot)
    first = control(window).run_dir
    opened(window, other, qtbot)
    run_through(window, qtbot)
    # WHEN the same jobs are run with another time limit, from the history
    opened(window, tmp_path / "greet.toml", qtbot)
    panel = window.setup_panel
    panel.tabs.setCurrentIndex(1)
    panel.options.timeout.setText("90 s")
    window.pages.show_history()
    window.start_run()
    asked(window, qtbot).buttons[0].click()
    # THEN their results are in sight
    qtbot.waitUntil(lambda: control(window).run_dir == first, timeout=20_000)
    assert runs(window) == 2
    assert not window.pages.is_history
    # AND the form is as it was, also when they are shown once more
    window.pages.show_history()
    window.start_run()
    asked(window, qtbot).buttons[0].click()
    assert not window.pages.is_history
    assert panel.tabs.currentIndex() == 1
    assert panel.setup().run.timeout == 90
    assert window.workbench.document.sweep_file == tmp_path / "greet.toml"


def test_the_results_of_several_runs_are_gathered_in_a_new_one(
    open_window, script, tmp_path, qtbot
):
    # GIVEN two runs with a job each
    path = script(GREET)
    window = open_window()
    for name in "ab":
        opened(window, sweep_file(tmp_path, path, [name]), qtbot)
        run_through(window, qtbot)
    # WHEN both jobs are asked for
    opened(window, sweep_file(tmp_path, path, ["a", "b"]), qtbot)
    window.start_run()
    question = asked(window, qtbot)
    question.remember_box.setChecked(True)
    assert question.buttons[0].text() == "Gather results"
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        question.buttons[0].click()
    # THEN a run of their own has the results
    assert finished.args[0] == Counts(succeeded=2)
    assert runs(window) == 3
    # AND that one is shown from then on, without a question
    gathered = control(window).run_dir
    window.workbench.begin(control(window).let_go(gathered))
    qtbot.waitUntil(lambda: control(window).run is None)
    window.start_run()
    qtbot.waitUntil(lambda: control(window).run_dir == gathered, timeout=20_000)
    assert runs(window) == 3
    assert said(window, Level.INFO) == ["All 2 jobs have succeeded before."]


def test_a_pilot_asks_before_the_rest_and_waits_for_a_look(greeting, qtbot):
    # WHEN one job is to go first
    greeting._commands["run_one"].trigger()
    question = asked(greeting, qtbot)
    # THEN the others wait, and still do after a look
    assert control(greeting).counts == Counts(queued=2, succeeded=1)
    assert question.buttons[0].text() == "Run the other 2"
    assert question.buttons[0].property("primary")
    qtbot.keyClick(question.buttons[0], Qt.Key.Key_Escape)
    assert greeting.run_panel.pilot_bar.isVisible()
    assert greeting.run_panel.pilot_bar.text() == "2 jobs wait behind the pilot"
    # AND run when they are told to
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000) as finished:
        greeting.run_panel.pilot_bar.accept_button.click()
    assert finished.args[0] == Counts(succeeded=2, failed=1)
    assert not greeting.run_panel.pilot_bar.isVisible()


def test_the_corners_go_first_and_the_rest_can_be_cancelled(greeting, qtbot):
    greeting._commands["run_corners"].trigger()
    question = asked(greeting, qtbot)
    states = [status.state for status in control(greeting).run.statuses()]
    assert states == [JobState.SUCCEEDED, JobState.QUEUED, JobState.FAILED]
    assert question.buttons[2].property("primary")  # to look first: one has failed
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000) as finished:
        question.buttons[1].click()
    assert finished.args[0] == Counts(succeeded=1, failed=1, cancelled=1)
    # AND what was cancelled can still be had
    assert greeting.run_panel.resume_bar.text().startswith("1 job of this run is left")
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000) as finished:
        greeting.run_panel.resume_bar.accept_button.click()
    assert finished.args[0] == Counts(succeeded=2, failed=1)


def test_a_running_run_is_paused_resized_and_put_in_another_order(gated, qtbot):
    # GIVEN one job that runs and five that wait
    window, gate = gated
    window.start_run()
    qtbot.waitUntil(lambda: control(window).counts.running == 1, timeout=20_000)
    bar = window.run_panel.bar
    assert bar.workers.isVisible()
    assert bar.workers.value() == 1
    width = bar.minimumSizeHint().width()
    # WHEN it is paused, one is moved first, and there are two workers
    window._commands["pause"].trigger()
    assert window._commands["pause"].isChecked()
    assert bar.progress.held_text() == "Paused"
    assert bar.minimumSizeHint().width() == width  # a narrow window has no room for more
    assert "running" not in bar.heading.text()
    window.job_tree.select_job(4)
    window.job_tree.menu()
    window.job_tree.first_action.trigger()
    bar.workers.setValue(2)
    assert control(window).workers == 2
    # THEN the second worker waits until it goes on, and then takes that one
    assert control(window).counts.running == 1
    window._commands["pause"].trigger()
    assert bar.heading.text().endswith("running")
    qtbot.waitUntil(lambda: control(window).counts.running == 2, timeout=20_000)
    running = [0, 4]
    qtbot.waitUntil(lambda: control(window).run.indices(JobState.RUNNING) == running)
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        gate.touch()
    assert finished.args[0] == Counts(succeeded=6)
    assert not bar.workers.isVisible()


def test_frozen_jobs_stand_still_until_they_may_go_on(open_window, script, tmp_path, qtbot):
    # GIVEN a job that counts
    ticks = tmp_path / "ticks"
    counting = f"""
        import argparse, time
        argparse.ArgumentParser().parse_args()
        with open({str(ticks)!r}, "ab", buffering=0) as out:
            for _ in range(3000):
                out.write(b".")
                time.sleep(0.01)
    """
    window = opened(open_window(), script(counting), qtbot)
    window.start_run()
    qtbot.waitUntil(lambda: ticks.exists() and ticks.stat().st_size > 3, timeout=20_000)
    qtbot.waitUntil(lambda: window.job_tree.text("job_0", "State") == "Running")
    window.job_tree.select_job(0)
    # WHEN it is frozen
    window._commands["freeze"].trigger()
    assert window._commands["pause"].isChecked()
    assert window._commands["pause"].text() == "Continue"
    seen = (-1, 0.0)

    def stands_still():
        nonlocal seen
        size = ticks.stat().st_size
        if size != seen[0]:
            seen = (size, time.monotonic())
        return time.monotonic() - seen[1] > 0.3

    qtbot.waitUntil(stands_still)
    # THEN all that shows it says so
    assert window.job_tree.text("job_0", "State") == "Frozen"
    assert window.run_panel.details.header.text().splitlines()[1] == "Frozen"
    assert window.run_panel.progress.text().endswith("1 frozen")
    chip = window.run_panel.filter_bar.state_buttons[JobState.RUNNING]
    assert (chip.text(), chip.accessibleName()) == ("Frozen 1", "Frozen")
    assert window.run_panel.progress.held_text() == "Frozen"
    assert "running" not in window.run_panel.bar.heading.text()
    # and it goes on where it was, and can be stopped
    window._commands["pause"].trigger()
    assert window.job_tree.text("job_0", "State") == "Running"
    assert window.run_panel.details.header.text().splitlines()[1] == "Running"
    assert window.run_panel.progress.text().endswith("1 running")
    assert chip.text() == "Running 1"
    assert window.run_panel.bar.heading.text().endswith("running")
    qtbot.waitUntil(lambda: ticks.stat().st_size > seen[0])
    window._commands["freeze"].trigger()
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        window._commands["stop"].trigger()
    assert finished.args[0] == Counts(cancelled=1)


def test_a_single_job_of_a_stored_run_is_run_again(greeting, open_window, qtbot):
    run_through(greeting, qtbot)
    where = control(greeting).run_dir
    greeting.workbench.begin(control(greeting).let_go(where))
    qtbot.waitUntil(lambda: control(greeting).run is None)
    greeting.workbench.open_run(where)
    qtbot.waitUntil(lambda: control(greeting).run is not None, timeout=20_000)
    greeting.job_tree.select_job(2)
    greeting.job_tree.menu()
    with qtbot.waitSignal(greeting.run_finished, timeout=30_000):
        greeting.job_tree.rerun_action.trigger()
    assert [r.attempt for r in control(greeting).run.attempts(2)] == [1, 2]
    assert greeting.details.header.attempt_box.isVisible()


def test_the_notes_of_a_run_are_shown_on_demand(greeting, qtbot):
    run_through(greeting, qtbot)
    panel = greeting.run_panel
    assert not panel.notes.isVisible()
    control(greeting).events_arrived.emit([RunNote("fork without preloading", "warning")])
    assert "(1)" in panel.bar.log_button.text()
    panel.bar.log_button.click()
    assert panel.notes.isVisible()
    assert "fork without preloading" in panel.notes.text()
    greeting._commands["run_log"].trigger()
    assert not panel.notes.isVisible()
    assert not panel.bar.log_button.isChecked()


def test_what_the_questions_say():
    title, _, buttons = done_words(12, 15, is_one_run=False)
    assert title == "12 of 15 jobs have succeeded before"
    assert buttons == ("Run only the other 3", "Run all 15", "Cancel")
    _, text, buttons = done_words(15, 15, is_one_run=True)
    assert text.startswith(
        "That was with the same script, arguments, interpreter, working directory"
    )
    assert "Time limit and other run options may have been different." in text
    assert buttons == ("Show results", "Run all 15 again", "Cancel")
    _, text, buttons = done_words(15, 15, is_one_run=False)
    assert buttons == ("Gather results", "Run all 15 again", "Cancel")
    assert text.endswith("a new one can gather them.")
    assert pilot_words(PilotFinished(237, 12.0, jobs=3), 2) == (
        "The pilot has landed. Run the rest?",
        "The 3 pilot jobs took 12.0 s each. The other 237 will take about 24 min on 2 workers.",
    )
    assert pilot_words(PilotFinished(237, None, jobs=3, failed=1), 2)[0] == (
        "1 of the 3 pilot jobs did not succeed. Run the rest?"
    )
    assert how_it_went(PilotFinished(237, 1.0, jobs=3, failed=3)) == (
        "None of the 3 pilot jobs succeeded."
    )
