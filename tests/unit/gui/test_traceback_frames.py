"""The traceback as frames that fold: which lines there are, what is open, search, the editor."""

from __future__ import annotations

import pytest
from jobs_fake_run import HOSTILE, TRACEBACK, FakeRun, failed
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QTextEdit

from hopla_gui.domain.raised import Frame, Raised
from hopla_gui.gui.jobs.job_details import JobDetails
from hopla_gui.gui.traceback.frame_lines import (
    closed_at_first,
    closed_for_room,
    traceback_lines,
    visible,
)
from hopla_gui.gui.traceback.frames_view import FramesView
from hopla_gui.gui.traceback.traceback_view import TracebackView

SOURCE = ("def load(path, smooth):", "    if smooth <= 0:", "        raise ValueError(smooth)")
USER = Frame("/home/ada/fit.py", 12, "load", True, 10, SOURCE, (("smooth", "0"), ("x", "'a'")))
MAIN = Frame("/home/ada/main.py", 3, "<module>", True, 2, ("a()", "load()"), (("n", "1"),))
LIBRARY = Frame("/usr/lib/python3.11/json/decoder.py", 355, "decode", False, 355, ("raise x",))
ERROR = Raised("ValueError", "smooth must be > 0", (MAIN, LIBRARY, LIBRARY, USER))


def shown(raised, closed=None):
    lines = traceback_lines(raised)
    closed = closed_at_first(lines) if closed is None else closed
    return [lines[n].shown(n not in closed) for n in visible(lines, closed)]


def test_user_frames_are_open_and_libraries_are_closed():
    assert shown(ERROR) == [
        "▾ main.py:3 in <module>    /home/ada",
        "    2  a()",
        "  → 3  load()",
        "  ▸ 1 variable",
        "▸ 2 library frames: json",
        "▾ fit.py:12 in load    /home/ada",
        "    10  def load(path, smooth):",
        "    11      if smooth <= 0:",
        "  → 12          raise ValueError(smooth)",
        "  ▾ 2 variables",
        "    smooth = 0",
        "    x = 'a'",
        "ValueError: smooth must be > 0",
    ]
    everything = shown(ERROR, closed=())
    assert everything.count("    ▾ json/decoder.py:355 in decode") == 0
    assert everything.count("  ▾ json/decoder.py:355 in decode") == 2


def test_variables_are_closed_where_they_alone_drive_out_the_line_that_failed():
    lines = traceback_lines(ERROR)  # → 12, 2 variables, smooth, x, ValueError: five rows
    ends = {rows: shown(ERROR, closed_for_room(lines, rows))[-2] for rows in (2, 3, 4, 5, 6)}
    closed = [rows for rows, end in ends.items() if end == "  ▸ 2 variables"]
    assert closed == [3, 4]


def test_variables_open_when_there_is_room_for_them_until_somebody_folds(qtbot):
    view = FramesView()
    qtbot.addWidget(view)
    line = view.fontMetrics().lineSpacing()
    view.resize(400, 5 * line)
    with qtbot.waitExposed(view):
        view.show()
    view.show_raised(ERROR)
    assert "▸ 2 variables" in view.toPlainText()
    view.resize(400, 20 * line)
    assert "▾ 2 variables" in view.toPlainText()
    view.toggle(view.lines().index(next(found for found in view.lines() if found.folds)))
    view.resize(400, 5 * line)
    assert "▾ 2 variables" in view.toPlainText()


def test_a_long_line_that_comes_and_goes_with_its_scroll_bar_is_folded_once(qtbot):
    # GIVEN a variable whose text is wider than the view: a scroll bar takes the room of a line
    variables = (("parser", "ArgumentParser(" + "x" * 300), ("x", "1"))
    frame = Frame("/home/ada/fit.py", 12, "load", True, 10, SOURCE, variables)
    raised = Raised("ValueError", "bad", (frame,))
    view = FramesView()
    qtbot.addWidget(view)
    laid_out = []
    view.document().contentsChanged.connect(lambda: laid_out.append(1))
    with qtbot.waitExposed(view):
        view.show()
    view.show_raised(raised)
    # WHEN it has any height
    for height in range(40, 260):
        laid_out.clear()
        view.resize(500, height)
        qtbot.wait(1)
        # THEN it settles
        assert len(laid_out) <= 6, height


