"""How swept parameters combine: cards to drag, repetitions with a seed, exclusion rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_specs import option, parser
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Repeat, Sweep
from hopla_gui.gui.setup.block_card import BLOCK_MIME, FIELD_MIME
from hopla_gui.gui.setup.setup_panel import SetupPanel

SPEC = parser(
    option("lr", type="float"),
    option("batch", type="int"),
    option("name"),
    option("seed", type="int", required=True),
)
BLOCKS = (
    Block({"lr": Values((0.1, 0.2, 0.3))}),
    Block({"batch": Values((8, 16))}),
    Block({"name": Values(("a", "b"))}),
)


@pytest.fixture
def panel(qtbot):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.resize(520, 800)
    panel.show()
    panel.load(SPEC, Setup(Path("/data/fit.py"), sweep=Sweep({"seed": 1}, BLOCKS)))
    panel.form.finish_building()
    return panel


def order(panel):
    return [list(block.axes) for block in panel.setup().sweep.blocks]


def drop(target, kind, name, at):
    mime = QMimeData()
    mime.setData(kind, name.encode())
    move, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    target.dropEvent(QDropEvent(at, move, mime, left, Qt.KeyboardModifier.NoModifier))


def checked_jobs(qtbot, panel):
    with qtbot.waitSignal(panel.form_check.checked):
        panel.form_check.check()
    return panel.form_check.job_count()


def test_block_is_dragged_to_another_place(panel):
    blocks = panel.sweep_panel.blocks
    drop(blocks, BLOCK_MIME, "2", QPointF(1, 5))
    assert order(panel) == [["name"], ["lr"], ["batch"]]
    last = blocks.frames[-1].geometry()
    drop(blocks, BLOCK_MIME, "0", QPointF(last.right() + 20, last.center().y()))
    assert order(panel) == [["lr"], ["batch"], ["name"]]


def test_parameter_is_dropped_on_a_card_and_beside_it(panel):
    blocks = panel.sweep_panel.blocks
    drop(blocks.frames[1], FIELD_MIME, "name", QPointF(1, 1))
    assert order(panel) == [["lr"], ["batch", "name"]]
    drop(blocks, FIELD_MIME, "name", QPointF(1, 5))
    assert order(panel) == [["name"], ["lr"], ["batch"]]


def test_keys_move_a_block_and_the_focus_stays_with_it(qtbot, panel):
    with qtbot.waitActive(panel):
        panel.activateWindow()
    field = panel.form.row("name").field
    chip = panel.sweep_panel.chips[field]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert order(panel) == [["lr"], ["name"], ["batch"]]
    assert panel.sweep_panel.chips[field].hasFocus()


def test_unequal_lengths_are_told_on_the_card(panel):
    model = panel.model
    model.link(panel.form.row("batch").field, panel.form.row("lr").field)
    assert panel.sweep_panel.frames[0].property("error")
    assert "2 values, but “--lr” has 3" in panel.form.row("batch").error()


def test_cards_that_need_two_lines_are_all_in_sight(qtbot, panel):
    panel.resize(380, 800)
    blocks = panel.sweep_panel.blocks
    qtbot.waitUntil(lambda: blocks.frames[-1].geometry().bottom() <= blocks.height())
    assert blocks.frames[-1].y() > blocks.frames[0].y()


def test_repetitions_multiply_the_jobs_and_fill_the_seed_in(qtbot, panel):
    bar = panel.sweep_panel.repeat_bar
    bar.times.setValue(5)
    assert panel.setup().sweep.repeat == Repeat(5)
    bar.seed.setCurrentText("seed")
    bar.seed.activated.emit(bar.seed.currentIndex())
    bar.first.setValue(10)
    assert panel.setup().sweep.repeat == Repeat(5, "seed", 10)
    assert "seed" not in panel.setup().sweep.fixed
    assert checked_jobs(qtbot, panel) == 60
    assert not panel.form.row("seed").editor.isEnabled()
    assert panel.form.row("seed").error() is None
    bar.times.setValue(1)
    bar.seed.setCurrentIndex(0)
    bar.seed.activated.emit(0)
    assert panel.setup().sweep.repeat is None


def test_seed_that_is_given_as_well_is_told_at_its_field(qtbot, panel):
    panel.model.set_repeat(Repeat(2, "seed"))
    panel.model.set_value(panel.form.row("seed").field, 3)
    assert checked_jobs(qtbot, panel) == 0
    assert "given twice" in panel.form.row("seed").error()


def test_rule_tells_how_many_jobs_it_removes(qtbot, panel):
    panel.sweep_panel.rule_button.click()
    row = panel.sweep_panel.rules.rows[0]
    qtbot.keyClicks(row.edit, "lr > 0.1 and batch == 8")
    assert checked_jobs(qtbot, panel) == 8
    assert row.status.text() == "removes 4 jobs"
    assert panel.setup().sweep.exclude == (Rule("lr > 0.1 and batch == 8"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lr >> 2", "at “> 2”, column 5"),
        ("lr > ", "at the end, column 6"),
        ("lr > 0.1 and bach == 8", "at “bach == 8”, column 14: no parameter is named 'bach'"),
    ],
)
def test_rule_that_cannot_be_judged_says_where_and_why(qtbot, panel, text, told):
    panel.model.set_rules((text,))
    checked_jobs(qtbot, panel)
    assert told in panel.sweep_panel.rules.rows[0].problem


def test_removed_rule_lets_its_jobs_run_again(qtbot, panel):
    panel.model.set_rules(("lr > 0.1", "batch == 8"))
    assert checked_jobs(qtbot, panel) == 2
    panel.sweep_panel.rules.rows[0].remove_button.click()
    assert checked_jobs(qtbot, panel) == 6


def test_empty_rule_leaves_nothing_out(qtbot, panel):
    panel.sweep_panel.rules.add_rule()
    assert panel.setup().sweep.exclude == ()
    assert checked_jobs(qtbot, panel) == 12


def test_rule_over_a_million_points_is_judged_in_the_background(qtbot, panel):
    model = panel.model
    for name in ("lr", "batch"):
        model.set_axis(panel.form.row(name).field, Range(0, 1000, 1))
    model.set_swept(panel.form.row("name").field, False)
    model.set_rules(("lr > batch",))
    panel.form_check.check()
    assert not panel.form_check.is_current
    qtbot.waitUntil(lambda: panel.form_check.job_count() == 500_500)
