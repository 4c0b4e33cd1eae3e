"""Named set-ups of a script: kept, applied, replaced, renamed, deleted; folds are remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, opened, said

from hopla_gui import paths
from hopla_gui.domain.axes import Values
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.errors import UserError
from hopla_gui.gui.messages import Level
from hopla_gui.gui.presets import Presets
from hopla_gui.gui.setup.section import Section

SCRIPT = Path("/data/fit.py")


@pytest.fixture
def presets(tmp_path):
    return Presets(tmp_path / "presets")


def setup_of(**fixed):
    return Setup(SCRIPT, sweep=Sweep(fixed))


def test_presets_belong_to_their_script(presets):
    presets.save("quick", setup_of(n=1))
    presets.save("Long one", setup_of(n=2))
    assert presets.names(SCRIPT) == ["Long one", "quick"]
    assert presets.load(SCRIPT, "quick") == setup_of(n=1)
    assert presets.names(Path("/other/fit.py")) == []


@pytest.mark.parametrize("name", ["a/b\\c:d*?", "../up", ".", "ünï\tcode\u202e", "50%", "con"])
def test_any_name_is_a_name(presets, name):
    presets.save(name, setup_of(n=1))
    assert presets.names(SCRIPT) == [name]
    presets.rename(SCRIPT, name, "other")
    assert presets.load(SCRIPT, "other") == setup_of(n=1)
    presets.delete(SCRIPT, "other")
    assert presets.names(SCRIPT) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 300])
def test_what_is_no_name_is_refused(presets, name):
    with pytest.raises(UserError, match="name"):
        presets.save(name, setup_of())


def test_name_that_is_taken_is_kept(presets):
    presets.save("one", setup_of(n=1))
    presets.save("two", setup_of(n=2))
    with pytest.raises(UserError, match="already"):
        presets.rename(SCRIPT, "one", "two")
    assert presets.load(SCRIPT, "two") == setup_of(n=2)


# --- in the window ------------------------------------------------------------------------------


def entries(window):
    menu = window.setup_panel.script_bar.preset_button.menu()
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


def below(window, title, name):
    [found] = [a for a in entries(window)[title].menu().actions() if a.text() == f"{name}…"]
    return found


def name_it(window, name):
    window._presets.dialog.setTextValue(name)
    window._presets.dialog.accept()


def give(window, **values):
    panel = window.setup_panel
    for name, value in values.items():
        panel.model.set_value(panel.form.row(name).field, value)


def test_preset_is_kept_and_applied_and_undone(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    panel = window.setup_panel
    assert not entries(window)["No presets yet"].isEnabled()
    give(window, name="Ada", sleep=1.0)
    entries(window)["Save as a preset…"].trigger()
    name_it(window, "quick & easy")
    give(window, name="Bob")
    qtbot.waitUntil(lambda: panel.undo_control.undo_name != "")
    entries(window)["quick && easy"].trigger()
    assert panel.setup().sweep.fixed == {"name": "Ada", "sleep": 1.0}
    qtbot.waitUntil(lambda: panel.undo_control.undo_name == "name")
    panel.undo_control.undo()
    assert panel.setup().sweep.fixed["name"] == "Bob"


def test_preset_that_is_not_finished_is_kept_as_far_as_it_goes(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    panel = window.setup_panel
    panel.model.set_swept(panel.form.row("name").field, True)
    panel.model.set_axis(panel.form.row("name").field, Values(()))
    give(window, sleep=2.0)
    window._presets.save("half")
    assert said(window, Level.ERROR) == []
    assert window._presets._presets.load(panel.setup().script, "half").sweep == Sweep(
        {"sleep": 2.0}
    )


def test_preset_is_replaced_renamed_and_deleted(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    path = window.setup_panel.setup().script
    kept = Presets(paths.data_dir() / "presets")
    window._presets.save("one")
    give(window, name="Ada")
    below(window, "Replace with the form", "one").trigger()
    qtbot.mouseClick(window.question.buttons[0], Qt.MouseButton.LeftButton)
    assert kept.load(path, "one").sweep.fixed == {"name": "Ada"}
    below(window, "Rename", "one").trigger()
    name_it(window, "two")
    assert kept.names(path) == ["two"]
    below(window, "Delete", "two").trigger()
    qtbot.keyClick(window.question.focusWidget(), Qt.Key.Key_Return)  # Enter keeps it
    assert kept.names(path) == ["two"]
    below(window, "Delete", "two").trigger()
    qtbot.mouseClick(window.question.buttons[0], Qt.MouseButton.LeftButton)
    assert kept.names(path) == []


def test_preset_of_a_parameter_that_is_gone_says_so(open_window, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    panel = window.setup_panel
    old = Setup(panel.setup().script, sweep=Sweep({"gone": 1}, (Block({"name": Values(("a",))}),)))
    window._presets._presets.save("old", old)
    window._presets.apply("old")
    notice = panel.form.stray_notice
    assert notice.label.text() == "The script has no parameter for: gone"
    qtbot.mouseClick(notice.drop_button, Qt.MouseButton.LeftButton)
    assert notice.isHidden()
    assert panel.setup().sweep.swept == ("name",)


def shown_sections(window):
    """Return the sections of the form; those of the form before go a few at a time."""
    sections = window.setup_panel.form.findChildren(Section)
    return [section for section in sections if section.isVisible()]


def test_folds_of_each_script_are_remembered(open_window, script, qtbot):
    path = script(GREET)
    window = opened(open_window(), path, qtbot)
    [section] = shown_sections(window)
    qtbot.mouseClick(section._header, Qt.MouseButton.LeftButton)
    assert not section.is_open
    opened(window, path, qtbot)
    [section] = shown_sections(window)
    assert not section.is_open
    other = path.with_name("other.py")
    other.write_text(path.read_text())
    opened(window, other, qtbot)
    [section] = shown_sections(window)
    assert section.is_open
