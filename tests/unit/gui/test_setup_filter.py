"""Fields of a large parser are found by words, by what is given and by what is required."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_specs import option, parser
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Sweep
from hopla_gui.gui.setup.setup_panel import SetupPanel

MANY = parser(
    option("out", required=True, help="where to write"),
    *(option(f"option_{n}", help="rate of learning" if n == 7 else None) for n in range(40)),
)


def shown(panel):
    return [field.param.dest for field, row in panel.form.rows.items() if row.isVisible()]


@pytest.fixture
def panel(qtbot):
    found = SetupPanel()
    qtbot.addWidget(found)
    with qtbot.waitExposed(found):
        found.show()
    return found


def test_words_changed_and_required_narrow_the_form(panel, qtbot):
    panel.load(MANY, Setup(Path(MANY.script), sweep=Sweep({"option_3": "x"})))
    panel.form.finish_building()
    qtbot.waitUntil(lambda: len(shown(panel)) == 41)
    qtbot.keyClicks(panel.form.filter.search, "LEARNING rate")
    assert shown(panel) == ["option_7"]
    panel.form.filter.search.clear()
    panel.form.filter.kind.setCurrentIndex(1)
    assert shown(panel) == ["option_3"]
    panel.form.filter.kind.setCurrentIndex(2)
    assert shown(panel) == ["out"]
    panel.focus_field(panel.form.row("option_9").field)  # one that is wanted is not hidden
    qtbot.waitUntil(lambda: len(shown(panel)) == 41)


def test_search_that_finds_nothing_says_so_and_escape_shows_all(panel, qtbot):
    panel.load(MANY, Setup(Path(MANY.script)))
    panel.form.finish_building()
    search, told = panel.form.filter.search, panel.form._nothing_found
    qtbot.keyClicks(search, "no such thing")
    assert told.isVisible()
    assert shown(panel) == []
    search.setFocus()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert told.isHidden()
    assert len(shown(panel)) == 41


def test_tab_goes_from_field_to_field_while_the_form_is_still_being_built(panel, qtbot):
    panel.load(MANY, Setup(Path(MANY.script)))
    rows = panel.form.rows
    built = len(rows)
    assert built < 41
    next(iter(rows.values())).focus_editor()
    passed = [panel.form._focused_row()]
    while len(passed) < 41:  # with no event in between that would build the rest
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        passed.append(panel.form._focused_row())
    fields = panel.model.fields()
    assert [row.field for row in passed] == list(fields)
