"""A question in the window: answered by click or key, nothing below it reachable meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hopla_gui.gui.question import Question


@pytest.fixture
def window(qtbot) -> QWidget:
    found = QWidget()
    qtbot.addWidget(found)
    QVBoxLayout(found).addWidget(QLineEdit())
    found.resize(700, 400)
    with qtbot.waitExposed(found):
        found.show()
    found.findChild(QLineEdit).setFocus()
    return found


@pytest.fixture
def question(window) -> Question:
    return Question(window, "Stop 3 running jobs and close?", "…", "Stop and close", "Keep running")


def test_button_answers_with_its_place(question, qtbot):
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.mouseClick(question.buttons[0], Qt.MouseButton.LeftButton)
    assert answer.args == [0]


def test_escape_is_the_way_out(question, qtbot):
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.buttons[0], Qt.Key.Key_Escape)
    assert answer.args == [1]


def test_tab_stays_inside(question, qtbot):
    seen = []
    for _ in range(3):
        seen.append(question.focusWidget())
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Tab)
    assert seen == [question.buttons[1], question.buttons[0], question.buttons[1]]


def test_enter_keeps_what_could_be_lost(question, qtbot):
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Return)
    assert answer.args == [1]


def test_enter_does_what_loses_nothing(window, qtbot):
    question = Question(window, "Resume?", "…", "Resume", "Not now", is_warning=False)
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Return)
    assert answer.args == [0]


def test_covers_the_window_at_any_size(question, window, qtbot):
    window.resize(900, 600)
    qtbot.waitUntil(lambda: question.size() == window.size())


def test_what_opens_below_has_the_focus_afterwards(question, window, qtbot):
    other = QLineEdit()
    window.layout().addWidget(other)
    other.show()
    other.setFocus()
    qtbot.waitUntil(lambda: question.buttons[1].hasFocus())
    qtbot.keyClick(question.buttons[0], Qt.Key.Key_Escape)
    assert window.focusWidget() is other


def test_focus_goes_home_where_it_came_from_nothing_in_sight(window, qtbot):
    home = QLineEdit()
    window.layout().addWidget(home)
    home.show()
    before = window.findChild(QLineEdit)
    before.setFocus()
    question = Question(window, "Resume?", "…", "Resume", "Not now", home=lambda: home)
    before.hide()
    qtbot.keyClick(question.buttons[0], Qt.Key.Key_Escape)
    assert window.focusWidget() is home


def test_focus_goes_back(question, window, qtbot):
    qtbot.mouseClick(question.buttons[1], Qt.MouseButton.LeftButton)
    assert window.focusWidget() is window.findChild(QLineEdit)
