"""The bar at the top: words where there is room, icons where not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolButton

from hopla_gui.gui.actions import Actions
from hopla_gui.gui.header import Header
from hopla_gui.gui.theme import apply_theme


@pytest.fixture
def window(qtbot, qapp):
    apply_theme(qapp)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.actions_by_name = Actions(window)
    window.setCentralWidget(Header(window.actions_by_name))
    window.resize(1280, 60)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    qapp.setStyleSheet("")


def has_words(button: QToolButton) -> bool:
    return button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_narrow_window_shows_all_buttons_as_icons(window):
    header = window.centralWidget()
    assert has_words(header.stop_button)
    window.resize(header.minimumSizeHint().width(), 60)
    assert not has_words(header.stop_button)
    assert window.width() < 640
    assert header.theme_button.geometry().right() < header.width()
    window.resize(1280, 60)
    assert has_words(header.stop_button)


def test_words_give_way_to_a_longer_run_button(window):
    header = window.centralWidget()
    window.resize(header.minimumSizeHint().width(), 60)
    while not has_words(header.stop_button):
        window.resize(window.width() + 1, 60)
    window.actions_by_name["run"].setText("Run 1,000,000 jobs")
    assert not has_words(header.stop_button)
