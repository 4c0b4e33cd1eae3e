"""The filter box, groups and columns, steered as a user does."""

from __future__ import annotations

import shutil
from contextlib import closing
from itertools import pairwise

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed, succeeded
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from hopla_gui.domain.columns import fact, parameter, traced
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import Counts, JobOutcome, JobSpec, JobState
from hopla_gui.engine.results.store import RunStore
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.jobs.column_chooser import ColumnChooser
from hopla_gui.gui.jobs.filter_bar import FilterBar
from hopla_gui.gui.jobs.filter_box import FilterBox
from hopla_gui.gui.jobs.filter_help import EXAMPLES
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.job_tree import JobTree
from hopla_gui.gui.jobs.tree_controls import TreeControls

S = JobState


class Panel(QWidget):
    def __init__(self):
        super().__init__()
        self.model = JobModel(self)
        self.tree, self.bar = JobTree(self.model, self), FilterBar(self)
        self.controls = TreeControls(self.tree, self.bar, self)

    @property
    def box(self):
        return self.bar.search_box

    def rows(self):
        model = self.model
        return [model.job(model.index(row, 0)) for row in range(model.rowCount())]


@pytest.fixture
def panel(qtbot):
    panel = Panel()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.model.load(FakeRun(6, outcomes={0: succeeded(), 1: failed(), 4: failed(-9, None)}))
    return panel


def ask(panel, text):
    panel.box.setText(text)
    panel.box._settle()


def test_names_states_and_values_are_offered(panel):
    offered = {one.text: one.about for one in panel.controls.names()}
    assert list(offered)[:4] == ["state:", "lr", "model", "epochs"]
    assert offered["lr"] == "parameter"
    assert offered["outputs.score"] == "value"
    assert "GB" in offered["memory"]
    assert panel.controls.values_of("state") == [state.value for state in S]
    assert panel.controls.values_of("lr") == ["0.1", "0.01", "0.001"]
    assert panel.controls.values_of("model") == ["sub-10", "sub-2"]
    assert panel.controls.values_of("exitcode") == ["0", "1", "-9"]
    assert panel.controls.values_of("a..b") == []


def test_a_completion_takes_the_place_of_what_was_typed(panel):
    box = panel.box
    box.setText("sta lr>1")
    box.setCursorPosition(3)
    box._show_completions()
    box.insert_completion(0)
    assert box.text() == "state: lr>1"
    assert box.cursorPosition() == 6


def test_filters_that_were_used_are_offered_in_an_empty_box(panel, qtbot):
    for text in ("lr>0.01", "state:failed", "lr>0.01"):
        panel.box.setText(text)
        qtbot.keyClick(panel.box, Qt.Key.Key_Return)
    panel.box.clear()
    offered = panel.box.completions().candidates
    assert [one.text for one in offered[:2]] == ["lr>0.01", "state:failed"]
    assert offered[0].about == "used before"


def test_what_is_wrong_is_said_at_the_box(panel):
    verdict = panel.bar._verdict
    ask(panel, "state:failed")
    assert panel.rows() == [1, 4]
    assert verdict.isHidden()
    ask(panel, "state:failed lr>")
    assert verdict.text() == "a value is missing after lr>"
    assert not verdict.isHidden()
    assert panel.box.property("error") is True
    assert panel.rows() == [1, 4]
    ask(panel, "state:failed lr>0.05")
    assert verdict.isHidden()
    assert panel.box.property("error") is False
    assert panel.rows() == []
    ask(panel, "no.such.value>1")
    assert "no job has a parameter or a value" in verdict.text()
    ask(panel, "state:foo")
    assert "no state foo" in verdict.text()
    ask(panel, "lr:1")
    assert verdict.text() == "lr:1 looks for the text 1; lr=1 for the number"
    ask(panel, "lr=abc")
    assert verdict.text() == "lr holds numbers, and “abc” is no number"
    assert panel.box.property("error") is False


def test_an_item_of_a_long_list_is_no_unknown_value(panel):
    outcome = JobOutcome(S.SUCCEEDED, 0, None, {"curve": [n / 10 for n in range(20)]})
    panel.model.load(FakeRun(3, outcomes={1: outcome}))
    ask(panel, "curve.3>0.2")
    assert panel.rows() == [1]
    assert panel.bar._verdict.isHidden()
    ask(panel, "curve.30>0.2")
    assert "curve.30" in panel.bar._verdict.text()


