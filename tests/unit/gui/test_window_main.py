"""The window as a whole, offscreen: open, run, export, close, and what it says when it cannot."""

from __future__ import annotations

import json
import sys

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, close, drop_on, opened, said, sweep_file

from hopla_gui.engine.inspection.trust import trust
from hopla_gui.gui.messages import Level


def test_first_start_says_what_to_do(open_window):
    window = open_window()
    assert window.pages.currentWidget() is window.empty
    assert not window.run_button.isEnabled()
    assert window.empty.open_button.hasFocus()


def test_script_becomes_a_form_that_can_be_run(open_window, script, qtbot):
    path = script(GREET, "greet.py")
    window = opened(open_window(), path, qtbot)
    assert window.pages.currentWidget() is window.splitter
    assert window.windowTitle() == "greet.py[*]"
    assert window.run_button.isEnabled()


def test_focus_goes_to_the_form_of_what_is_opened_and_to_the_jobs_of_what_runs(
    open_window, script, qtbot
):
    window = open_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    opened(window, script(GREET, "greet.py"), qtbot)
    assert window.setup_panel.form.row("name").editor.hasFocus()
    window.run_button.setFocus()
    with qtbot.waitSignal(window.run_finished, timeout=20_000):
        window.run_button.click()
    assert window.job_tree.hasFocus()


def test_new_window_fits_the_screen_with_its_frame(open_window):
    window = open_window()
    assert window.height() < window.screen().availableSize().height()


def test_hidden_pages_and_long_paths_do_not_widen_the_window(open_window, script, settings, qtbot):
    path = script(GREET, "a_long_folder_name/" * 12 + "greet.py")
    settings.add_recent(path)
    window = open_window()
    assert window.empty.minimumSizeHint().width() < 800
    window.history.setMinimumWidth(2000)
    opened(window, path, qtbot)
    assert window.minimumSizeHint().width() < 640


def test_script_that_fails_is_explained_in_the_window(open_window, script, qtbot):
    # GIVEN a script that cannot be inspected
    window = open_window()
    path = script("import nonsense_that_is_not_there\n", "broken.py")
    with qtbot.waitSignal(window.workbench.document.refused, timeout=20_000) as refused:
        window.open_path(path)
    assert "broken.py" in refused.args[0].what
    assert window.setup_panel.problem.isVisible()
    assert "nonsense_that_is_not_there" in window.setup_panel.problem._detail.toPlainText()
    assert not window.run_button.isEnabled()
    # WHEN it is mended and tried again
    script(GREET, "broken.py")
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        window.setup_panel.problem.retry_wanted.emit()
    # THEN there is its form
    assert window.setup_panel.form.isVisible()
    assert window.run_button.isEnabled()


def test_missing_file_is_named(open_window, tmp_path):
    window = open_window(tmp_path / "gone.py")
    assert str(tmp_path / "gone.py") in said(window, Level.ERROR)[0]


def test_failed_job_shows_exit_code_and_traceback(open_window, script, tmp_path, qtbot):
    # GIVEN a sweep whose second job raises
    sweep = sweep_file(tmp_path, script(GREET), ["you", "nobody", "me"])
    window = opened(open_window(), sweep, qtbot)
    assert window.run_button.text() == "Run 3 jobs"
    # WHEN it runs
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        qtbot.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    # THEN the counts, the tree and the details explain it
    assert (finished.args[0].succeeded, finished.args[0].failed) == (2, 1)
    assert window.job_tree.text("job_1", "Exit code") == "1"
    window.job_tree.select_job(1)
    assert "ValueError: nobody to greet" in window.details.traceback_text()
    # AND the results can be exported
    results = tmp_path / "results.json"
    with qtbot.waitSignal(window.export_control.message, timeout=20_000):
        window.export_control.export(window.workbench.control.run_dir, results, count=3)
    found = json.loads(results.read_text())
    assert found["exitcodes"] == {"job_0": 0, "job_1": 1, "job_2": 0}
    assert found["jobs"][0]["values"] == {"greeting": "hello you"}


