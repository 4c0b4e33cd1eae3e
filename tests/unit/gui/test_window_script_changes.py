"""The script that is open changes on disk: it is told, and the form can follow."""

from __future__ import annotations

from window_steps import GREET, opened, said

from hopla_gui.gui.messages import Level


def infos(window):
    return " ".join(said(window, Level.INFO))


def test_change_on_disk_is_told_and_values_are_carried_over(open_window, script, qtbot):
    path = script(GREET)
    window = opened(open_window(), path, qtbot)
    panel = window.setup_panel
    panel.model.set_value(panel.form.row("name").field, "Ada")
    qtbot.waitUntil(lambda: window._form._watch._seen is not None)
    other = path.with_name("editor.tmp")  # as editors do: a new file in the old one's place
    other.write_text(path.read_text().replace('"--sleep"', '"--loud", "--sleep"'))
    other.replace(path)
    qtbot.waitUntil(lambda: "has changed on disk" in infos(window), timeout=10_000)
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        window._commands["reload"].trigger()
    assert "script.py: 1 renamed" in infos(window)
    assert panel.setup().sweep.fixed == {"name": "Ada"}


def test_file_that_is_touched_is_no_change(open_window, script, qtbot):
    path = script(GREET)
    window = opened(open_window(), path, qtbot)
    qtbot.waitUntil(lambda: window._form._watch._seen is not None)
    path.touch()
    with qtbot.assertNotEmitted(window._form._watch.changed, wait=700):
        path.write_text(path.read_text())
