"""Fields of a large parser are found by words, by what is given and by what is required."""

from __future__ import annotations

from pathlib import Path

from form_specs import option, parser

from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Sweep
from hopla_gui.gui.setup.setup_panel import SetupPanel

MANY = parser(
    option("out", required=True, help="where to write"),
    *(option(f"option_{n}", help="rate of learning" if n == 7 else None) for n in range(40)),
)


def shown(panel):
    return [field.param.dest for field, row in panel.form.rows.items() if row.isVisible()]


def test_words_changed_and_required_narrow_the_form(qtbot):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
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