def test_every_example_of_the_help_is_understood(panel, qtbot):
    for example, _meaning in EXAMPLES:
        ask(panel, example)
        assert panel.box.property("error") is not True, example
    panel.box.help_requested.disconnect()  # a pop-up has no place on this platform
    with qtbot.waitSignal(panel.box.help_requested):
        qtbot.keyClick(panel.box, Qt.Key.Key_F1)
    panel.bar.help.example_chosen.emit("lr>0.01")
    assert panel.box.text() == "lr>0.01"


def test_what_was_looked_for_is_kept_for_the_next_window_which_shows_all(panel, qtbot):
    panel.box.setText("lr>0.01")
    panel.box.remember()
    panel.bar.set_states({S.FAILED})
    kept = panel.bar.save_state()
    other = Panel()
    qtbot.addWidget(other)
    other.bar.restore_state(kept)
    other.model.load(FakeRun(6, outcomes={0: failed(), 1: failed()}))
    assert len(other.rows()) == 6
    assert other.box.recent == ["lr>0.01"]
    for nonsense in ("", "[]", "{}", '{"recent": 3}'):
        other.bar.restore_state(nonsense)
    assert other.box.recent == ["lr>0.01"]


def actions(menu):
    return {action.text(): action for action in menu.actions() if action.text()}


def test_groups_are_chosen_from_a_menu(panel):
    menu = panel.controls.group_menu()
    found = actions(menu)
    assert list(found)[:3] == ["No groups", "State", "Failure"]
    assert {"lr", "model", "outputs.score"} <= set(found)
    assert found["No groups"].isChecked()
    found["lr"].trigger()
    assert panel.bar.group_button.text() == "By lr"
    assert panel.rows() == [None, 2, 5, None, 1, 4, None, 0, 3]
    menu.deleteLater()
    menu = panel.controls.group_menu()
    assert actions(menu)["lr"].isChecked()
    actions(menu)["No groups"].trigger()
    assert panel.bar.group_button.text() == "Group"
    menu.deleteLater()


def test_groups_beyond_those_of_the_menu_are_found_by_name(panel, qtbot, monkeypatch):
    chooser = panel.controls.group_chooser
    monkeypatch.setattr(chooser, "show_below", lambda button: None)  # no pop-ups on this platform
    many = {f"metric_{n}": n % 2 for n in range(30)}
    outcomes = {job: JobOutcome(S.SUCCEEDED, 0, None, {"many": many}) for job in range(4)}
    panel.model.load(FakeRun(4, outcomes=outcomes))
    menu = panel.controls.group_menu()
    found = actions(menu)
    assert "many.metric_29" not in found
    assert list(found)[-1] == "More…"
    found["More…"].trigger()
    menu.deleteLater()
    qtbot.keyClicks(chooser.search_box, "metric_29")
    assert [item.text() for item in chooser._items() if not item.isHidden()] == ["many.metric_29"]
    qtbot.keyClick(chooser.search_box, Qt.Key.Key_Return)
    qtbot.keyClicks(chooser.search_box, "no such column")
    qtbot.keyClick(chooser.search_box, Qt.Key.Key_Return)
    assert panel.model.arranger.wanted.grouping == traced("many.metric_29")


def test_jobs_are_grouped_by_why_they_failed(panel):
    panel.model.set_grouping(fact("failure"))
    titles = [panel.model.index(row, 0).data() for row in range(panel.model.rowCount())]
    assert any("ValueError at train.py:12" in title for title in titles)
    assert any("SIGKILL" in title for title in titles)


def test_the_menu_of_a_title_sorts_groups_filters_and_hides(panel):
    columns = panel.tree.columns
    menu = panel.controls.header_menu(4)
    found = actions(menu)
    found["Sort the other way round"].trigger()
    assert panel.rows() == [0, 3, 1, 4, 2, 5]
    found["Order of the sweep"].trigger()
    assert panel.rows() == [0, 1, 2, 3, 4, 5]
    found["Group by lr"].trigger()
    assert panel.rows()[0] is None
    found["Filter by lr…"].trigger()
    assert panel.box.text() == "lr:"
    found["Hide lr"].trigger()
    assert not columns.is_shown(parameter("lr"))
    menu.deleteLater()
    menu = panel.controls.header_menu(-1)
    assert list(actions(menu)) == ["Choose columns…"]
    menu.deleteLater()


