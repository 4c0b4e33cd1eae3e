"""Sweeping parameters: lists of values at the field, linked and crossed blocks."""

from __future__ import annotations

import pytest
from form_specs import flag, option, parser, type_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPlainTextEdit, QToolButton

from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.params import Action, ParamSpec
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.gui.setup.axis_editor import AxisEditor
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.list_editors import LinesEdit
from hopla_gui.gui.setup.mode import Mode
from hopla_gui.gui.setup.parameter_form import ParameterForm
from hopla_gui.gui.setup.sweep_panel import SweepPanel

LR = option("lr", type="float")
N = option("n", type="int")
MODE = option("mode", choices=("a", "b", "c"))
FAST = flag("fast")


@pytest.fixture
def form(qtbot):
    form = ParameterForm(FormModel())
    qtbot.addWidget(form)
    form.resize(520, 700)
    form.show()
    form.model.show(parser(LR, N, MODE, FAST, option("name")), (), Sweep())
    form.finish_building()
    return form


@pytest.fixture
def panel(qtbot, form):
    panel = SweepPanel(form.model)
    qtbot.addWidget(panel)
    panel.resize(520, 100)
    return panel


def blocks(form):
    return [
        {name: list(axis.values()) for name, axis in block.axes.items()}
        for block in form.model.sweep().blocks
    ]


def sweep(qtbot, form, name, text=None):
    row = form.row(name)
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    lines = row.axis_editor.findChild(QPlainTextEdit)
    if text is not None:
        lines.selectAll()
        type_lines(qtbot, lines, text)
    return row


def choose(row, mode):
    """Choose a mode in the row, as a person does."""
    combo = row.axis_editor.mode_combo
    combo.setCurrentText(mode.value)
    combo.activated.emit(combo.currentIndex())


def test_swept_field_takes_one_value_a_line(qtbot, form):
    sweep(qtbot, form, "lr", "0.1\n0.01")
    assert blocks(form) == [{"lr": [0.1, 0.01]}]
    assert not form.row("lr").editor.isVisible()


def test_bad_line_is_named(qtbot, form):
    row = sweep(qtbot, form, "lr", "0.1\nabc\n\n0,5")
    assert row.error() == "line 2: “abc” is not a number (and 1 more)"


def test_swept_field_without_a_value_says_so(qtbot, form):
    assert sweep(qtbot, form, "lr").error() == "give at least one value to sweep"


def test_column_of_a_spreadsheet_is_pasted(qtbot, form):
    row = sweep(qtbot, form, "n")
    QApplication.clipboard().setText("1\r\n2\r\n3\r\n")
    row.axis_editor.findChild(QPlainTextEdit).paste()
    assert blocks(form) == [{"n": [1, 2, 3]}]


def test_values_are_read_from_a_file(qtbot, form, tmp_path):
    path = tmp_path / "subjects.txt"
    path.write_text("sub-01\nsub 02\n\n", encoding="utf-8")
    row = sweep(qtbot, form, "name", "sub-00")
    row.axis_editor.read_file(path)
    assert blocks(form) == [{"name": ["sub-00", "sub-01", "sub 02"]}]


def test_file_that_is_no_text_is_told_and_changes_nothing(qtbot, form, tmp_path):
    path = tmp_path / "values.bin"
    path.write_bytes(b"\xff\xfe\x00")
    row = sweep(qtbot, form, "name", "a")
    row.axis_editor.read_file(path)
    assert blocks(form) == [{"name": ["a"]}]
    assert any("not a text file" in label.text() for label in row.findChildren(QLabel))


def test_flag_is_swept_over_off_and_on(qtbot, form):
    sweep(qtbot, form, "fast")
    assert blocks(form) == [{"fast": [False, True]}]


def test_choices_are_checked_and_can_be_listed_with_doubles(qtbot, form):
    row = sweep(qtbot, form, "mode")
    assert blocks(form) == [{"mode": ["a", "b", "c"]}]
    row.axis_editor.findChildren(QCheckBox)[1].click()
    assert blocks(form) == [{"mode": ["a", "c"]}]
    qtbot.mouseClick(row.axis_editor.as_list_button, Qt.MouseButton.LeftButton)
    type_lines(qtbot, row.axis_editor.findChild(QPlainTextEdit), "b\n")
    assert blocks(form) == [{"mode": ["b", "a", "c"]}]


def test_toggling_to_and_fro_keeps_what_can_be_kept(qtbot, form):
    row = form.row("lr")
    qtbot.keyClicks(row.editor, "0.5")
    sweep(qtbot, form, "lr")
    assert blocks(form) == [{"lr": [0.5]}]
    type_lines(qtbot, row.axis_editor.findChild(QPlainTextEdit), "0.1\n")
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    assert blocks(form) == []
    assert form.model.sweep().fixed == {"lr": 0.5}
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    assert blocks(form) == [{"lr": [0.1, 0.5]}]


def test_first_value_is_kept_where_nothing_was_fixed(qtbot, form):
    row = sweep(qtbot, form, "n", "3\n4")
    qtbot.mouseClick(row.sweep_button, Qt.MouseButton.LeftButton)
    assert row.editor.text() == "3"


