"""The stored runs: listed, filtered, described, opened, resumed, run again, deleted."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from window_steps import GREET, close, opened, sweep_file

from hopla_gui import api
from hopla_gui.domain.job import Counts
from hopla_gui.engine.results.lock import FileLock, lock_holder
from hopla_gui.engine.results.store import DATABASE, LOCK, connect
from hopla_gui.gui.history.history_control import crash_words
from hopla_gui.gui.history.history_model import Column, HistoryModel
from hopla_gui.gui.history.history_page import HistoryPage, about_words
from hopla_gui.gui.history.jobs_delegate import jobs_text
from hopla_gui.gui.history.run_summary import RunSummary, find_left, read_summary
from hopla_gui.gui.jobs.formatting import when
from hopla_gui.gui.page_stack import PageStack
from hopla_gui.gui.scroll_when_small import ScrollWhenSmall

RUN = RunSummary(Path("/runs/r1"), Path("/home/ada/train.py"), 0.0, 2, Counts(succeeded=12))
RUNS = [
    RUN,
    replace(RUN, run_dir=Path("/runs/r2"), title="Rates", note="the good one"),
    replace(RUN, run_dir=Path("/runs/r3"), counts=Counts(failed=2, queued=3)),
]


@pytest.fixture
def model(qtmodeltester):
    model = HistoryModel()
    model.set_runs(RUNS)
    return model


def test_model_keeps_qts_rules(model, qtmodeltester):
    qtmodeltester.check(model)
    model.set_filter("rates")
    qtmodeltester.check(model)


def test_runs_are_found_by_title_script_and_note(model):
    assert model.rowCount() == 3
    model.set_filter("rates good")
    assert [model.index(row, Column.RUN).data() for row in range(model.rowCount())] == ["Rates"]
    model.set_filter("TRAIN")
    assert model.rowCount() == 3


def test_what_is_written_in_a_cell_is_told(model, qtbot):
    with qtbot.waitSignal(model.described) as told:
        model.setData(model.index(0, Column.RUN), "  A title ")
    assert told.args == [RUN.run_dir, "title", "A title"]
    with qtbot.assertNotEmitted(model.described):
        model.setData(model.index(1, Column.NOTE), "the good one")


def test_renaming_begins_with_the_name_that_a_run_has(model, qtbot):
    index = model.index(0, Column.RUN)
    assert index.data(Qt.ItemDataRole.EditRole) == "train.py"
    with qtbot.assertNotEmitted(model.described):
        model.setData(index, "train.py")


def test_a_run_says_how_it_stands():
    crashed = replace(RUN, counts=Counts(succeeded=9, running=3))
    assert jobs_text(RUN) == "12 jobs"
    assert jobs_text(RUNS[2]) == "5 jobs · 2 failed · 3 left"
    assert jobs_text(crashed) == "12 jobs · 3 lost"
    assert about_words(crashed).startswith("The program ended while 3 jobs ran")
    left = replace(RUN, counts=Counts(succeeded=9, queued=3))
    assert about_words(left).startswith("3 of 12 jobs are left to run. ")
    for run in (crashed, left):
        assert "its folder cannot be written." in about_words(replace(run, is_read_only=True))
    busy = replace(crashed, holder="process 7 on lab")
    assert about_words(busy).startswith("In use by process 7 on lab.")
    assert jobs_text(busy) == "12 jobs · running"


def test_times_are_told_as_people_do():
    now = datetime(2026, 11, 23, 18, 0).astimezone()
    ago = {0: "today 17:00", 1: "yesterday 17:00", 12: "11 Nov 17:00", 400: "2025-10-19 17:00"}
    for days, words in ago.items():
        at = datetime.fromordinal(now.toordinal() - days).replace(hour=17).astimezone()
        assert when(at.timestamp(), now) == words


def test_a_held_file_names_its_holder_and_stays_held(tmp_path):
    path = tmp_path / "lock"
    assert lock_holder(path) is None
    with FileLock(path):
        assert str(os.getpid()) in (lock_holder(path) or "")
        assert lock_holder(path)
    assert lock_holder(path) is None


# In the window


@pytest.fixture
def greeting(open_window, script, tmp_path, qtbot):
    """A window that has run a sweep over three names, one of which fails."""
    sweep = sweep_file(tmp_path, script(GREET), ["a", "b", "nobody"])
    window = opened(open_window(), sweep, qtbot)
    with qtbot.waitSignal(window.run_finished, timeout=30_000):
        window.start_run()
    return window


def history(window, qtbot, runs):
    """Show the history and wait until so many runs are listed."""
    window._commands["history"].trigger()
    qtbot.waitUntil(lambda: window.history.model.rowCount() == runs, timeout=20_000)
    qtbot.waitUntil(lambda: len(window.history.selected()) == 1)
    return window.history


def test_history_opens_and_closes_with_the_keyboard(greeting, qtbot):
    page = history(greeting, qtbot, 1)
    assert greeting.pages.currentWidget() is page
    assert page.table.hasFocus()
    assert page.model.index(0, Column.RUN).data() == "script.py"
    greeting._commands["find"].trigger()
    assert page.search_box.hasFocus()
    page.search_box.setText("nothing like that")
    assert page.model.rowCount() == 0
    page.grab()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 1
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert greeting.pages.currentWidget() is greeting.splitter
    assert not greeting._commands["history"].isChecked()


def test_a_run_gets_a_title_and_a_note_where_it_stands(greeting, qtbot):
    # GIVEN the run that the window itself holds
    page = history(greeting, qtbot, 1)
    where = page.selected()[0].run_dir
    # WHEN it is renamed by key
    page.rename_action.trigger()
    editor = page.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "First try")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    # THEN the row says so, and so does the store
    qtbot.waitUntil(lambda: page.model.index(0, Column.RUN).data() == "First try")
    qtbot.waitUntil(lambda: read_summary(where).title == "First try")
    # AND so does the head of the run, which is shown behind the history
    heading = greeting.run_panel.bar.heading
    assert heading.text().startswith("First try · started today")
    # AND a run that nobody holds can be described too
    greeting.workbench.begin(greeting.workbench.control.let_go(where))
    qtbot.waitUntil(lambda: greeting.workbench.control.run is None)
    page.described.emit(where, "note", "too high")
    qtbot.waitUntil(lambda: page.model.index(0, Column.NOTE).data() == "too high")
    assert (read_summary(where).title, read_summary(where).note) == ("First try", "too high")


def test_the_number_of_workers_is_the_one_that_was_asked_for_last(greeting, qtbot):
    where = greeting.workbench.control.run_dir
    greeting.workbench.control.resize(7)
    qtbot.waitUntil(lambda: read_summary(where).workers == 7)


def test_deleting_asks_and_takes_the_shown_run_away(greeting, qtbot):
    page = history(greeting, qtbot, 1)
    where = page.selected()[0].run_dir
    page.delete_action.trigger()
    texts = [label.text() for label in greeting.question.findChildren(QLabel)]
    assert any(text.startswith("Delete “script.py” of today ") for text in texts)
    qtbot.keyClick(greeting.question.buttons[0], Qt.Key.Key_Escape)
    assert where.exists()
    page.delete_action.trigger()
    greeting.question.buttons[0].click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=20_000)
    assert not where.exists()
    assert greeting.workbench.control.run is None
    page.grab()


def test_opening_a_run_shows_its_jobs_and_refills_the_form(
    greeting, open_window, script, tmp_path, qtbot
):
    # GIVEN another window with another form
    close(greeting, qtbot)
    other = opened(open_window(), script(GREET, "other.py"), qtbot)
    page = history(other, qtbot, 1)
    # WHEN the run is opened with Enter
    with qtbot.waitSignal(other.workbench.document.opened, timeout=20_000):
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    # THEN its jobs and its form are there
    assert other.pages.currentWidget() is other.splitter
    assert other.job_tree.text("job_2", "State") == "Failed"
    assert other.workbench.document.script == tmp_path / "script.py"
    qtbot.waitUntil(lambda: other.run_button.text() == "Run 3 jobs", timeout=20_000)


def test_opening_another_run_asks_before_it_stops_the_jobs(greeting, script, qtbot):
    # GIVEN a run that is over, and one that runs
    first = greeting.workbench.control.run_dir
    sleeping = script(GREET.replace("default=0", "default=600"), "sleep.py")
    opened(greeting, sleeping, qtbot).start_run()
    control = greeting.workbench.control
    qtbot.waitUntil(lambda: control.counts.running == 1, timeout=20_000)
    second = control.run_dir
    # WHEN the first is to be shown, by the page and by the file menu, and the answer is no
    history(greeting, qtbot, 2).open_wanted.emit(first)
    qtbot.keyClick(greeting.question.buttons[0], Qt.Key.Key_Escape)
    greeting.open_path(first)
    assert greeting.question.buttons[0].text() == "Stop"
    qtbot.keyClick(greeting.question.buttons[0], Qt.Key.Key_Escape)
    assert (control.run_dir, control.counts.running) == (second, 1)
    # THEN the jobs go on, until the answer is yes
    greeting.open_path(first)
    greeting.question.buttons[0].click()
    qtbot.waitUntil(lambda: control.run_dir == first, timeout=20_000)
    assert greeting.job_tree.text("job_2", "State") == "Failed"
    qtbot.waitUntil(lambda: read_summary(second).holder is None, timeout=20_000)
    assert read_summary(second).counts.running == 0


def test_resuming_with_failed_ones_keeps_the_run_live(greeting, open_window, qtbot):
    close(greeting, qtbot)
    other = open_window()
    page = history(other, qtbot, 1)
    assert not page.resume_action.isEnabled()
    assert page.resume_failed_action.isEnabled()
    with qtbot.waitSignal(other.run_finished, timeout=30_000) as finished:
        page.resume_failed_action.trigger()
    assert finished.args[0] == Counts(succeeded=2, failed=1)
    assert other.job_tree.text("job_2", "State") == "Failed · attempt 2"
    assert other.pages.currentWidget() is other.splitter


def test_running_again_fills_the_form_and_makes_a_new_run(greeting, open_window, qtbot):
    close(greeting, qtbot)
    other = open_window()
    page = history(other, qtbot, 1)
    page.again_action.trigger()
    qtbot.waitUntil(lambda: other.question is not None, timeout=20_000)
    with qtbot.waitSignal(other.run_finished, timeout=30_000) as finished:
        other.question.buttons[1].click()
    assert finished.args[0] == Counts(succeeded=2, failed=1)
    assert len(api.list_runs(other.workbench.runs_dir)) == 2


def test_a_run_of_another_process_says_which(greeting, open_window, qtbot):
    # GIVEN a run that has jobs left, and somebody who holds it
    close(greeting, qtbot)
    where = api.list_runs(greeting.workbench.runs_dir)[0]
    api.prepare_resume(where)[0].close()
    _requeue(where)
    other = open_window()
    holder = "import sys, pathlib, hopla_gui.engine.results.lock as l\n"
    holder += "with l.FileLock(pathlib.Path(sys.argv[1])): print(flush=True); input()"
    command = [sys.executable, "-c", holder, str(where / LOCK)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        page = history(other, qtbot, 1)
        assert f"In use by process {process.pid}" in page.about.text()
        assert not page.resume_action.isEnabled()
        assert not page.delete_action.isEnabled()


def _requeue(where: Path) -> None:
    with closing(connect(where / DATABASE)) as database:
        database.execute("UPDATE job SET state = 'queued' WHERE idx = 2")


def test_a_run_that_cannot_be_written_is_not_to_be_resumed(qtbot):
    page = HistoryPage()
    qtbot.addWidget(page)
    left = replace(RUN, counts=Counts(failed=1, queued=3))
    for run, can_resume in ((left, True), (replace(left, is_read_only=True), False)):
        page.show_runs([run], complete=True)
        assert page.resume_action.isEnabled() is can_resume
        assert page.resume_failed_action.isEnabled() is can_resume
        assert page.open_action.isEnabled()


def test_several_runs_say_why_they_cannot_be_deleted(qtbot):
    page = HistoryPage()
    qtbot.addWidget(page)
    page.show_runs(RUNS, complete=True)
    page.table.selectAll()
    assert page.about.text() == "3 runs"
    assert page.delete_action.isEnabled()
    # WHEN one is in use by another program
    page.update_run(replace(RUNS[1], holder="process 7 on lab"))
    # THEN it is named
    assert not page.delete_action.isEnabled()
    assert page.about.text().startswith("3 runs. They cannot be deleted: Rates of ")
    assert page.about.text().endswith(" is in use by process 7 on lab")
    # AND where it is this window that another one runs in
    page.update_run(replace(RUNS[0], holder=f"process {os.getpid()} on lab"))
    assert page.about.text().endswith(" is running in this window, 1 more is in use, too")


def test_home_and_end_go_to_the_first_and_the_last_run(qtbot):
    page = HistoryPage()
    qtbot.addWidget(page)
    page.show_runs(RUNS, complete=True)
    for key, expected in ((Qt.Key.Key_End, RUNS[2]), (Qt.Key.Key_Home, RUNS[0])):
        qtbot.keyClick(page.table, key)
        assert page.selected() == [expected]
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert page.selected() == RUNS


def test_all_that_can_be_done_is_in_sight_on_a_small_screen(qtbot):
    page = HistoryPage()
    stack = PageStack()
    stack.addWidget(QLabel("Another page, higher " * 100, wordWrap=True))
    stack.addWidget(page)
    stack.setCurrentWidget(page)
    area = ScrollWhenSmall(stack, QSize(300, 200))
    qtbot.addWidget(area)
    page.show_runs([replace(RUN, run_dir=Path("/home/ada/a run/in a folder" * 6))], complete=True)
    area.resize(620, 350)
    with qtbot.waitExposed(area):
        area.show()
    # What is over a line goes on in the next, and the table has what is left.
    bars = (area.horizontalScrollBar(), area.verticalScrollBar())
    qtbot.waitUntil(lambda: [bar.maximum() for bar in bars] == [0, 0])
    assert page.table.height() > 70


def test_no_word_of_the_jobs_is_cut_where_the_table_ends(qtbot):
    page = HistoryPage()
    qtbot.addWidget(page)
    page.show_runs(RUNS, complete=True)
    page.resize(600, 350)
    with qtbot.waitExposed(page):
        page.show()
    view = page.table.viewport()
    for width in range(570, 640, 5):
        page.resize(width, 350)
        cell = page.table.visualRect(page.model.index(2, Column.JOBS))
        assert cell.left() < view.width() < cell.right()
        end = QRect(view.width() - 4, cell.top() + 4, 4, cell.height() - 8)
        image = view.grab(end).toImage()
        pixels = itertools.product(range(image.width()), range(image.height()))
        assert len({image.pixel(x, y) for x, y in pixels}) == 1


# After a crash


@pytest.fixture
def crashed(script, tmp_path):
    """A runs folder with a run whose program was killed while a job ran."""
    path = script(GREET)
    sweep = sweep_file(tmp_path, path, ["a", "b"])
    sweep.write_text(sweep.read_text() + "\n[fixed]\nsleep = 600\n\n[run]\nworkers = 1\n")
    runs = tmp_path / "runs"
    command = [sys.executable, "-m", "hopla_gui", "run", str(sweep), "--runs-dir", str(runs)]
    program = subprocess.Popen([*command, "--quiet"], stderr=subprocess.DEVNULL)
    try:
        while not (found := api.list_runs(runs)) or not read_summary(found[0]).counts.running:
            assert program.poll() is None
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait(timeout=10)
    while (summary := find_left(found)) is None:
        assert read_summary(found[0]).holder  # its last threads let go of the lock
    assert summary.counts == Counts(running=1, queued=1)
    # The job takes no time when it runs again.
    path.write_text(path.read_text().replace("time.sleep(args.sleep)", "pass"))
    (found[0] / "script.py").write_text(path.read_text())
    return found[0]


def test_a_run_that_the_program_left_is_offered_on_start(crashed, open_window, qtbot):
    # WHEN the window opens
    window = open_window()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    # THEN one key resumes the run
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        qtbot.keyClick(window.question.buttons[0], Qt.Key.Key_Space)
    assert finished.args[0] == Counts(succeeded=2)
    assert window.workbench.control.run_dir == crashed


def test_the_offer_tells_what_is_done_and_what_runs_again():
    counts = Counts(running=3, queued=12, cancelled=3)
    title, text = crash_words(replace(RUN, counts=counts))
    assert title == "The program ended while 3 jobs ran. Resume?"
    none = "none of 18 jobs was done. Resume runs them, also those that were stopped."
    assert text == f"train.py: {none}"
    _, text = crash_words(replace(RUN, counts=Counts(running=1, succeeded=2)))
    assert text.endswith(
        "2 of 3 jobs were done, and their results are kept. Resume runs the others."
    )


def test_the_offer_is_made_once(crashed, open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: window.question is not None, timeout=20_000)
    qtbot.keyClick(window.question.buttons[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: read_summary(crashed).counts == Counts(lost=1, queued=1))
    page = history(window, qtbot, 1)
    assert page.resume_action.isEnabled()
    assert find_left([crashed]) is None
    # AND whoever opens the run can still resume it
    page.open_action.trigger()
    bar = window.run_panel.resume_bar
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert bar.text() == "2 jobs of this run are left to run: queued, lost or cancelled"
    with qtbot.waitSignal(window.run_finished, timeout=30_000) as finished:
        bar.accept_button.click()
    assert finished.args[0] == Counts(succeeded=2)
    assert not bar.isVisible()
