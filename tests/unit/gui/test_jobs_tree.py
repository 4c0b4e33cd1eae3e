from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from jobs_fake_run import INFO, TRACEBACK, FakeRun, failed, running, succeeded
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hopla_gui.domain.columns import fact, traced
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import Counts, JobState, JobStatus
from hopla_gui.domain.setup import RunOptions
from hopla_gui.gui.jobs.filter_bar import FilterBar
from hopla_gui.gui.jobs.job_cells import state_text
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.job_tree import JobTree
from hopla_gui.gui.jobs.rows_view import RowsView

S = JobState


@pytest.fixture
def model(qapp):
    return JobModel()


@pytest.fixture
def tree(qtbot, model):
    tree = JobTree(model)
    qtbot.addWidget(tree)
    tree.resize(900, 400)
    with qtbot.waitExposed(tree):
        tree.show()
    return tree


def found(model, label):
    indices = (model.index(row, 0) for row in range(model.rowCount()))
    return next(index for index in indices if index.data() == label)


def clipboard():
    return QGuiApplication.clipboard().text()


def outcomes():
    return {0: succeeded(), 1: failed(), 2: running(), 3: failed(-9, None)}


def test_cells_are_found_by_job_and_title(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    assert tree.text("job_3", "Exit code") == "-9 · SIGKILL"
    assert tree.text("job_1", "lr") == "0.01"


def test_selecting_a_row_tells_the_job_once(tree, model, qtbot):
    model.load(FakeRun(4, outcomes=outcomes()))
    told = []
    tree.job_selected.connect(told.append)
    tree.select_job(1)
    tree.expand(model.job_index(1))
    tree.setCurrentIndex(model.index(2, 0))  # below the same job
    tree.select_job(0)
    model.load(None)
    assert told == [1, 0, -1]


class PaintedRegion(QObject):
    """Takes note of what a widget is asked to paint."""

    def __init__(self, watched):
        super().__init__()
        self.region = QRegion()
        watched.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False


def test_a_row_is_drawn_to_the_edge_when_another_one_is_selected(tree, model, qtbot):
    tree.resize(1_500, 300)
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_job(1)
    tree.grab()
    QApplication.processEvents()
    painted = PaintedRegion(tree.viewport())
    tree.select_job(2)
    behind = QPoint(tree.header().length() + 20, 0)
    rows = [tree.visualRect(model.job_index(job)).center().y() for job in (1, 2)]
    qtbot.waitUntil(lambda: all(painted.region.contains(QPoint(behind.x(), row)) for row in rows))


def test_rows_are_drawn_from_edge_to_edge_when_the_keyboard_goes_on(tree, model, qtbot):
    tree.resize(1_500, 300)
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.setFocus()
    keeps = QItemSelectionModel.SelectionFlag.NoUpdate
    tree.selectionModel().setCurrentIndex(model.job_index(1), keeps)
    tree.grab()
    QApplication.processEvents()
    painted = PaintedRegion(tree.viewport())
    tree.selectionModel().setCurrentIndex(model.job_index(2), keeps)
    places = [5, tree.header().length() // 2, tree.viewport().width() - 1]
    rows = [tree.visualRect(model.job_index(job)).center().y() for job in (1, 2)]
    qtbot.waitUntil(
        lambda: all(painted.region.contains(QPoint(x, y)) for x in places for y in rows)
    )
    painted_rows = painted.region.boundingRect().height()
    assert painted_rows <= 2 * tree.row_height()


def test_enter_opens_and_closes_a_row_with_its_values(tree, model, qtbot):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_job(0)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    job = model.job_index(0)
    assert tree.isExpanded(job)
    values = next(
        index
        for row in range(model.rowCount())
        if (index := model.index(row, 0)).data() == "Values"
    )
    assert tree.isExpanded(values)
    tree.grab()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert not tree.isExpanded(job)


def test_enter_on_a_more_row_shows_the_next_page(tree, model, qtbot):
    model.load(FakeRun(1, outcomes={0: succeeded()}))
    tree.expand(model.job_index(0))
    for label in ("outputs", "scores", "… 9,900 more"):
        index = found(model, label)
        tree.expand(index)
    tree.setCurrentIndex(index)
    before = model.rowCount()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert model.rowCount() == before + 100


def test_rows_are_copied_as_tsv_in_the_order_and_columns_shown(tree, model, qtbot):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.header().moveSection(tree.header().visualIndex(4), 1)
    tree.header().setSectionHidden(3, True)
    tree.setFocus()
    tree.select_job(0)
    qtbot.keyClick(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert tree.selected_jobs() == [0, 1, 2, 3]
    qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = clipboard().split("\n")
    assert lines[0].split("\t") == ["name", "lr", "state", "exitcode", "model"]
    assert lines[4].split("\t") == ["job_3", "0.1", "failed", "-9", "sub-2"]


def test_copied_rows_are_what_the_export_writes(tree, model, qtbot):
    values = {"lr": 0.09212345678912257, "text": "=1+1\t\n", "bad": "NaN"}
    model.load(FakeRun(2, outcomes={0: succeeded(values, max_rss_mb=14.67, ended=11.5)}))
    columns = [fact("memory"), fact("started"), fact("failure"), fact("worker")]
    columns += [traced("lr"), traced("text"), traced("bad")]
    for column in columns:
        tree.columns.show_column(column)
    qtbot.waitUntil(lambda: tree.text("job_0", "bad") == "NaN")
    tree.select_job(0)
    tree.copy_rows()
    head, row = csv.reader(io.StringIO(clipboard()), delimiter="\t")
    assert head[:6] == ["name", "state", "exitcode", "duration_s", "lr", "model"]
    assert row[:6] == ["job_0", "succeeded", "0", "1.5", "0.1", "sub-10"]
    assert dict(zip(head[6:], row[6:], strict=True)) == {
        "max_rss_mb": "14.67",
        "started": "1970-01-01T00:00:10.000000+00:00",
        "cause": "",
        "worker": "",
        "value.lr": "0.09212345678912257",
        "text": "'=1+1\t\n",
        "bad": "NaN",
    }


def test_a_row_below_a_job_is_copied_in_full(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    job = model.job_index(1)
    tree.expand(job)
    traceback = found(model, "Traceback")
    select = QItemSelectionModel.SelectionFlag.ClearAndSelect
    tree.selectionModel().setCurrentIndex(traceback, select | select.Rows)
    tree.copy_rows()
    assert clipboard().splitlines() == TRACEBACK.splitlines()


def test_commands_and_tracebacks_are_copied(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_job(1)
    tree.copy_commands()
    assert clipboard() == "/home/ada/train.py --lr 0.01 --model sub-10"
    tree.copy_traceback()
    assert clipboard() == TRACEBACK


def test_stop_and_run_again_ask_for_the_jobs_they_fit(tree, model, qtbot):
    model.load(FakeRun(5, outcomes=outcomes()))
    tree.selectAll()
    menu = tree.menu()
    assert tree.stop_action.isEnabled()
    assert tree.rerun_action.text() == "Run 5 jobs again"
    with qtbot.waitSignal(tree.stop_requested) as stop:
        tree.stop_action.trigger()
    with qtbot.waitSignal(tree.rerun_requested) as rerun:
        tree.rerun_action.trigger()
    assert (stop.args, rerun.args) == ([[2, 4]], [[0, 1, 3]])
    menu.deleteLater()
    tree.select_job(0)
    menu = tree.menu()
    assert not tree.stop_action.isEnabled()
    assert not tree.copy_traceback_action.isEnabled()
    menu.deleteLater()


def test_columns_are_kept_by_name_from_run_to_run(tree, model, qtbot):
    model.load(FakeRun(4))
    header = tree.header()
    header.resizeSection(1, 222)
    header.setSectionHidden(2, True)
    header.moveSection(header.visualIndex(4), 1)
    state = tree.save_state()
    model.load(FakeRun(4, swept=("epochs", "lr")))
    assert header.sectionSize(1) == 222
    assert header.isSectionHidden(2)
    assert header.visualIndex(5) == 1  # lr

    other = JobTree(JobModel())
    qtbot.addWidget(other)
    other.restore_state(state)
    assert other.header().sectionSize(1) == 222
    other.restore_state("nonsense")
    other.restore_state('{"columns": 1, "order": 2}')


def test_a_further_column_is_there_once_before_a_run_too(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.columns.show_column(fact("memory"))
    tree.columns.show_column(traced("outputs.score"))
    model.load(None)
    titles = [model.column_title(column) for column in range(model.columnCount())]
    assert titles == ["Job", "State", "Exit code", "Duration", "Memory"]


@pytest.mark.parametrize(("retries", "attempt"), [(0, 2), (12, 13)])
def test_a_state_has_room_for_the_attempt_that_may_come(tree, model, retries, attempt):
    info = replace(INFO, options=RunOptions(retries=retries))
    model.load(FakeRun(4, info=info))
    texts = [state_text(JobStatus(state, attempt=attempt)) for state in JobState]
    widest = max(map(tree.fontMetrics().horizontalAdvance, texts))
    around = 16 + 12  # the icon, and what lies between the two and the edges
    assert tree.header().sectionSize(1) > widest + around


def test_columns_are_as_wide_as_their_content_and_the_last_is_no_wider(tree, model):
    tree.resize(1_500, 300)
    model.load(None)
    model.load(FakeRun(4, swept=("lr", "epochs")))
    header, unit = tree.header(), tree.fontMetrics().averageCharWidth()
    assert header.length() < 1_000
    assert header.sectionSize(5) < 15 * unit
    # WHEN somebody widens one
    header.resizeSection(5, 333)
    # THEN that one keeps its width and no other
    model.load(FakeRun(4, swept=("epochs", "lr")))
    assert header.sectionSize(4) == 333
    assert header.sectionSize(5) < 15 * unit
    tree.grab()


def test_a_column_gets_a_width_for_its_first_values_when_they_come(tree, model, qtbot):
    model.load(FakeRun(4))
    tree.columns.show_column(traced("s"))
    qtbot.waitUntil(lambda: tree.text("job_0", "s") == "")
    column = model.columnCount() - 1
    before = tree.header().sectionSize(column)
    found = succeeded(values={"s": -0.012345678912257})
    model.apply([JobFinished(0, 1, found)])
    # THEN six digits have room, and the cell and its tip have all of them
    needed = tree.fontMetrics().horizontalAdvance("-0.0123457")
    assert before < needed < tree.header().sectionSize(column) < 2 * needed
    index = model.index(0, column)
    assert index.data() == "-0.012345678912257"
    assert index.data() in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_next_failed_job_is_found_below_the_current_row_then_from_the_top(tree, model):
    model.load(FakeRun(6, outcomes={1: failed(), 2: succeeded(), 4: failed()}))
    found = []
    for _ in range(3):
        tree.select_next_failed()
        found += tree.selected_jobs()
    assert found == [1, 4, 1]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    tree.select_job(2)
    tree.select_next_failed()
    assert tree.selected_jobs() == [1]
    model.set_filter({S.SUCCEEDED})
    tree.select_next_failed()  # none is shown: nothing happens
    assert tree.selected_jobs() in ([], [2])
    model.load(FakeRun(2))
    tree.select_next_failed()
    assert tree.selected_jobs() == []


def test_titles_stay_where_they_are_when_no_job_passes_the_filter(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    across, role = Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole

    def aligned():
        return [model.headerData(c, across, role) for c in range(model.columnCount())]

    before = aligned()
    assert Qt.AlignmentFlag.AlignRight & before[2]
    model.set_filter({S.LOST}, "")
    assert model.rowCount() == 0
    assert aligned() == before


def test_clicking_a_title_sorts_and_a_third_click_clears(tree, model, qtbot):
    model.load(FakeRun(6))
    header = tree.header()
    place = header.sectionViewportPosition(4) + 10

    def click():
        qtbot.mouseClick(
            header.viewport(),
            Qt.MouseButton.LeftButton,
            pos=_at(place, header),
        )
        return [model.job(model.index(row, 0)) for row in range(6)]

    assert click() == [2, 5, 1, 4, 0, 3]
    assert click() == [0, 3, 1, 4, 2, 5]
    click()
    model.load(FakeRun(6))
    assert header.sortIndicatorSection() == -1


def test_arrows_open_close_and_go_in_and_out(tree, model, qtbot):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_job(1)
    job = model.job_index(1)
    press(qtbot, tree, "Right")
    assert tree.isExpanded(job)
    press(qtbot, tree, "Right")
    assert tree.currentIndex().data() == "Command"
    press(qtbot, tree, "Left")
    assert tree.currentIndex() == job
    press(qtbot, tree, "Left")
    assert not tree.isExpanded(job)
    press(qtbot, tree, "Plus")
    assert tree.isExpanded(job)
    press(qtbot, tree, "Minus")
    assert not tree.isExpanded(job)


def test_home_end_and_typing_go_to_rows(tree, model, qtbot):
    model.load(FakeRun(200))
    tree.setFocus()
    press(qtbot, tree, "End")
    assert tree.selected_jobs() == [199]
    press(qtbot, tree, "Home", Qt.KeyboardModifier.ShiftModifier)
    assert tree.selected_jobs() == list(range(200))
    press(qtbot, tree, "Down")
    press(qtbot, tree, "Home")
    assert tree.selected_jobs() == [0]
    qtbot.keyClicks(tree, "job_15")
    assert tree.selected_jobs() == [15]
    QTest.qWait(QApplication.keyboardInputInterval() + 50)
    qtbot.keyClicks(tree, "123")
    assert tree.selected_jobs() == [123]


def press(qtbot, tree, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(tree, getattr(Qt.Key, f"Key_{key}"), modifier)


def test_the_menu_key_asks_for_the_menu_at_the_current_row(model, qtbot):
    tree = RowsView(model)
    qtbot.addWidget(tree)
    tree.show()
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_row(model.job_index(2))
    row = tree.visualRect(model.job_index(2))
    with qtbot.waitSignal(tree.menu_requested) as asked:
        reason, corner = QContextMenuEvent.Reason.Keyboard, QPoint(1, 1)
        event = QContextMenuEvent(reason, corner, tree.viewport().mapToGlobal(corner))
        QApplication.sendEvent(tree.viewport(), event)
    assert row.contains(asked.args[0])


def test_a_click_on_the_arrow_opens_a_row_and_selects_nothing(tree, model, qtbot):
    model.load(FakeRun(4, outcomes=outcomes()))
    tree.select_job(0)
    index = model.job_index(1)
    arrow = tree._painter.arrow_rect(tree.visualRect(index), index).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=arrow)
    assert tree.isExpanded(index)
    assert tree.selected_jobs() == [0]


def test_rows_are_drawn_alike_around_an_open_one(tree, model):
    def letters(job: int) -> list[int]:
        row = tree.visualRect(model.job_index(job))
        drawn = tree.viewport().grab().copy(row).toImage()  # all rows are drawn, from top to bottom
        lightness = [
            drawn.pixelColor(x, y).lightness()
            for y in range(drawn.height())
            for x in range(drawn.width())
        ]
        return [place for place, light in enumerate(lightness) if light < 128]

    model.load(FakeRun(4, outcomes=outcomes()))
    before = [letters(0), letters(2)]
    assert all(before)
    # WHEN the job between them shows its command, in a font of its own
    tree.expand(model.job_index(1))
    # THEN theirs is as it was
    assert [letters(0), letters(2)] == before


def test_a_selected_group_stands_for_its_jobs(tree, model):
    model.load(FakeRun(4, outcomes=outcomes()))
    model.set_grouping(fact("state"))
    tree.grab()
    assert model.index(0, 0).data() == "Failed"
    tree.select_row(model.index(0, 0))
    assert tree.selected_jobs() == [1, 3]
    tree.copy_rows()
    assert [line.split("\t")[0] for line in clipboard().split("\n")] == ["name", "job_1", "job_3"]
    # WHEN a job is to be shown whose group is closed
    model.toggle(model.index(0, 0))
    tree.select_job(3)
    # THEN the group opens
    assert tree.selected_jobs() == [3]


def test_the_selection_outlives_sorting_and_filtering(tree, model):
    model.load(FakeRun(6, outcomes=outcomes()))
    told = []
    tree.job_selected.connect(told.append)
    tree.select_job(2)
    select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    tree.selectionModel().select(model.job_index(4), select)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert tree.selected_jobs() == [4, 2]
    assert model.job(tree.currentIndex()) == 2
    assert told == [2]
    model.set_filter(None, "job_4")
    assert tree.selected_jobs() == [4]
    assert told == [2, -1]


def test_a_hundred_thousand_rows_are_selected_at_once(tree, model):
    model.load(FakeRun(100_000))
    calls = []
    flags = model.flags
    model.flags = lambda index: calls.append(1) or flags(index)
    tree.selectAll()
    tree.grab()
    assert len(tree.selected_jobs()) == 100_000
    assert len(calls) < 10_000


def _at(place, header):
    point = header.rect().center()
    point.setX(place)
    return point


def test_an_empty_tree_says_what_to_do(tree, model, qtbot):
    model.load(None)
    tree.set_empty_text("No jobs yet", "Press Run.")
    tree.grab()
    model.load(FakeRun(2))
    model.set_filter({S.FAILED})
    tree.grab()


def test_seconds_are_counted_only_while_jobs_run(tree, model):
    run = FakeRun(2, outcomes={0: running(5)})
    model.load(run)
    assert tree._ticker.isActive()
    tree._on_ticker_timeout()
    model.apply([JobFinished(0, 1, failed())])
    assert not tree._ticker.isActive()


@pytest.fixture
def bar(qtbot):
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.resize(900, 40)
    with qtbot.waitExposed(bar):
        bar.show()
    bar.set_counts(Counts(queued=3, succeeded=7, failed=2))
    bar.set_visible_jobs(12)
    return bar


def test_buttons_show_counts_and_hide_states_without_jobs(bar):
    texts = [button.text() for button in bar.state_buttons.values() if button.isVisible()]
    assert bar.all_button.text() == "All 12"
    assert texts == ["Queued 3", "Succeeded 7", "Failed 2"]
    bar.set_visible_jobs(3)
    assert bar.all_button.text() == "3 of 12"


def test_a_click_shows_one_state_and_ctrl_click_adds_one(bar, qtbot):
    left = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(bar.filter_changed) as changed:
        qtbot.mouseClick(bar.state_buttons[S.FAILED], left)
    assert changed.args == [{S.FAILED}, ""]
    qtbot.mouseClick(bar.state_buttons[S.QUEUED], left)
    assert bar.states() == {S.QUEUED}
    bar.set_states({S.QUEUED, S.FAILED})
    assert not bar.all_button.isChecked()
    qtbot.mouseClick(bar.state_buttons[S.FAILED], left)
    assert bar.states() == {S.FAILED}
    qtbot.mouseClick(bar.state_buttons[S.FAILED], left)
    assert bar.states() is None
    qtbot.mouseClick(bar.state_buttons[S.FAILED], left)
    qtbot.mouseClick(bar.state_buttons[S.QUEUED], left, Qt.KeyboardModifier.ControlModifier)
    assert bar.states() == {S.FAILED, S.QUEUED}
    qtbot.mouseClick(bar.all_button, left)
    assert bar.all_button.isChecked()


def test_typing_filters_after_a_pause_and_escape_clears(bar, qtbot):
    told = []
    bar.filter_changed.connect(lambda states, text: told.append((states, text)))
    bar.focus_search()
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.keyClicks(bar.search_box, "lr=0.1")
    assert told == [(None, "lr=0.1")]
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.keyClick(bar.search_box, Qt.Key.Key_Escape)
    assert told[-1] == (None, "")