def test_without_a_user_frame_the_libraries_are_open():
    assert "  ▾ json/decoder.py:355 in decode" in shown(Raised("E", "", (LIBRARY, LIBRARY)))


def test_what_led_to_it_comes_first_and_what_was_hidden_is_folded():
    cause = Raised("KeyError", "'k'", (MAIN,))
    caused = shown(Raised("ValueError", "v", (USER,), before=cause, is_cause=True))
    assert caused.index("KeyError: 'k'") < caused.index("It was the direct cause of ValueError:")
    during = shown(Raised("ValueError", "v", (USER,), before=cause))
    assert "While it was handled, there came ValueError:" in during
    hidden = shown(Raised("ValueError", "v", (USER,), before=cause, is_suppressed=True))
    assert hidden[0] == "▸ Hidden by “raise … from None”: KeyError: 'k'"
    assert "KeyError: 'k'" not in hidden


def test_members_of_a_group_and_notes_are_told():
    members = (Raised("OSError", "a\nsecond", notes=("look here",)), Raised("TypeError", "b"))
    lines = shown(Raised("ExceptionGroup", "both", (USER,), members=members, members_in_all=21))
    assert "▾ 1 of 21: OSError: a" in lines
    assert "▸ 2 of 21: TypeError: b" in lines
    assert "  OSError: a" in lines
    assert "  second" in lines
    assert "  look here" in lines
    assert lines[-1] == "… 19 more are not told"
    alone = shown(Raised("ExceptionGroup", "too deep", (USER,), members_in_all=1))
    assert alone[-1] == "… 1 inside this one is not told"


def test_exceptions_that_are_not_told_are_counted():
    lines = shown(Raised("ValueError", "170", (USER,), before_left_out=170))
    assert lines[0] == "… 170 more that led to this one are not told"


def test_carets_stand_below_what_cannot_be_compiled():
    parse = Frame("/usr/lib/python3.11/ast.py", 50, "parse", False)
    bad = Frame("<unknown>", 2, "", False, 1, ("if x:", "\ty = = 1"), column=6, end_column=7)
    lines = shown(Raised("SyntaxError", "invalid syntax", (MAIN, parse, bad)))
    line = next(line for line in lines if line.startswith("  → 2"))
    caret = lines[lines.index(line) + 1]
    assert line == "  → 2      y = = 1"
    assert caret == " " * line.rindex("=") + "^"
    assert lines[lines.index(line) + 2] == "SyntaxError: invalid syntax"


def test_left_out_frames_are_counted():
    frames = (MAIN, Frame("/a.py", 1, "down", left_out=960))
    assert "… 960 frames are left out …" in shown(Raised("RecursionError", "deep", frames))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_data(text):
    frame = Frame(text, 1, text, True, 1, (text, text), ((text, text),))
    raised = Raised(text, text, (frame,) * 3, (text,), before=Raised(text, text))
    for line in shown(raised, closed=()):
        assert len(line) < 5_000
        assert not any(char in line for char in "\0\x1b\x07\u202e\u2066\u200b\n\ud800")


