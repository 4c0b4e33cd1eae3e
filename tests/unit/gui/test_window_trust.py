"""A script that something brings along is asked about, once; one that a person picks is not."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from window_steps import GREET, opened

from hopla_gui import paths


@pytest.fixture
def brought(script, tmp_path):
    path = tmp_path / "brought.toml"
    path.write_text(f"[script]\npath = {json.dumps(str(script(GREET)))}\n")
    return path


def answer(window, qtbot, place):
    qtbot.waitUntil(lambda: window.question is not None, timeout=10_000)
    qtbot.mouseClick(window.question.buttons[place], Qt.MouseButton.LeftButton)


def test_script_of_a_sweep_file_is_asked_about_once(open_window, brought, qtbot):
    window = open_window(brought)
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        answer(window, qtbot, 0)
    assert window.workbench.document.sweep_file == brought
    opened(window, brought, qtbot)  # no question any more
    assert window.question is None


def test_script_that_is_not_approved_is_not_run(open_window, script, tmp_path, qtbot):
    trace = tmp_path / "ran"
    bad = script(f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n")
    path = tmp_path / "bad.toml"
    path.write_text(f"[script]\npath = {json.dumps(str(bad))}\n")
    window = open_window(path)
    answer(window, qtbot, 1)
    qtbot.waitUntil(lambda: not len(window.workbench._tasks), timeout=10_000)
    assert not trace.exists()
    assert window.workbench.document.spec is None


def test_script_with_other_content_is_asked_about_again(open_window, brought, script, qtbot):
    window = opened(open_window(), script(GREET), qtbot)
    script(GREET + "\n    print('more')\n")
    window.open_path(brought)
    qtbot.waitUntil(lambda: window.question is not None, timeout=10_000)
    answer(window, qtbot, 1)


def test_dropped_script_is_asked_about_and_a_picked_one_is_not(open_window, script, qtbot):
    window = open_window()
    window.open_path(script(GREET), picked=False)
    answer(window, qtbot, 1)
    opened(window, script(GREET), qtbot)
    assert window.question is None


def test_demo_needs_no_question(open_window, qtbot):
    window = open_window()
    opened(window, paths.resource("demo", "demo.toml"), qtbot)
    assert window.question is None
