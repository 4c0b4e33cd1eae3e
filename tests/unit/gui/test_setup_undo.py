"""Undo and redo of everything in the set-up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from form_specs import flag, option, parser
from PySide6.QtCore import Qt

from hopla_gui.domain.axes import Values
from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.setup.undo import MERGE_S, UndoHistory

SPEC = parser(option("out"), option("lr", type="float"), option("n", type="int"), flag("fast"))
SCRIPT = Path(SPEC.script)
_OFF = JobEdit({"n": 1}, off=True)
BY_HAND = ((_OFF,), (_OFF, JobEdit({"n": 2}, set={"n": 3})))


def said(**fixed: object) -> Setup:
    return Setup(SCRIPT, sweep=Sweep(fixed))


@pytest.fixture
def panel(qtbot):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.resize(520, 760)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.load(SPEC, Setup(SCRIPT))
    return panel


def keys(qtbot, panel, name, text):
    editor = panel.form.row(name).editor
    editor.setFocus()
    qtbot.keyClicks(editor, text)
    settled(qtbot, panel)


def settled(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.undo_control._record_soon.isActive())


def test_acts_that_are_not_typed_are_each_a_step_however_soon_they_come():
    history = UndoHistory()
    jobs = [said(), *(replace(said(), sweep=Sweep(edits=edits)) for edits in BY_HAND)]
    history.clear(jobs[0])
    for at, setup in enumerate(jobs[1:]):
        history.record(setup, at / 10)
    assert history.undo() == jobs[1]
    assert history.undo() == jobs[0]


def test_typing_in_one_field_is_one_step_and_in_two_fields_are_two():
    history = UndoHistory()
    history.clear(said())
    for at, setup in enumerate([said(out="a"), said(out="ab"), said(out="ab", n=1)]):
        history.record(setup, at / 10)
    assert history.undo_name == "n"
    assert history.undo() == said(out="ab")
    assert history.undo() == said()
    assert history.undo() is None
    assert history.redo_name == "out"
    assert history.redo() == said(out="ab")


def test_typing_after_a_rest_is_a_step_of_its_own():
    history = UndoHistory()
    history.clear(said())
    history.record(said(out="a"), 0)
    history.record(said(out="ab"), MERGE_S + 1)
    assert history.undo() == said(out="a")


def test_a_step_after_an_undo_forgets_what_could_be_redone():
    history = UndoHistory()
    history.clear(said())
    history.record(said(out="a"), 0)
    history.undo()
    history.record(said(n=1), 0)
    assert history.redo() is None
    assert history.undo() == said()


def test_true_and_one_are_different_values():
    history = UndoHistory()
    history.clear(said(n=1))
    history.record(said(n=True), 0)
    assert history.undo() == said(n=1)


def test_each_part_of_a_setup_has_a_name():
    start = said(n=1)
    for name, changed in {
        "workers": replace(start, run=RunOptions(workers=3)),
        "time limit": replace(start, run=RunOptions(timeout=3.0)),
        "working directory": replace(start, cwd=Path("/tmp")),
        "subcommand": replace(start, subcommand=("train",)),
        "n": replace(start, sweep=Sweep({}, (Block({"n": Values((1, 2))}),))),
    }.items():
        history = UndoHistory()
        history.clear(start)
        history.record(changed, 0)
        assert history.undo_name == name


def test_keys_take_back_what_was_typed_and_bring_it_again(panel, qtbot):
    keys(qtbot, panel, "out", "abc")
    keys(qtbot, panel, "n", "5")
    assert panel.undo_control.undo_name == "n"
    panel.undo_control.undo()
    assert panel.setup().sweep.fixed == {"out": "abc"}
    panel.undo_control.undo()
    assert panel.setup().sweep.fixed == {}
    assert panel.form.row("out").editor.text() == ""
    panel.undo_control.redo()
    panel.undo_control.redo()
    assert panel.setup().sweep.fixed == {"out": "abc", "n": 5}


def test_undo_brings_back_the_sweep_its_links_and_their_order(panel, qtbot):
    model = panel.model
    out, lr, n = (panel.form.row(name).field for name in ("out", "lr", "n"))
    for field, items in ((out, ("a", "b")), (lr, (0.1, 0.2)), (n, (1, 2))):
        model.set_swept(field, True)
        model.set_axis(field, Values(items))
        settled(qtbot, panel)
    before = panel.setup()
    model.link(lr, out)
    settled(qtbot, panel)
    assert panel.undo_control.undo_name == "order of the sweep"
    model.reset(n)
    settled(qtbot, panel)
    panel.undo_control.undo()
    panel.undo_control.undo()
    assert panel.setup() == before
    assert len(model.blocks()) == 3


def test_undo_reaches_the_run_options(panel, qtbot):
    panel.options.workers.set_value(7)
    panel.options._on_edited()
    settled(qtbot, panel)
    assert panel.undo_control.undo_name == "workers"
    panel.undo_control.undo()
    assert panel.setup().run.workers is None


def test_the_undo_key_is_left_to_the_window_within_the_form(panel, qtbot):
    undone = []
    from PySide6.QtGui import QAction

    action = QAction(panel)
    action.setShortcut("Ctrl+Z")
    action.triggered.connect(lambda: undone.append(True))
    panel.addAction(action)
    keys(qtbot, panel, "out", "abc")
    qtbot.waitUntil(panel.form.row("out").editor.hasFocus)
    qtbot.keyClick(panel.form.row("out").editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone
    assert panel.form.row("out").editor.text() == "abc"


def test_a_set_up_that_is_applied_is_a_step_of_its_own(panel):
    panel.options.workers.setValue(3)
    for workers in (2, 1):
        panel.apply(replace(panel.setup(), run=RunOptions(workers=workers)))
    for workers in (2, 3, None):
        panel.undo_control.undo()
        assert panel.setup().run.workers == workers