def test_columns_are_chosen_and_kept_for_the_script(panel, qtbot):
    columns = panel.tree.columns
    for column in (fact("memory"), traced("outputs.score"), parameter("epochs")):
        columns.show_column(column)
    columns.show_column(parameter("model"), False)
    columns.show_column(fact("memory"), True)  # it is already
    titles = [panel.model.column_title(column) for column in columns.shown()]
    assert titles == [
        "Job", "State", "Exit code", "Duration", "lr", "Memory", "outputs.score", "epochs"
    ]  # fmt: skip
    columns.moveSection(columns.visualIndex(6), 1)
    kept = panel.tree.save_state()

    other = Panel()
    qtbot.addWidget(other)
    other.tree.restore_state(kept)
    other.model.load(FakeRun(3))
    titles = [other.model.column_title(column) for column in other.tree.columns.shown()]
    assert titles[:2] == ["Job", "Memory"]
    assert set(titles) >= {"outputs.score", "epochs"}
    assert "model" not in titles
    # Another script has facts in common, and no more
    info = FakeRun(1).info
    other.model.load(FakeRun(3, info=type(info)(**{**_fields(info), "script": "/other.py"})))
    titles = [other.model.column_title(column) for column in other.tree.columns.shown()]
    assert "Memory" in titles
    assert "outputs.score" not in titles
    other.tree.columns.show_as_at_first()
    assert [other.model.column_title(c) for c in other.tree.columns.shown()] == [
        "Job", "State", "Exit code", "Duration", "lr", "model"
    ]  # fmt: skip
    other.tree.restore_state('{"columns": {}, "order": [], "further": {"": ["x", "job.y", 3]}}')


def test_columns_stay_where_they_were_moved_to_while_no_run_has_them(panel, qtbot):
    columns = panel.tree.columns
    columns.show_column(traced("outputs.score"))
    columns.moveSection(columns.visualIndex(5), 1)
    columns.moveSection(columns.visualIndex(6), 1)
    moved = ["Job", "outputs.score", "model", "State", "Exit code", "Duration", "lr"]
    assert [panel.model.column_title(column) for column in columns.shown()] == moved
    kept = panel.tree.save_state()
    other = Panel()
    qtbot.addWidget(other)
    other.model.load(None)
    other.tree.restore_state(kept)
    for run in (FakeRun(3), None, FakeRun(3)):
        other.model.load(run)
    columns = other.tree.columns
    assert [other.model.column_title(column) for column in columns.shown()] == moved


def test_a_column_moved_in_one_run_moves_none_of_those_that_others_have(panel, qtbot):
    columns, titles = panel.tree.columns, panel.model.column_title
    panel.model.load(FakeRun(3, swept=("lr", "epochs")))
    panel.model.load(FakeRun(3, swept=("lr", "model")))
    before = list(map(titles, columns.shown()))
    panel.model.load(FakeRun(3, swept=("lr", "model", "seed")))
    columns.moveSection(columns.visualIndex(6), 1)
    assert list(map(titles, columns.shown()))[:3] == ["Job", "seed", "State"]
    panel.model.load(FakeRun(3, swept=("lr", "epochs")))
    assert list(map(titles, columns.shown()))[-2:] == ["lr", "epochs"]
    panel.model.load(FakeRun(3, swept=("lr", "model")))
    assert list(map(titles, columns.shown())) == before


def _fields(info):
    return {name: getattr(info, name) for name in info.__dataclass_fields__}


def test_the_chooser_lists_all_columns_and_finds_them(panel, qtbot):
    chooser = ColumnChooser()
    qtbot.addWidget(chooser)
    names = [c for c in panel.model.columns.names() if c != fact("name")]
    chooser.set_columns(names, panel.tree.columns.is_shown)
    chooser.column_chosen.connect(panel.tree.columns.show_column)
    shown = {i.text() for i in chooser._items() if i.checkState() is Qt.CheckState.Checked}
    assert shown == {"State", "Exit code", "Duration", "lr", "model"}
    qtbot.keyClicks(chooser.search_box, "score")
    visible = [item.text() for item in chooser._items() if not item.isHidden()]
    assert visible == ["outputs.score"]
    qtbot.keyClick(chooser.search_box, Qt.Key.Key_Return)
    assert panel.tree.columns.is_shown(traced("outputs.score"))
    qtbot.keyClick(chooser.search_box, Qt.Key.Key_Return)
    assert not panel.tree.columns.is_shown(traced("outputs.score"))


