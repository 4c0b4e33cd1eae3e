"""The table of all jobs: what is shown, switched off, edited, sorted, copied and pasted."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_specs import flag, option, parser
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from hopla_gui.domain.axes import Range, Values
from hopla_gui.domain.rules import Rule
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.engine.commands.expand import expand
from hopla_gui.gui.setup.jobs_page import JobsPage
from hopla_gui.gui.setup.sweep_order import ordered_rows
from hopla_gui.gui.setup.table_text import tsv_rows, tsv_text

SPEC = parser(option("out"), option("lr", type="float"), option("n", type="int"), flag("fast"))
SCRIPT = Path(SPEC.script)
SWEEP = Sweep({}, (Block({"lr": Values((0.2, 0.1))}), Block({"n": Values((1, 2, 3))})))


class Form:
    """Stands for the form: takes the edits that the page wants and shows what comes of them."""

    def __init__(self, qtbot, sweep: Sweep) -> None:
        self.sweep = sweep
        self.refused: list[str] = []
        self.page = JobsPage(lambda _name, value: str(value), self.value, lambda job: str(job.cmd))
        qtbot.addWidget(self.page)
        self.page.resize(900, 600)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.page.edits_wanted.connect(self.take)
        self.page.refused.connect(self.refused.append)
        self.take(())

    def value(self, name: str, text: str) -> object:
        return {"lr": float, "n": int}.get(name, str)(text)

    def take(self, edits) -> None:
        self.sweep = Sweep(
            self.sweep.fixed, self.sweep.blocks, exclude=self.sweep.exclude, edits=edits
        )
        self.jobs = expand(Setup(SCRIPT, sweep=self.sweep), SPEC)
        self.page.show_jobs(self.jobs, edits)

    def column(self, number: int) -> list[str]:
        model = self.page.model
        return [model.text(row, number) for row in range(model.rowCount())]

    def select(self, top: int, left: int, bottom: int, right: int) -> None:
        from PySide6.QtCore import QItemSelection

        model, table = self.page.model, self.page.table
        table.setCurrentIndex(model.index(top, left))
        area = QItemSelection(model.index(top, left), model.index(bottom, right))
        table.selectionModel().select(area, table.selectionModel().SelectionFlag.ClearAndSelect)
        table.setFocus()


@pytest.fixture
def form(qtbot):
    return Form(qtbot, SWEEP)


def test_model_keeps_the_rules_of_qt(form, qtmodeltester):
    qtmodeltester.check(form.page.model)


def test_columns_are_the_job_and_what_is_swept(form):
    model = form.page.model
    titles = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert titles == ["Job", "lr", "n", "Notes"]
    assert form.column(0) == [f"job_{n}" for n in range(6)]
    assert form.column(2) == ["1", "2", "3"] * 2


def test_space_switches_the_selected_jobs_off_and_on_again(form, qtbot):
    form.select(1, 1, 2, 1)
    qtbot.keyClick(form.page.table, Qt.Key.Key_Space)
    assert len(form.jobs) == 4
    assert form.column(3)[:4] == ["", "switched off", "switched off", ""]
    assert form.column(0)[3] == "job_1"
    assert form.page.table.selected_rows() == range(1, 3)
    qtbot.keyClick(form.page.table, Qt.Key.Key_Space)
    assert len(form.jobs) == 6
    assert form.sweep.edits == ()


def test_check_box_switches_one_job_off(form):
    index = form.page.model.index(0, 0)
    form.page.model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert len(form.jobs) == 5
    assert "1 switched off" in form.page.summary.text()


def test_value_typed_in_a_cell_is_the_jobs_own(form):
    model = form.page.model
    assert model.setData(model.index(0, 2), "7")
    assert form.jobs[0].parameters["n"] == 7
    assert form.column(3)[0] == "edited by hand"
    assert "--n 7" in " ".join(form.jobs[0].cmd)


def test_return_edits_a_cell_and_ends_the_edit(form, qtbot):
    table = form.page.table
    form.select(1, 1, 1, 1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    (editor,) = table.viewport().findChildren(QLineEdit)
    qtbot.keyClicks(editor, "0.7")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.column(1)[1] == "0.7")
    assert table.state() != QAbstractItemView.State.EditingState


def test_delete_takes_an_edit_back(form, qtbot):
    form.page.model.setData(form.page.model.index(0, 2), "7")
    form.select(0, 0, 0, 3)
    qtbot.keyClick(form.page.table, Qt.Key.Key_Delete)
    assert form.sweep.edits == ()
    assert form.jobs[0].parameters["n"] == 1


def test_value_of_the_sweep_itself_is_no_edit(form):
    form.page.model.give({(0, 2): "7"})
    form.page.model.give({(0, 2): "1"})
    assert form.sweep.edits == ()


def test_copied_cells_come_back_by_paste(form, qtbot):
    form.select(0, 1, 1, 2)
    qtbot.keyClick(form.page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0.2\t1\n0.2\t2\n"
    QGuiApplication.clipboard().setText("0.5\t10\n0.6\t20\n")
    form.select(4, 1, 4, 1)
    qtbot.keyClick(form.page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [form.jobs[n].parameters for n in (4, 5)] == [{"lr": 0.5, "n": 10}, {"lr": 0.6, "n": 20}]


def test_whole_table_is_copied_with_its_titles_which_name_the_columns_of_a_paste(form):
    form.page.table.selectAll()
    form.page.table.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Job\tlr\tn\tNotes\njob_0\t0.2\t1\t\n")
    QGuiApplication.clipboard().setText("n\tlr\n9\t0.9\n8\t0.8\n")
    form.select(0, 2, 0, 2)
    form.page.table.paste()
    assert form.jobs[1].parameters == {"lr": 0.8, "n": 8}


def test_rows_that_do_not_fit_are_told(form):
    QGuiApplication.clipboard().setText("1\n2\n3\n")
    form.select(5, 2, 5, 2)
    form.page.table.paste()
    assert form.refused == ["2 rows did not fit below the last job."]
    assert form.jobs[5].parameters["n"] == 1


def test_one_copied_value_fills_all_selected_cells(form):
    QGuiApplication.clipboard().setText("42\n")
    form.select(0, 2, 5, 2)
    form.page.table.paste()
    assert {job.parameters["n"] for job in form.jobs} == {42}


def test_sorted_rows_are_the_ones_that_are_switched_off(form, qtbot):
    with qtbot.waitSignal(form.page.model.layoutChanged):
        form.page.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert form.column(1) == ["0.1"] * 3 + ["0.2"] * 3
    assert form.column(0)[0] == "job_3"
    form.page.model.switch([0], False)
    assert form.jobs.switched_off == 1
    qtbot.waitUntil(lambda: form.column(3)[0] == "switched off")


def test_rows_left_out_by_rules_are_not_listed(qtbot):
    form = Form(qtbot, Sweep({}, SWEEP.blocks, exclude=(Rule("n == 2"),)))
    assert form.column(2) == ["1", "3"] * 2
    assert "2 left out by rules" in form.page.summary.text()
    assert list(ordered_rows(form.jobs, "lr", False, lambda: False)) == [2, 3, 0, 1]


def test_refused_jobs_say_why_and_can_be_gone_to(form):
    form.page.show_refusals({4: "argument --n: too large"}, "refuses 1 of 6 jobs")
    assert form.column(3)[4] == "argument --n: too large"
    form.page.show_refused()
    assert form.page.table.currentIndex().row() == 4


def test_command_of_the_current_row_is_shown(form):
    form.select(3, 1, 3, 1)
    assert form.page.line.toPlainText() == str(form.jobs[3].cmd)
    assert form.page.line_title.text() == "Command of job_3"


def test_more_jobs_than_a_hand_can_change_are_refused(qtbot):
    form = Form(qtbot, Sweep({}, (Block({"n": Range(0, 30_000, 1)}),)))
    form.page.table.selectAll()
    form.page.table.switch()
    assert "exclusion rule" in form.refused[0]


def test_of_a_million_rows_each_can_be_shown(qtbot):
    blocks = (Block({"n": Range(0, 1000, 1)}), Block({"lr": Range(0, 1000, 1)}))
    form = Form(qtbot, Sweep({}, (Block({"n": Values((1,))}),)))
    jobs = expand(Setup(SCRIPT, sweep=Sweep({}, blocks)), SPEC)
    form.page.show_jobs(jobs, ())
    form.page.table.viewport().repaint()
    assert form.page.model.text(999_999, 1) == "999"


def test_cells_of_a_spreadsheet_survive_tabs_quotes_and_line_breaks():
    rows = [["a\tb", 'say "x"'], ["two\nlines", ""]]
    assert tsv_rows(tsv_text(rows)) == rows
