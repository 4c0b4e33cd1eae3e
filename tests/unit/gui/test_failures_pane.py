"""The failures pane: a row for each cause, what its jobs share, what can be done with them."""

from __future__ import annotations

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed, succeeded
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.causes import Cause, CauseKind
from hopla_gui.domain.diagnosis import diagnosed
from hopla_gui.domain.events import JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.failure_groups import FailureGroup
from hopla_gui.domain.failure_words import group_words
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.raised import Frame, Raised
from hopla_gui.engine.results.explaining import Explainer
from hopla_gui.engine.results.job_columns import JobColumns
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.gui.failures.failure_model import FailureModel
from hopla_gui.gui.failures.failure_reader import FEW, read_if_few
from hopla_gui.gui.failures.failures_pane import FailuresPane
from hopla_gui.gui.failures.group_filter import cause_query
from hopla_gui.gui.theme import SPACING, apply_theme
from hopla_gui.gui.work_page import WorkPage

KILLED = JobOutcome(JobState.FAILED, -9, max_rss_mb=15_800.0)


def raising(message="smooth must be > 0"):
    frame = Frame("/home/ada/fit.py", 12, "load")
    return failed(raised=Raised("ValueError", message, (frame,)))


def sweep(tmp_path, total=60):
    """Jobs of which those with lr = 0.1 raise, and two were killed."""
    outcomes = {n: raising(f"bad value {n}") if n % 3 == 0 else succeeded() for n in range(total)}
    outcomes[1] = outcomes[4] = KILLED
    return FakeRun(total, tmp_path, outcomes)


@pytest.fixture
def pane(qtbot):
    pane = FailuresPane()
    qtbot.addWidget(pane)
    pane.resize(700, 300)
    yield pane
    pane.stop()


def words(pane):
    return [pane.model.words(row) for row in range(pane.model.rowCount())]


def explainer(run):
    return Explainer(JobColumns(run), run.statuses().states)


def load(pane, qtbot, run):
    pane.load(run, explainer(run))
    qtbot.waitUntil(lambda: pane.groups is not None)


