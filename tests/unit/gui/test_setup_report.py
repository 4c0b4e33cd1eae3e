"""The page of what was understood: each parameter, why a text, the way to its field."""

from __future__ import annotations

from form_specs import option
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from window_steps import opened

from hopla_gui.domain.params import ParserSpec, Subcommand, Subcommands
from hopla_gui.gui.setup.report_page import ReportPage, summary_words

SPEC = ParserSpec(
    "/s.py",
    "/python",
    "3.11.7",
    "s.py",
    parameters=(option("n", type="int"), option("own", type="colour", help="<b>x</b>")),
    subcommands=Subcommands("cmd", True, {"fit": Subcommand(None, (option("lr", type="float"),))}),
)
NESTED = """
    import argparse
    def colour(text):
        return text
    parser = argparse.ArgumentParser()
    parser.add_argument("--own", type=colour)
    below = parser.add_subparsers(dest="cmd")
    below.add_parser("fit").add_argument("--lr", type=float)
    below.add_parser("show").add_argument("--lr", type=float)
    parser.parse_args()
"""


def shown(page):
    rows = range(page.model.rowCount())
    return [[page.model.index(row, column).data() for column in range(3)] for row in rows]


def test_each_parameter_has_a_line_and_plain_texts_can_be_picked_out(qtbot, qtmodeltester):
    page = ReportPage()
    qtbot.addWidget(page)
    page.show_spec(SPEC)
    why = "colour is the script's own type: it judges texts when it parses them"
    assert shown(page) == [
        ["--n", "an integer", ""],
        ["--own", "a text", why],
        ["fit --lr", "a number", ""],
    ]
    assert page.summary.text() == "3 parameters, 1 of them a plain text"
    qtmodeltester.check(page.model)
    page.kind.setCurrentIndex(1)
    assert [line[0] for line in shown(page)] == ["--own"]
    tip = page.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>x" not in tip
    qtbot.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    assert f"--own: a text ({why})" in QGuiApplication.clipboard().text()


def test_summary_of_a_parser_that_is_understood_in_full():
    assert summary_words([]) == "0 parameters, each with a fit field"


def test_line_leads_to_the_field_of_its_subcommand(open_window, script, qtbot):
    window = opened(open_window(), script(NESTED), qtbot)
    window._commands["report"].trigger()
    page = window.report_page
    assert window.pages.currentWidget() is page
    last = page.model.index(page.model.rowCount() - 1, 0)
    page.table.setCurrentIndex(last)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert window.setup_panel.setup().subcommand == ("show",)
    field = window.setup_panel.form.row("lr")
    assert field.isAncestorOf(window.focusWidget())


def test_extra_arguments_are_a_click_away(open_window, script, qtbot):
    window = opened(open_window(), script(NESTED), qtbot)
    qtbot.mouseClick(window.setup_panel.script_bar.report_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.report_page.extra_button, Qt.MouseButton.LeftButton)
    extra = window.setup_panel.options.extra
    assert extra.hasFocus()
    qtbot.keyClicks(extra, "--anything 'a b'")
    assert window.setup_panel.setup().extra == ("--anything", "a b")