def test_hostile_names_and_values_are_bounded_data(panel, qtbot):
    deep = {f"{place}{text[:100]}": text for place, text in enumerate(HOSTILE)}
    outcome = JobOutcome(S.FAILED, 1, HOSTILE[4], deep, detail=HOSTILE[0])
    panel.model.load(FakeRun(2, outcomes={0: outcome}))
    panel.model.apply([JobFinished(1, 1, outcome)])
    columns = panel.model.columns.names()
    hostile = [column for column in columns if column.source == "value"]
    assert len(hostile) == len(HOSTILE)
    for column in hostile:
        panel.tree.columns.show_column(column)
        ask(panel, panel.controls.names()[-1].text + ":x")
        panel.model.set_grouping(column)
        for row in range(panel.model.rowCount()):
            for place in range(panel.model.columnCount()):
                assert len(str(panel.model.index(row, place).data() or "")) < 2_000
    panel.tree.grab()
    chooser = ColumnChooser()
    qtbot.addWidget(chooser)
    chooser.set_columns(columns, panel.tree.columns.is_shown)
    assert all(len(item.text()) < 200 for item in chooser._items())
    assert "<b>" not in "".join(item.toolTip() for item in chooser._items())
    menu = panel.controls.group_menu()
    assert all(len(text) < 200 for text in actions(menu))
    menu.deleteLater()


def test_columns_and_searches_outlive_the_window(open_window, settings, qtbot):
    window = open_window()
    window.job_tree.columns.show_column(fact("memory"))
    window.run_panel.filter_bar.search_box.setText("state:failed")
    window.run_panel.filter_bar.search_box.remember()
    window._closing.now()
    qtbot.waitUntil(lambda: bool(settings.tree_state("columns")))
    assert "job.memory" in settings.tree_state("columns")
    other = open_window()
    assert other.job_tree.columns.is_shown(fact("memory"))
    assert other.run_panel.filter_bar.search_box.recent == ["state:failed"]
    assert other.run_panel.filter_bar.text() == ""


def test_escape_clears_the_box_and_f1_asks_for_help(qtbot):
    box = FilterBox()
    qtbot.addWidget(box)
    box.setText("lr")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(box.help_requested):
        QApplication.sendEvent(box, event)


def test_a_run_whose_folder_is_gone_says_so_and_goes_on(panel, tmp_path):
    folder = tmp_path / "run"
    jobs = [JobSpec(n, f"job_{n}", {"lr": n}, ("/s.py",)) for n in range(3)]
    RunStore.create(folder, FakeRun(1).info, jobs, b"").close()
    with closing(StoredRun(folder)) as run:
        panel.model.load(run)
        shutil.rmtree(folder)
        ask(panel, "outputs.score>1")
        assert "cannot be read" in panel.bar._verdict.text()
        assert panel.rows() == [0, 1, 2]
        assert not panel.model.arranger.is_busy
        assert [one.text for one in panel.controls.names()][:1] == ["state:"]
        ask(panel, "state:queued")
        assert panel.bar._verdict.isHidden()
        panel.model.load(None)


@pytest.mark.parametrize("width", [620, 660, 700, 800, 1100])
def test_nothing_in_the_bar_lies_over_another(qtbot, width):
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.set_counts(Counts(queued=10_000, succeeded=87_359, failed=2_641))
    bar.resize(width, 40)
    with qtbot.waitExposed(bar):
        bar.show()
    shown = [bar.all_button, *bar.state_buttons.values(), bar.search_box]
    shown += [bar.group_button, bar.columns_button]
    edges = [(one.x(), one.x() + one.width()) for one in shown if one.isVisible()]
    assert all(end <= start for (_, end), (start, _) in pairwise(sorted(edges)))
    assert edges[-1][1] <= bar.width()