def test_a_run_shows_its_causes_and_what_their_jobs_share(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    first, second = words(pane)
    assert (first.count, first.title, first.where) == ("20", "ValueError at fit.py:12", " in load")
    assert first.message == "bad value …"
    assert "all have lr = 0.1" in first.shared
    assert second.title == "killed by SIGKILL"
    assert second.message == "memory up to 15.8 GB"
    assert pane.title_button.text() == "22 jobs did not succeed, for 2 reasons"
    assert not pane.isHidden()
    pane.show()
    pane.grab()


def test_where_there_is_no_room_for_words_the_buttons_are_icons(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.view.setCurrentIndex(pane.model.index(0))
    window = QWidget()  # a layout keeps windows as wide as it is at the moment
    qtbot.addWidget(window)
    pane.setParent(window)
    pane.show()
    window.show()
    style = Qt.ToolButtonStyle
    for width, words_or_icons in (
        (900, style.ToolButtonTextBesideIcon),
        (pane.minimumSizeHint().width(), style.ToolButtonIconOnly),
        (900, style.ToolButtonTextBesideIcon),
    ):
        pane.resize(width, 300)
        assert pane.copy_button.toolButtonStyle() == words_or_icons
        assert pane.copy_button.geometry().right() < width
        assert pane.minimumSizeHint().width() < 500
    pane.setParent(None)


def test_a_run_without_failures_shows_no_pane(pane, qtbot, tmp_path):
    load(pane, qtbot, FakeRun(3, tmp_path, {0: succeeded()}))
    assert pane.isHidden()
    pane.load(None, None)
    assert pane.isHidden()


def test_while_causes_are_read_they_have_their_room_already(pane, qtbot, tmp_path):
    # GIVEN a run whose jobs fail for two reasons
    run = sweep(tmp_path)
    # WHEN it is not read yet
    pane.load(run, explainer(run), failed=2)
    # THEN there is room for as many
    assert not pane.isHidden()
    assert pane.title_button.text() == "2 jobs did not succeed · reading why…"
    height = pane.sizeHint().height()
    qtbot.waitUntil(lambda: pane.groups is not None)
    assert pane.title_button.text() == "22 jobs did not succeed, for 2 reasons"
    assert pane.sizeHint().height() == height


def test_causes_that_are_read_already_are_shown_at_once(pane, qtbot, tmp_path):
    run = sweep(tmp_path)
    pane.load(run, explainer(run), 22, read_if_few(run, 22))
    assert [found.count for found in words(pane)] == ["20", "2"]
    qtbot.waitUntil(lambda: "all have lr = 0.1" in words(pane)[0].shared)
    assert read_if_few(run, FEW + 1) is None


def test_events_count_at_once_and_those_that_came_while_it_was_read_too(pane, qtbot, tmp_path):
    run = FakeRun(9, tmp_path)
    pane.load(run, explainer(run))
    ended = [JobFinished(n, 1, diagnosed(raising(f"bad {n}"))) for n in range(3)]
    pane.apply(ended[:2])
    qtbot.waitUntil(lambda: pane.groups is not None)
    pane.apply([ended[2], JobRequeued(0, 2)])
    assert len(pane.groups) == 2
    qtbot.waitUntil(lambda: [found.count for found in words(pane)] == ["2"])
    pane.apply([JobFinished(n, 2, succeeded()) for n in (1, 2)])
    qtbot.waitUntil(pane.isHidden)


def test_a_group_shows_what_all_of_its_jobs_say_and_copies_it(pane, qtbot, tmp_path):
    run = FakeRun(4, tmp_path, {n: raising("no key 'sigma' in 7") for n in range(3)})
    load(pane, qtbot, run)
    assert words(pane)[0].message == "no key 'sigma' in 7"
    pane.copy_text()
    assert "no key 'sigma' in 7" in QGuiApplication.clipboard().text()
    # WHEN one more fails, and says something else
    pane.apply([JobFinished(3, 1, diagnosed(raising("no key 'sigma' in 8")))])
    # THEN what differs is masked, and the filter still names them all
    qtbot.waitUntil(lambda: words(pane)[0].message == "no key 'sigma' in …")
    assert cause_query(pane.model.group(0).cause).endswith(': no key … in …"')


def test_what_sets_groups_apart_is_worked_out_anew_as_others_end(pane, qtbot, tmp_path):
    run = sweep(tmp_path, total=9)
    del run.outcomes[7], run.outcomes[8]
    load(pane, qtbot, run)
    qtbot.waitUntil(lambda: bool(pane.reader.rules))
    pane.apply([JobStarted(8, 1, 0.0)])
    assert not pane.reader._explain_timer.isActive()
    pane.apply([JobFinished(8, 1, succeeded())])
    assert pane.reader._explain_timer.isActive()


def test_a_click_chooses_a_group_and_another_one_lets_it_go(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.show()
    chosen = []
    pane.group_chosen.connect(chosen.append)
    at = pane.view.visualRect(pane.model.index(1)).center()
    qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert [sorted(group.jobs) for group in chosen] == [[1, 4]]
    with qtbot.waitSignal(pane.rerun_wanted) as wanted:
        pane.rerun_button.click()
    assert wanted.args == [[1, 4]]
    pane.command_button.click()
    assert (
        "cd /home/ada && /usr/bin/python3 /home/ada/train.py" in QGuiApplication.clipboard().text()
    )
    qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen[-1] is None
    assert not pane.view.selectionModel().isSelected(pane.model.index(1))
    assert not pane.rerun_button.isEnabled()


def test_the_keyboard_chooses_and_lets_go(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.show()
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.chosen is not None
    with qtbot.waitSignal(pane.job_wanted) as wanted:
        qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert wanted.args == [min(pane.chosen.jobs)]
    qtbot.keyClick(pane.view, Qt.Key.Key_Escape)
    assert pane.chosen is None
    qtbot.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert (
        "20 \N{MULTIPLICATION SIGN} ValueError at fit.py:12 in load: bad value …"
        in QGuiApplication.clipboard().text()
    )


def test_the_focus_alone_chooses_nothing(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    chosen = []
    pane.group_chosen.connect(chosen.append)
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    pane.title_button.setFocus()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert pane.view.hasFocus()
    assert chosen == []
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert chosen == [pane.chosen] != [None]


def test_the_choice_stays_while_the_groups_change(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.view.setCurrentIndex(pane.model.index(1))
    cause = pane.chosen.cause
    crashed = diagnosed(JobOutcome(JobState.FAILED, -11))
    pane.apply([JobFinished(n, 1, crashed) for n in (2, 5, 7)])
    qtbot.waitUntil(lambda: pane.model.rowCount() == 3)
    assert pane.chosen.cause == cause
    row = pane.view.selectionModel().currentIndex().row()
    assert pane.model.group(row).cause == cause


def test_the_choice_stays_while_all_of_its_jobs_run_again(pane, qtbot, tmp_path):
    # GIVEN a group that is chosen, of a run that is then taken up by this window
    run = sweep(tmp_path)
    load(pane, qtbot, run)
    pane.view.setCurrentIndex(pane.model.index(1))
    chosen = pane.chosen
    assert chosen is not None
    load(pane, qtbot, run)
    # WHEN all of its jobs run again
    pane.apply([JobRequeued(1, 2), JobRequeued(4, 2)])
    qtbot.waitUntil(lambda: not pane.rerun_button.isEnabled())
    assert words(pane)[1].count == "0"
    assert pane.view.selectionModel().selectedRows()[0].row() == 1
    with qtbot.assertNotEmitted(pane.rerun_wanted):
        pane.rerun()
    # THEN it is the one that is chosen, where one of them fails again
    pane.apply([JobFinished(4, 2, diagnosed(KILLED))])
    qtbot.waitUntil(pane.rerun_button.isEnabled)
    assert list(pane.chosen.jobs) == [4]
    assert pane.view.selectionModel().selectedRows()[0].row() == 1
    # AND nothing is kept of it where another run is shown
    load(pane, qtbot, sweep(tmp_path / "other"))
    assert pane.chosen is None


def test_the_pane_folds(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.show()
    pane.title_button.click()
    assert pane.view.isHidden()
    pane.title_button.click()
    assert pane.view.isVisible()


def test_where_height_is_scarce_causes_take_a_line_each_and_then_none(pane, qtbot, tmp_path):
    load(pane, qtbot, sweep(tmp_path))
    pane.show()
    line = pane.fontMetrics().height()

    def rows_in_sight():
        height = pane.view.sizeHintForRow(0)
        return (pane.view.viewport().height() // height, height) if pane.view.isVisible() else None

    # GIVEN room for all of both causes
    pane.fit_into(60 * line)
    rows, two_lines = rows_in_sight()
    assert rows == 2
    # WHEN there is less
    pane.fit_into(23 * line)
    rows, one_line = rows_in_sight()
    assert (rows, one_line) == (2, two_lines - line)
    pane.grab()
    # AND hardly any
    pane.fit_into(15 * line)
    assert rows_in_sight() is None
    assert pane._hint.text() == ""
    # THEN a click shows them all the same, and they stay so
    pane.title_button.click()
    assert rows_in_sight() == (2, one_line)
    assert pane.save_state() == "open"
    pane.fit_into(60 * line)
    assert rows_in_sight() == (2, two_lines)
    pane.title_button.click()
    assert (rows_in_sight(), pane.save_state()) == (None, "folded")


@pytest.mark.parametrize("height", [275, 310])  # of a screen of 1280 x 800 at 200 %
def test_on_a_small_screen_five_jobs_are_in_sight_below_the_causes(qtbot, qapp, tmp_path, height):
    apply_theme(qapp)
    page = WorkPage()
    qtbot.addWidget(page)
    page.setup_panel.hide()
    page.resize(620, height + SPACING.SMALL)
    with qtbot.waitExposed(page):
        page.show()
    outcomes = dict.fromkeys(range(40), succeeded())
    outcomes |= {n: raising(f"{kind} is bad") for n, kind in enumerate(("lr", "seed", "data"))}
    page.run_panel.load(FakeRun(40, tmp_path, outcomes))
    pane, tree = page.run_panel.failures, page.run_panel.tree
    qtbot.waitUntil(lambda: pane.model.rowCount() == 3)
    fifth = tree.visualRect(page.run_panel.model.index(4, 0))
    assert tree.viewport().rect().contains(fifth)
    middle = tree.viewport().mapTo(page.jobs_side, fifth.center()).y()
    assert middle < page.jobs_side.height()
    pane.stop()
    page.run_panel.plots.stop()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_data(text, pane, qtbot, tmp_path):
    frame = Frame(text, 1, text)
    outcomes = {0: failed(raised=Raised(text, text, (frame,)))}
    load(pane, qtbot, FakeRun(1, tmp_path, outcomes))
    (found,) = words(pane)
    assert len(found.text) < 2_000
    assert not any(char in found.text for char in "\0\x1b\x07\u202e\u2066\u200b\ud800")
    tip = pane.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    pane.show()
    pane.grab()


def test_the_model_keeps_to_the_rules_of_models(qtbot):
    model = FailureModel()
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    groups = [
        FailureGroup(Cause(CauseKind.LOST, "lost", message=str(n)), {n: None}) for n in (1, 2)
    ]
    assert model.show_groups(groups, {})
    assert not model.show_groups(groups, {groups[0].cause: []})
    assert model.show_groups(groups[:1], {})
    assert model.show_groups([], {})
    assert tester


def test_thousands_of_causes_are_cut(qtbot):
    groups = [
        FailureGroup(Cause(CauseKind.LOST, "lost", message=str(n)), {n: None})
        for n in range(10_000)
    ]
    model = FailureModel()
    model.show_groups(groups, {})
    assert model.rowCount() == 200


def test_what_is_not_known_is_not_said():
    group = FailureGroup(Cause(CauseKind.EXIT_CODE, "exit code 3"), {1: None, 2: None})
    assert group_words(group).note == "looking for what they share…"
    assert "sets them apart" in group_words(group, []).note
    alone = FailureGroup(group.cause, {1: None})
    assert "one job alone" in group_words(alone, []).note


def test_a_cause_is_quoted_for_the_filter():
    cause = Cause(CauseKind.EXCEPTION, "E", "/a.py", 3, "f", 'a "b" \\ c')
    assert cause_query(cause) == 'job.failure="E at a.py:3: a \\"b\\" \\\\ c"'


def test_a_run_that_is_let_go_of_meanwhile_is_no_bug(pane, qtbot, tmp_path):
    class Gone(FakeRun):
        def causes(self):
            raise EnvironmentProblem("the run's folder is gone")

    load(pane, qtbot, Gone(3, tmp_path))
    assert pane.isHidden()