def test_stored_run_opens_again(open_window, script, tmp_path, qtbot):
    sweep = sweep_file(tmp_path, script(GREET), ["you", "nobody"])
    window = opened(open_window(), sweep, qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    run_dir = window.workbench.control.run.run_dir
    close(window, qtbot)
    other = open_window(run_dir)
    qtbot.waitUntil(lambda: other.workbench.control.run is not None)
    assert other.job_tree.text("job_1", "State") == "Failed"
    assert not other.workbench.control.is_live


def test_closing_asks_while_jobs_run_and_stops_them(open_window, script, qtbot):
    window = opened(open_window(), script(GREET.replace("default=0", "default=600")), qtbot)
    window.start_run()
    qtbot.waitUntil(lambda: window.workbench.control.counts.running == 1, timeout=20_000)
    # the question's way out
    window.close()
    question = window.findChild(type(window.question), "question")
    qtbot.keyClick(question.buttons[0], Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.workbench.control.is_live
    # the other one
    window.close()
    with qtbot.waitSignal(window.closed, timeout=20_000):
        window.question.buttons[0].click()
    assert not window.isVisible()


def test_form_that_was_not_saved_comes_back(open_window, script, tmp_path, qtbot):
    path = script(GREET, "greet.py")
    sweep = sweep_file(tmp_path, path, ["a", "b", "c"])
    window = opened(open_window(), sweep, qtbot)
    close(window, qtbot)
    again = open_window()
    qtbot.waitUntil(lambda: again.run_button.text() == "Run 3 jobs", timeout=20_000)
    assert any("are back" in text for text in said(again, Level.INFO))


def test_form_left_as_it_was_is_not_announced(open_window, script, tmp_path, qtbot):
    path = script(GREET, "greet.py")
    close(opened(open_window(), path, qtbot), qtbot)
    again = opened(open_window(path), path, qtbot)
    assert said(again, Level.INFO) == []


def test_dropped_file_is_opened_once_it_is_trusted(open_window, script, qtbot):
    window = open_window()
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        drop_on(window, script(GREET, "dropped file.py"))
        qtbot.waitUntil(lambda: window.question is not None, timeout=10_000)
        qtbot.mouseClick(window.question.buttons[0], Qt.MouseButton.LeftButton)
    assert window.windowTitle() == "dropped file.py[*]"


def test_inspection_can_be_given_up(open_window, script, qtbot):
    window = open_window()
    window.open_path(script("import time\ntime.sleep(600)\n", "slow.py"))
    qtbot.waitUntil(window.setup_panel.inspecting.isVisible)
    with qtbot.waitSignal(window.workbench.document.cancelled):
        window.setup_panel.inspecting.cancel_wanted.emit()
    assert window.messages.messages == ()
    assert window.pages.currentWidget() is window.empty


def test_inspection_given_up_leaves_the_form_that_was_there(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    panel = window.setup_panel
    panel.model.set_value(panel.form.row("name").field, "Ada")
    before = panel.setup()
    slow = script("import time\ntime.sleep(600)\n", "slow.py")
    sweep = slow.with_suffix(".toml")
    sweep.write_text(f'[script]\npath = "slow.py"\npython = {json.dumps(sys.executable)}\n')
    trust(slow)
    window.open_path(sweep)
    qtbot.waitUntil(panel.inspecting.isVisible, timeout=20_000)
    assert panel.script_bar.python.currentText() == sys.executable
    with qtbot.waitSignal(window.workbench.document.cancelled):
        panel.inspecting.cancel_wanted.emit()
    assert panel.setup() == before
    assert panel.script_bar.python.currentText() == ""


def test_whether_jobs_are_compared_by_differences_alone_is_remembered(open_window, qtbot):
    window = open_window()
    window.details.compare_view.only_button.click()
    close(window, qtbot)
    assert open_window().details.compare_view.only_button.isChecked()


def test_theme_is_remembered_and_told(open_window, settings, qtbot):
    window = open_window()
    with qtbot.waitSignal(window.theme_chosen) as chosen:
        window._commands.themes["dark"].trigger()
    assert chosen.args == ["dark"]
    assert settings.theme == "dark"


def test_bug_is_shown_with_details_to_copy(open_window):
    window = open_window()
    window.show_bug("A bug in hopla_gui: KeyError: 1.", "Traceback…")
    (message,) = window.messages.messages
    assert (message.level, message.detail) == (Level.ERROR, "Traceback…")


@pytest.mark.parametrize("page", ["work", "jobs", "table", "report", "history"])
def test_window_fits_a_quarter_of_a_small_screen_on_every_page(open_window, script, qtbot, page):
    """At 200 % a screen of 1280 x 800 has 640 x 400: less than some pages need."""
    window = opened(open_window(), script(GREET), qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=20_000):
        window.start_run()
    pages = {
        "work": window.splitter,
        "jobs": window.jobs_page,
        "table": window.table_page,
        "report": window.report_page,
        "history": window.history,
    }
    window.pages.show_page(pages[page])
    window.resize(600, 340)
    qtbot.waitUntil(lambda: window.minimumSizeHint().width() <= 600)
    assert (window.width(), window.height()) == (600, 340)
