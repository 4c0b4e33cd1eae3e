"""The batch out of the window: a file that runs without it."""

from __future__ import annotations

import pytest
from window_steps import GREET, opened, said

from hopla_gui.engine.commands.batch_export import BatchKind
from hopla_gui.gui.messages import Level


@pytest.mark.parametrize("kind", BatchKind)
def test_batch_is_written_and_said_so(open_window, script, tmp_path, qtbot, kind):
    window = opened(open_window(), script(GREET), qtbot)
    chosen = tmp_path / "batch.out"
    spec = window.workbench.document.spec
    window.workbench.export_batch(kind, window.setup_panel.setup(), spec, chosen)
    qtbot.waitUntil(lambda: said(window, Level.SUCCESS) != [], timeout=10_000)
    assert str(chosen) in said(window, Level.SUCCESS)[0]
    assert "script.py" in chosen.read_text()


def test_each_kind_has_an_entry_in_the_menu_once_a_script_is_open(open_window, script, qtbot):
    window = open_window()
    assert not window._commands.batch_menu.isEnabled()
    opened(window, script(GREET), qtbot)
    assert window._commands.batch_menu.isEnabled()
    assert len(window._commands.batch_menu.actions()) == len(BatchKind)