@pytest.fixture
def view(qtbot):
    view = TracebackView()
    qtbot.addWidget(view)
    view.resize(700, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


def rows(view):
    return view.frames.toPlainText().split("\n")


def click(qtbot, view, row, column):
    frames = view.frames
    cursor = QTextCursor(frames.document().findBlockByNumber(row))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=column)
    frames.setTextCursor(cursor)
    frames.ensureCursorVisible()
    at = frames.cursorRect(cursor).center() + QPoint(2, 0)
    qtbot.mouseClick(frames.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_folds_and_a_click_on_the_place_asks_for_the_editor(view, qtbot):
    view.show_traceback(TRACEBACK, raised=ERROR)
    row = rows(view).index("▸ 2 library frames: json")
    click(qtbot, view, row, 6)
    assert rows(view)[row] == "▾ 2 library frames: json"
    click(qtbot, view, row, 6)
    assert rows(view)[row] == "▸ 2 library frames: json"
    row = rows(view).index("▾ fit.py:12 in load    /home/ada")
    with qtbot.waitSignal(view.place_wanted) as asked:
        click(qtbot, view, row, 4)
    assert asked.args == ["/home/ada/fit.py", 12]
    click(qtbot, view, row, 14)
    assert rows(view)[row].startswith("▸ fit.py")


def test_the_keyboard_folds_and_leads_to_the_editor(view, qtbot):
    view.show_traceback(TRACEBACK, raised=ERROR)
    frames = view.frames
    frames.setFocus()
    row = rows(view).index("▸ 2 library frames: json")
    frames.setTextCursor(QTextCursor(frames.document().findBlockByNumber(row)))
    for key, mark in ((Qt.Key.Key_Return, "▾"), (Qt.Key.Key_Left, "▸"), (Qt.Key.Key_Right, "▾")):
        qtbot.keyClick(frames, key)
        assert rows(view)[row].startswith(mark)
    assert frames.textCursor().blockNumber() == row
    with qtbot.waitSignal(view.place_wanted) as asked:
        qtbot.keyClick(frames, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == ["/home/ada/main.py", 3]


def test_the_line_that_failed_is_marked_across_the_width(view):
    view.show_traceback(TRACEBACK, raised=ERROR)
    marked = [mark.cursor.block().text() for mark in view.frames.extraSelections()]
    assert marked == ["  → 3  load()", "  → 12          raise ValueError(smooth)"]
    assert isinstance(view.frames.extraSelections()[0], QTextEdit.ExtraSelection)


def test_the_search_opens_what_hides_the_text_and_goes_round(view, qtbot):
    view.show_traceback(TRACEBACK, raised=ERROR)
    view.open_search()
    qtbot.keyClicks(view.search.box, "DECODER")
    assert view.frames.textCursor().selectedText() == "decoder"
    assert "  ▸ json/decoder.py:355 in decode" in rows(view)
    first = view.frames.textCursor().position()
    qtbot.keyClick(view.search.box, Qt.Key.Key_Return)
    second = view.frames.textCursor().position()
    assert first != second
    qtbot.keyClick(view.search.box, Qt.Key.Key_Return)
    assert view.frames.textCursor().position() == first
    qtbot.keyClick(view.search.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert view.frames.textCursor().position() == second
    view.search.box.clear()
    qtbot.keyClicks(view.search.box, "no such")
    assert view.search.box.property("error")
    qtbot.keyClick(view.search.box, Qt.Key.Key_Escape)
    assert view.search.isHidden()


def test_the_text_is_shown_where_there_is_nothing_else_or_it_is_asked_for(view, qtbot):
    view.show_traceback(TRACEBACK)
    assert view.view.isVisible()
    assert view.text_button.isHidden()
    view.show_traceback(TRACEBACK, raised=ERROR)
    assert view.frames.isVisible()
    view.text_button.click()
    assert view.view.isVisible()
    view.open_search()
    qtbot.keyClicks(view.search.box, "linalg")
    assert view.view.textCursor().selectedText() == "linalg"
    view.copy_button.click()
    assert QGuiApplication.clipboard().text() == TRACEBACK


def test_all_opens_and_closes(view):
    view.show_traceback(TRACEBACK, raised=ERROR)
    before = rows(view)
    view.open_all_button.click()
    assert not any("▸" in row for row in rows(view))
    view.open_all_button.click()
    assert rows(view) == before


def test_the_end_stays_in_sight_while_the_room_changes(view, qtbot):
    view.show_traceback(TRACEBACK, raised=Raised("E", "x", (USER,) * 30))
    bar = view.frames.verticalScrollBar()
    view.resize(700, 250)
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())


def test_a_job_that_failed_shows_its_frames(qtbot, tmp_path):
    details = JobDetails()
    qtbot.addWidget(details)
    details.show()
    details.show_job(FakeRun(1, tmp_path, {0: failed(raised=ERROR)}), 0)
    assert details.traceback_view.has_frames
    details.traceback_view.frames.setFocus()
    qtbot.waitUntil(details.traceback_view.frames.hasFocus)
    assert details.find_text()
    details.tabs.setCurrentIndex(1)
    details.output_view.setFocus()
    assert not details.find_text()
