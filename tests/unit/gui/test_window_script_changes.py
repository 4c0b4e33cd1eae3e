"""The script that is open changes on disk: it is told, and the form can follow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, opened, said

from hopla_gui.domain.axes import Column, Glob, Lines
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


@pytest.mark.parametrize("name", ["people.tsv", "names.txt"])
def test_values_are_read_anew_when_their_file_changes(followed, qtbot, tmp_path, name):
    window, _ = followed
    panel = window.setup_panel
    field, path = panel.form.row("name").field, tmp_path / name
    path.write_text("who\nAda\nBob\n")
    # GIVEN a field with the values of a file
    column = Column(name, "who", tmp_path) if name.endswith(".tsv") else Lines(name, tmp_path)
    panel.model.set_swept(field, True)
    panel.model.set_axis(field, column)
    before = 2 if name.endswith(".tsv") else 3
    preview, watch = panel.preview, window._form._axis_watch
    qtbot.waitUntil(lambda: preview.count_words == f"{before} jobs", timeout=10_000)
    qtbot.waitUntil(lambda: field in watch._seen, timeout=10_000)
    # WHEN it changes, and changes again
    for more in (1, 2):
        change(path, "Bob\n", "Bob\nEve\n")
        # THEN the form follows
        qtbot.waitUntil(lambda n=before + more: preview.count_words == f"{n} jobs", timeout=10_000)


def test_files_are_found_anew_when_their_folder_changes(followed, qtbot, tmp_path):
    window, _ = followed
    panel = window.setup_panel
    field, folder = panel.form.row("name").field, tmp_path / "scans"
    folder.mkdir()
    (folder / "a.nii").touch()
    panel.model.set_swept(field, True)
    panel.model.set_axis(field, Glob("scans/*.nii", tmp_path))
    qtbot.waitUntil(lambda: panel.preview.count_words == "1 job", timeout=10_000)
    qtbot.waitUntil(lambda: field in window._form._axis_watch._seen, timeout=10_000)
    (folder / "b.nii").touch()
    qtbot.waitUntil(lambda: panel.preview.count_words == "2 jobs", timeout=10_000)