def test_keys_sweep_and_reset_the_field_with_the_focus(qtbot, form):
    with qtbot.waitActive(form):
        form.activateWindow()
    form.row("lr").focus_editor()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(form.row("lr").editor, Qt.Key.Key_S, keys)
    assert form.model.state(form.row("lr").field).swept
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_R, keys)
    assert not form.model.state(form.row("lr").field).given


def test_tab_leaves_a_swept_field_for_the_next_one(qtbot, form):
    with qtbot.waitActive(form):
        form.activateWindow()
    sweep(qtbot, form, "lr", "1\n2")
    found = []
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        found.append(QApplication.focusWidget())
    assert isinstance(found[0], QToolButton)
    assert found[0].text() == "From file…"
    assert found[1] is form.row("n").editor


def test_range_of_a_sweep_file_stays_a_range_until_it_is_listed(qtbot, form):
    form.model.show(parser(LR), (), Sweep({}, (Block({"lr": Range(0, 1, 0.5)}),)))
    row = form.row("lr")
    assert form.model.sweep().blocks[0].axes["lr"] == Range(0, 1, 0.5)
    choose(row, Mode.LIST)
    assert form.model.sweep().blocks[0].axes["lr"] == Values((0.0, 0.5))


def test_axis_that_cannot_be_read_is_told_at_its_field(form):
    form.model.show(parser(LR), (), Sweep({}, (Block({"lr": Range(0, 1, 0)}),)))
    assert form.row("lr").error() == "a range needs a step other than 0"


def test_linked_parameters_advance_together_and_lengths_are_compared(qtbot, form, panel):
    sweep(qtbot, form, "lr", "1\n2\n3")
    sweep(qtbot, form, "n", "1\n2")
    assert len(panel.frames) == 2
    model, lr, n = form.model, form.row("lr").field, form.row("n").field
    model.link(n, lr)
    assert blocks(form) == [{"lr": [1, 2, 3], "n": [1, 2]}]
    assert form.row("n").error() == "2 values, but “--lr” has 3"
    type_lines(qtbot, form.row("n").axis_editor.findChild(QPlainTextEdit), "\n3")
    assert form.row("n").error() is None
    assert form.row("lr").error() is None
    model.unlink(n)
    assert blocks(form) == [{"lr": [1, 2, 3]}, {"n": [1, 2, 3]}]


def test_order_of_blocks_is_the_order_of_nesting(qtbot, form, panel):
    for name in ("fast", "mode", "n"):
        sweep(qtbot, form, name, "1" if name == "n" else None)
    form.model.move_block(2, 0)
    assert [list(block) for block in blocks(form)] == [["n"], ["fast"], ["mode"]]
    form.model.unlink(form.row("mode").field, before=1)
    assert [list(block) for block in blocks(form)] == [["n"], ["mode"], ["fast"]]


def test_menu_of_a_chip_links_it(qtbot, form, panel):
    sweep(qtbot, form, "fast")
    sweep(qtbot, form, "mode")
    menu = panel.chips[form.row("mode").field].menu()
    menu.aboutToShow.emit()
    action = next(one for one in menu.actions() if one.text() == "Advance together with fast")
    action.trigger()
    qtbot.waitUntil(lambda: len(form.model.blocks()) == 1)
    assert [list(block) for block in blocks(form)] == [["fast", "mode"]]


def test_reset_stops_the_sweep(qtbot, form, panel):
    row = sweep(qtbot, form, "lr", "1\n2")
    qtbot.mouseClick(row.reset_button, Qt.MouseButton.LeftButton)
    assert blocks(form) == []
    assert panel.blocks.isHidden()


def test_sweep_of_lists_has_a_list_a_line(qtbot, form):
    form.model.show(parser(option("xs", nargs="+", type="int")), (), Sweep())
    sweep(qtbot, form, "xs", "1 2\n3, 4, 5")
    assert blocks(form) == [{"xs": [[1, 2], [3, 4, 5]]}]


def test_sweep_of_lists_of_lists_is_written_as_json(qtbot, form):
    form.model.show(parser(option("D", action=Action.APPEND, nargs=2)), (), Sweep())
    row = sweep(qtbot, form, "D", '[["a", "b"]]\n[["a"]]')
    assert blocks(form) == [{"D": [[["a", "b"]], [["a"]]]}]
    assert row.error() == "line 2: takes 2 values, 1 given"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
MANY = {
    ParamSpec("x", ("--x",)): TEXTS,
    ParamSpec("x", ("--x",), nargs="+"): st.lists(TEXTS, min_size=1, max_size=3),
    ParamSpec("x", ("--x",), Action.APPEND, nargs="+"): st.lists(
        st.lists(TEXTS, min_size=1, max_size=2), min_size=1, max_size=2
    ),
}


@pytest.mark.parametrize("param", MANY, ids=lambda param: f"depth {Field.of(param).depth}")
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_any_values_survive_in_the_list_of_a_swept_field(qtbot, param, data):
    values = tuple(data.draw(st.lists(MANY[param], min_size=1, max_size=4)))
    editor = AxisEditor(Field.of(param))
    editor.set_value(Values(values))
    lines = editor.findChild(LinesEdit)
    lines.setPlainText(lines.document().toRawText().replace("\u2029", "\n") + "\n")
    assert editor.value() == Values(values)
