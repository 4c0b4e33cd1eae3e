"""Messages in the window: plain text, details to unfold, at most three in sight, none lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolButton, QWidget

from hopla_gui.errors import UserError
from hopla_gui.gui.messages import SHOWN_AT_MOST, Level, MessageBar


@pytest.fixture
def bar(qtbot) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    found = MessageBar(window)
    window.show()
    yield found
    window.close()


def button(message: QWidget, name: str) -> QToolButton:
    found = message.findChildren(QToolButton)
    return next(one for one in found if one.accessibleName().startswith(name))


def test_bar_takes_no_room_until_there_is_something_to_say(bar):
    assert not bar.isVisible()
    bar.show_message(Level.INFO, "done")
    assert bar.isVisible()


def test_error_shows_its_line_and_folds_its_detail(bar, qtbot):
    bar.show_error(UserError("script.py: no parser", "Traceback\n  ValueError: boom"))
    (message,) = bar.messages
    detail = message.findChild(QPlainTextEdit)
    assert not detail.isVisible()
    qtbot.mouseClick(button(message, "Details"), Qt.MouseButton.LeftButton)
    assert detail.isVisible()
    assert detail.toPlainText() == "Traceback\n  ValueError: boom"


def test_text_is_never_markup(bar):
    hostile = "<img src='file:///etc/passwd'><b>bold</b>"
    bar.show_message(Level.ERROR, hostile)
    (message,) = bar.messages
    label = next(one for one in message.findChildren(QLabel) if one.text() == hostile)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_copy_takes_line_and_detail(bar, qtbot):
    bar.show_message(Level.ERROR, "what", "why")
    qtbot.mouseClick(button(bar.messages[0], "Copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "what\nwhy"


def test_same_message_counts_up(bar):
    for _ in range(4):
        bar.show_message(Level.WARNING, "slow disk")
    (message,) = bar.messages
    assert "4 times" in message.findChild(QLabel).text()


def test_three_newest_are_in_sight_and_others_come_back(bar):
    for number in range(5):
        bar.show_message(Level.INFO, f"message {number}")
    shown = [one.text for one in bar.messages if one.isVisible()]
    assert shown == ["message 4", "message 3", "message 2"]
    assert len(shown) == SHOWN_AT_MOST
    button(bar.messages[0], "Dismiss").click()
    assert [one.text for one in bar.messages if one.isVisible()][-1] == "message 1"
    bar.clear()
    assert bar.messages == ()
    assert not bar.isVisible()


def test_news_does_not_push_an_error_out_of_sight(bar):
    bar.show_message(Level.ERROR, "broken")
    for number in range(4):
        bar.show_message(Level.INFO, f"news {number}")
    shown = [one.text for one in bar.messages if one.isVisible()]
    assert shown == ["broken", "news 3", "news 2"]


def test_long_word_does_not_widen_the_window(bar):
    width = bar.window().minimumSizeHint().width()
    bar.show_message(Level.ERROR, "/".join(["a" * 300] * 5), "x" * 5000)
    assert bar.window().minimumSizeHint().width() < max(width, 700)


def test_news_passes_and_errors_stay(bar, qtbot, monkeypatch):
    monkeypatch.setattr("hopla_gui.gui.messages._PASSING_MS", 1)
    bar.show_message(Level.ERROR, "broken")
    bar.show_message(Level.SUCCESS, "saved")
    qtbot.waitUntil(lambda: [one.text for one in bar.messages] == ["broken"])
