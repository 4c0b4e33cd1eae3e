"""A whole table as the sweep: read, mapped by name, by choice and by dragging, undone, saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from form_specs import flag, option, parser
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from window_steps import GREET, drop_on, opened, said

from hopla_gui.domain.axes import Values
from hopla_gui.domain.fileaxes import Column
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.engine.sweepfiles.sweepfile import load_setup, save_setup
from hopla_gui.gui.messages import Level
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.setup.table_page import TablePage
from hopla_gui.gui.setup.table_view import COLUMN_MIME

SPEC = parser(
    option("participant_id", required=True),
    option("age", type="int"),
    option("lr", type="float"),
    option("sizes", type="int", nargs="+"),
    flag("fast"),
    option("repeats", action="count", nargs=0, flags=("-r",)),
)
TSV = "Participant-ID\tage\tsizes\tfast\tnotes\nsub-01\t34\t1 2\tyes\tx\nsub-02\t28\t3\t0\t\n"


@pytest.fixture
def spec(tmp_path):
    return replace(SPEC, script=str(tmp_path / "fit.py"))


@pytest.fixture
def panel(qtbot, spec):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.load(spec, Setup(Path(spec.script)))
    return panel


@pytest.fixture
def page(qtbot, panel, qtmodeltester):
    page = TablePage(panel.model)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.start()
    yield page
    page.stop()
    for model in (page.table_model, page.map_model):
        qtmodeltester.check(model)


def read(qtbot, page, path):
    with qtbot.waitSignal(page.table_model.modelReset):
        page.open(path)


def paste(qtbot, page, text):
    QGuiApplication.clipboard().setText(text)
    with qtbot.waitSignal(page.table_model.modelReset):
        qtbot.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def mapped(page):
    return {field.param.dest: column for field, column in page.map_model.mapped.items()}


def row_of(page, dest):
    rows = range(page.map_model.rowCount())
    return next(row for row in rows if page.map_model.field(row).param.dest == dest)


def drop(page, column, dest):
    mime = QMimeData()
    mime.setData(COLUMN_MIME, column.encode())
    model = page.map_model
    parent = model.index(row_of(page, dest), 0)
    assert model.canDropMimeData(mime, Qt.DropAction.CopyAction, -1, -1, parent)
    assert model.dropMimeData(mime, Qt.DropAction.CopyAction, -1, -1, parent)


@pytest.fixture
def tsv(tmp_path):
    path = tmp_path / "participants.tsv"
    path.write_text(TSV)
    return path


def test_columns_go_to_the_parameters_of_their_names(qtbot, page, tsv):
    read(qtbot, page, tsv)
    assert mapped(page) == {
        "participant_id": "Participant-ID",
        "age": "age",
        "sizes": "sizes",
        "fast": "fast",
    }
    assert page.summary.text() == "2 rows, 4 parameters. Not used: notes"
    assert page.use_button.hasFocus()


def test_rows_become_jobs_texts_stay_in_the_file_and_the_rest_is_read(qtbot, page, panel, tsv):
    read(qtbot, page, tsv)
    with qtbot.waitSignal(page.close_wanted):
        qtbot.keyClick(page.use_button, Qt.Key.Key_Return)
    [block] = panel.setup().sweep.blocks
    assert block.axes["participant_id"].values() == ("sub-01", "sub-02")
    assert isinstance(block.axes["age"], Column)
    assert block.axes["sizes"] == Values(([1, 2], [3]))
    assert block.axes["fast"] == Values((True, False))
    assert panel.form_check.problems() == []
    with qtbot.waitSignal(panel.form_check.checked):
        panel.form_check.check()
    assert [job.parameters["age"] for job in panel.form_check.jobs] == [34, 28]


def test_table_is_one_step_to_undo_and_to_redo(qtbot, page, panel, tsv):
    panel.model.set_swept(panel.form.row("lr").field, True)
    panel.model.set_axis(panel.form.row("lr").field, Values((0.1, 0.2)))
    qtbot.waitUntil(lambda: panel.undo_control.undo_name == "lr")
    before = panel.setup()
    read(qtbot, page, tsv)
    assert page.summary.text() == "2 rows, 4 parameters, crossed with --lr. Not used: notes"
    page.use()
    qtbot.waitUntil(lambda: panel.undo_control.undo_name == "change of 4 fields")
    after = panel.setup()
    panel.undo_control.undo()
    assert panel.setup() == before
    panel.undo_control.redo()
    assert panel.setup() == after


def test_sweep_file_says_the_table_and_shows_it_again(qtbot, page, panel, spec, tsv, tmp_path):
    read(qtbot, page, tsv)
    drop(page, "notes", "participant_id")
    page.use()
    save_setup(panel.setup(), tmp_path / "s.toml")
    assert '{ table = "participants.tsv", column = "notes" }' in (tmp_path / "s.toml").read_text()
    panel.load(spec, load_setup(tmp_path / "s.toml"))
    with qtbot.waitSignal(page.table_model.modelReset):
        page.start()
    told = {"participant_id": "notes", "age": "age", "sizes": "sizes", "fast": "fast"}
    assert mapped(page) == told
    # WHEN a column is taken away and the table is used anew
    page.map.setCurrentIndex(page.map_model.index(row_of(page, "age"), 0))
    qtbot.keyClick(page.map, Qt.Key.Key_Delete)
    page.use()
    # THEN its parameter is not swept any more
    assert panel.setup().sweep.swept == ("participant_id", "sizes", "fast")
    assert len(panel.setup().sweep.blocks) == 1


def test_what_was_linked_to_the_table_by_hand_stays_linked(qtbot, page, panel, tsv):
    read(qtbot, page, tsv)
    page.use()
    lr, age = panel.form.row("lr").field, panel.form.row("age").field
    panel.model.set_swept(lr, True)
    panel.model.set_axis(lr, Values((0.1, 0.2)))
    panel.model.link(lr, age)
    page.start()
    page.use()
    [block] = panel.setup().sweep.blocks
    assert block.axes["lr"] == Values((0.1, 0.2))


def test_cells_pasted_from_a_spreadsheet_are_copied_into_the_form(qtbot, page, panel):
    paste(qtbot, page, "lr\tparticipant_id\n0.1\ta b\n1e-3\t\n")
    page.use()
    assert panel.setup().sweep.blocks == (
        Block({"participant_id": Values(("a b", "")), "lr": Values(("0.1", "1e-3"))}),
    )


@pytest.mark.qt_log_ignore("does not support")  # offscreen, a popup
def test_column_is_chosen_from_the_list(qtbot, page, tsv):
    read(qtbot, page, tsv)
    page.map.setCurrentIndex(page.map_model.index(row_of(page, "lr"), 0))
    qtbot.keyClick(page.map, Qt.Key.Key_Return)
    combo = page.map.indexWidget(page.map.currentIndex())
    combo.setCurrentText("notes")
    combo.activated.emit(combo.currentIndex())
    assert mapped(page)["lr"] == "notes"
    qtbot.mouseClick(page.match_button, Qt.MouseButton.LeftButton)
    assert "lr" not in mapped(page)


def test_what_is_no_table_is_told_and_the_one_before_stays(qtbot, page, tsv, tmp_path):
    read(qtbot, page, tsv)
    (tmp_path / "bad.csv").write_text("a,b\n1\n")
    page.open(tmp_path / "bad.csv")
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.text() == f"{tmp_path / 'bad.csv'}, line 2: 1 cell, but 2 columns"
    assert page.source.text() == "participants.tsv · 2 rows"
    page.open(tmp_path / "none.csv")
    qtbot.waitUntil(lambda: "cannot read" in page.problem.text())


def test_table_without_rows_cannot_be_used(qtbot, page):
    paste(qtbot, page, "lr\tage\n")
    assert not page.use_button.isEnabled()
    assert page.summary.text() == "The table has no rows below its titles."


def test_hostile_titles_are_shown_as_text(qtbot, page):
    paste(qtbot, page, "<b>lr</b>\x1b[31m\t\u202eage\n1\t2\n")
    shown = page.table_model.headerData(0, Qt.Orientation.Horizontal)
    assert shown.startswith("<b>lr</b>⟨ESC⟩[31m")
    tip = page.table_model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "<b>lr" not in tip


def test_member_of_an_exclusive_group_gives_way(qtbot):
    from form_specs import ONE_OF_TWO

    spec = parser(flag("json", exclusive=ONE_OF_TWO), option("csv", exclusive=ONE_OF_TWO))
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.load(spec, Setup(Path(spec.script), sweep=Sweep({"json": True})))
    field = panel.form.row("csv").field
    panel.model.sweep_together({field: Values(("a", "b"))})
    assert panel.setup().sweep == Sweep({}, (Block({"csv": Values(("a", "b"))}),))


def test_table_dropped_on_the_window_opens_the_page(open_window, script, qtbot, tsv):
    window = open_window()
    drop_on(window, tsv)
    assert "open that first" in said(window, Level.INFO)[0]
    opened(window, script(GREET), qtbot)
    with qtbot.waitSignal(window.table_page.table_model.modelReset):
        drop_on(window, tsv)
    assert window.pages.currentWidget() is window.table_page
    qtbot.keyClick(window.table_page, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.splitter
