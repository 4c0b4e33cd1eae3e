"""A question in the window: answered by click or key, nothing below it reachable meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
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


def test_tab_goes_from_left_to_right_below_the_check_box(window, qtbot):
    question = Question(window, "Run?", "…", "Run", "Look", "Leave", remember="Always")
    seen = []
    for _ in range(4):
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Tab)
        seen.append(question.focusWidget())
    run, look, leave = question.buttons
    assert seen == [look, run, question.remember_box, leave]


def test_enter_keeps_what_could_be_lost(question, qtbot):
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Return)
    assert answer.args == [1]


def test_enter_does_what_loses_nothing(window, qtbot):
    question = Question(window, "Resume?", "…", "Resume", "Not now", is_warning=False)
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Return)
    assert answer.args == [0]


@pytest.mark.parametrize("keys", ["Ctrl+G", "Ctrl+Return", "F5", "Alt+F", "Ctrl+Z"])
def test_shortcuts_reach_the_window_only_once_it_is_answered(window, qtbot, keys):
    # GIVEN a window whose action has a shortcut, and a question over it
    action, done = QAction("Act", window), []
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda: done.append(keys))
    window.addAction(action)
    question = Question(window, "Stop?", "…", "Stop", "Keep running")
    key = QKeySequence(keys)[0]
    # WHEN it is pressed, wherever the key press goes to
    for receiver in (question.buttons[1], question, window):
        qtbot.keyClick(receiver, key.key(), key.keyboardModifiers())
    # THEN nothing is done, and nothing is answered
    assert done == []
    assert question.isVisible()
    # and it does what it does as soon as the question is gone
    qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Escape)
    qtbot.keyClick(window, key.key(), key.keyboardModifiers())
    assert done == [keys]


def test_space_and_arrows_are_the_buttons_own(question, qtbot):
    qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Left)
    assert question.focusWidget() is question.buttons[0]
    with qtbot.waitSignal(question.answered) as answer:
        qtbot.keyClick(question.focusWidget(), Qt.Key.Key_Space)
    assert answer.args == [0]


def test_window_closes_though_a_question_is_open(question, window):
    assert window.close()


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
