"""The script that is open changes on disk: it is told, and the form can follow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, opened, said

from hopla_gui.gui.messages import Level


def infos(window):
    return " ".join(said(window, Level.INFO))


def change(path, old, new):
    other = path.with_name("editor.tmp")  # as editors do: a new file in the old one's place
    other.write_text(path.read_text().replace(old, new))
    other.replace(path)


@pytest.fixture
def followed(open_window, script, qtbot):
    """A window that knows the content of its script."""
    path = script(GREET)
    window = opened(open_window(), path, qtbot)
    panel = window.setup_panel
    panel.model.set_value(panel.form.row("name").field, "Ada")
    qtbot.waitUntil(lambda: window._form._reinspection.watch._seen is not None)
    return window, path


def test_difference_is_told_before_the_form_follows(followed, qtbot):
    window, path = followed
    panel, bar = window.setup_panel, window.setup_panel.change_bar
    change(path, '"--sleep", type=float', '"--loud", "--sleep", type=int')
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert bar.text.text() == "script.py has changed: 1 renamed, 1 retyped."
    assert "--sleep is now --loud" in bar.details.toPlainText()
    assert [field.param.label for field in panel.model.fields()] == ["--name", "--sleep"]
    # WHEN the person takes it
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        qtbot.mouseClick(bar.update_button, Qt.MouseButton.LeftButton)
    # THEN the form follows, with what was given
    assert bar.isHidden()
    assert [field.param.label for field in panel.model.fields()] == ["--name", "--loud"]
    assert panel.setup().sweep.fixed == {"name": "Ada"}
    assert "renamed" not in infos(window)  # it has been told


def test_form_can_stay_as_it_is_and_follow_later(followed, qtbot):
    window, path = followed
    panel, bar = window.setup_panel, window.setup_panel.change_bar
    change(path, '"--name", default', '"--who", dest="name", default')
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        window._commands["reload"].trigger()
    assert "script.py: 1 renamed" in infos(window)
    assert panel.setup().sweep.fixed == {"name": "Ada"}


def test_file_that_is_half_written_leaves_the_form(followed, qtbot):
    window, path = followed
    panel, bar = window.setup_panel, window.setup_panel.change_bar
    whole = path.read_text()
    change(path, "parser.parse_args()", "parser.parse_args(")
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert "cannot be read as it stands" in bar.text.text()
    assert panel.setup().sweep.fixed == {"name": "Ada"}
    # WHEN it is whole again, the bar goes
    path.write_text(whole)
    qtbot.waitUntil(bar.isHidden, timeout=20_000)


def test_change_that_concerns_no_parameter_asks_nothing(followed, qtbot):
    window, path = followed
    change(path, "hello", "good day")
    qtbot.waitUntil(lambda: "its parameters are the same" in infos(window), timeout=20_000)
    assert window.setup_panel.change_bar.isHidden()


def test_file_that_is_touched_is_no_change(open_window, script, qtbot):
    path = script(GREET)
    window = opened(open_window(), path, qtbot)
    qtbot.waitUntil(lambda: window._form._reinspection.watch._seen is not None)
    path.touch()
    with qtbot.assertNotEmitted(window._form._reinspection.watch.changed, wait=700):
        path.write_text(path.read_text())
