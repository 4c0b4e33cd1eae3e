"""Before a run: the script's own parser judges the jobs, the table shows them all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from window_steps import GREET, opened

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Repeat

PICKY = """
    import argparse
    def even(text):
        number = int(text)
        if number % 2:
            raise argparse.ArgumentTypeError(f"{number} is odd")
        return number
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=even)
    args = parser.parse_args()
"""


def sweep(window, qtbot, name, *values):
    panel = window.setup_panel
    field = panel.form.row(name).field
    with qtbot.waitSignal(panel.form_check.checked, timeout=10_000):
        panel.model.set_swept(field, True)
        panel.model.set_axis(field, Values(values))


def judged(window, qtbot):
    reached = window.preview_control.verdict_reached
    with qtbot.waitSignal(reached, timeout=20_000):
        window.preview_control.judge()


def test_values_that_the_script_refuses_are_told_at_their_field(open_window, script, qtbot):
    window = opened(open_window(), script(PICKY), qtbot)
    sweep(window, qtbot, "number", "2", "3", "4", "5")
    judged(window, qtbot)
    panel = window.setup_panel
    assert panel.preview.verdict_words == "the script's parser refuses 2 of 4 jobs"
    labels = panel.form.row("number").findChildren(QLabel)
    assert "job_1 and 1 more: 3 is odd" in [label.text() for label in labels]
    assert window.jobs_page.model.text(3, 2) == "argument --number: 5 is odd"
    assert panel.form_check.problems() == []


def test_run_asks_about_refused_jobs_and_runs_them_anyway(open_window, script, qtbot):
    window = opened(open_window(), script(PICKY), qtbot)
    sweep(window, qtbot, "number", "2", "3")
    window.start_run()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    assert [button.text() for button in window.question.buttons] == [
        "Show the first",
        "Run anyway",
        "Cancel",
    ]
    with qtbot.waitSignal(window.run_finished, timeout=20_000) as blocker:
        qtbot.mouseClick(window.question.buttons[1], Qt.MouseButton.LeftButton)
    assert (blocker.args[0].succeeded, blocker.args[0].failed) == (1, 1)


def test_values_that_are_no_choices_are_told_and_may_be_run_anyway(open_window, script, qtbot):
    text = """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--kind", choices=["a", "b"])
        parser.parse_args()
    """
    window = opened(open_window(), script(text), qtbot)
    panel = window.setup_panel
    # GIVEN a value that is no choice, and repetitions
    panel.model.set_repeat(Repeat(2))
    sweep(window, qtbot, "kind", "a", "c")
    # THEN it is told at its field, and what runs can be seen
    assert panel.form.row("kind").error() == "line 2: “c” is not one of a, b"
    assert panel.preview.count_words == "2 \N{MULTIPLICATION SIGN} 2 = 4 jobs"
    assert panel.form_check.problems() == []
    # WHEN a person runs the jobs all the same
    window.start_run()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    labels = [label.text() for label in window.question.findChildren(QLabel)]
    assert "The script's parser refuses 2 of 4 jobs" in labels
    with qtbot.waitSignal(window.run_finished, timeout=20_000) as blocker:
        qtbot.mouseClick(window.question.buttons[1], Qt.MouseButton.LeftButton)
    # THEN they run
    assert (blocker.args[0].succeeded, blocker.args[0].failed) == (2, 2)


def test_show_the_first_goes_to_the_refused_job_in_the_table(open_window, script, qtbot):
    window = opened(open_window(), script(PICKY), qtbot)
    sweep(window, qtbot, "number", "2", "3")
    window.start_run()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    qtbot.mouseClick(window.question.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.jobs_page)
    assert window.jobs_page.table.currentIndex().row() == 1
    qtbot.keyClick(window.jobs_page, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.splitter


def test_job_switched_off_in_the_table_does_not_run_and_undo_brings_it_back(
    open_window, script, qtbot
):
    window = opened(open_window(), script(GREET), qtbot)
    sweep(window, qtbot, "name", "a", "b", "c")
    window._commands["all_jobs"].trigger()
    with qtbot.waitSignal(window.setup_panel.form_check.checked):
        window.jobs_page.model.switch([1], False)
    assert window.setup_panel.preview.count_words == "3 \N{MINUS SIGN} 1 = 2 jobs"
    with qtbot.waitSignal(window.run_finished, timeout=20_000) as blocker:
        window.start_run()
    assert blocker.args[0].total == 2
    qtbot.waitUntil(lambda: window.setup_panel.preview.estimate_words != "", timeout=10_000)
    assert "a job so far" in window.setup_panel.preview.estimate_words
    with qtbot.waitSignal(window.setup_panel.form_check.checked):
        window._commands["undo"].trigger()
    assert window.setup_panel.form_check.job_count() == 3
