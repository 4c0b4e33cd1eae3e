"""Several jobs side by side in the details."""

from __future__ import annotations

import csv
import io
import math

import pytest
from jobs_fake_run import HOSTILE, TRACEBACK, FakeRun, failed, running, succeeded
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from hopla_gui.domain.comparison import ABSENT, Comparison, Quantity, Row, Section, compare
from hopla_gui.domain.events import JobFinished
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.shown_value import value_text
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.gui.compare.cell_text import cell_text, delta_text
from hopla_gui.gui.compare.compare_model import CompareModel
from hopla_gui.gui.compare.comparison_copy import comparison_tsv
from hopla_gui.gui.run_panel import RunPanel

_FLAG = QItemSelectionModel.SelectionFlag


@pytest.fixture
def panel(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def select(panel, *jobs):
    model = panel.tree.selectionModel()
    panel.tree.clearSelection()
    for job in jobs:
        index = panel.model.job_index(job)
        model.setCurrentIndex(index, _FLAG.Select | _FLAG.Rows)


def load(panel, tmp_path, total=12):
    other = succeeded(cpu_s=2.0)
    other = JobOutcome(JobState.SUCCEEDED, 0, values={"outputs": {"score": 0.75}}, duration_s=3.0)
    outcomes = {0: succeeded(), 1: other, 2: failed(), 3: failed(2, TRACEBACK + "more\n")}
    run = FakeRun(total, tmp_path, outcomes)
    panel.load(run)
    return run


def compared(panel, qtbot, *jobs):
    view = panel.details.compare_view
    select(panel, *jobs)
    qtbot.waitUntil(
        lambda: panel.details.is_comparing and view.jobs == jobs and bool(view.model.rowCount())
    )
    return view


def cells(view, name, *, column=Qt.ItemDataRole.DisplayRole):
    model = view.model
    for section in range(model.rowCount()):
        above = model.index(section, 0)
        for row in range(model.rowCount(above)):
            if model.index(row, 0, above).data() == name:
                return [model.index(row, c, above).data(column) for c in range(1, 3)]
    return None


def test_selecting_several_jobs_shows_them_side_by_side(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1)
    assert panel.details.is_comparing
    assert cells(view, "lr") == ["0.1", "0.01"]
    assert cells(view, "outputs.score") == ["0.5", "0.75"]
    assert cells(view, "epochs") == ["20", "20"]
    first = view.model.index(0, 0)
    assert first.data() == "Parameters · 1 of 3 differ"
    assert "differences" in view.caption.text()


def test_selecting_one_job_again_shows_that_job(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    compared(panel, qtbot, 0, 1)
    select(panel, 1)
    qtbot.waitUntil(lambda: not panel.details.is_comparing)
    assert panel.details.index == 1
    compared(panel, qtbot, 0, 1)
    # the current row stays, though it is no longer selected
    panel.tree.selectionModel().select(panel.model.job_index(1), _FLAG.Deselect | _FLAG.Rows)
    qtbot.waitUntil(lambda: panel.details.index == 0)
    assert not panel.details.is_comparing


def test_too_many_jobs_are_told_and_not_read(panel, qtbot, tmp_path):
    run = load(panel, tmp_path, total=3_000)
    reads = run.reads
    panel.tree.selectAll()
    qtbot.waitUntil(lambda: panel.details.is_comparing)
    view = panel.details.compare_view
    assert view.jobs == ()
    assert run.reads <= reads + 1
    view.grab()
    select(panel, *range(9))
    qtbot.waitUntil(lambda: view.currentWidget().count == 9)


def test_differences_only_leaves_out_what_is_the_same(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1)
    view.only_button.click()
    assert cells(view, "epochs") is None
    assert cells(view, "lr") == ["0.1", "0.01"]
    view.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "section\tname\tjob_0\tjob_1"
    assert "values\toutputs.score\t0.5\t0.75" in lines
    assert not any("epochs" in line for line in lines)


def test_what_is_shown_is_copied_in_full_by_key_and_from_the_menu(panel, qtbot, tmp_path):
    # GIVEN values that are shown rounded or shortened
    text = "word " * 200
    values = {"text": text, "long": list(range(60))}
    outcomes = {
        place: JobOutcome(JobState.SUCCEEDED, 0, values=values, duration_s=12.3456)
        for place in range(2)
    }
    panel.load(FakeRun(2, tmp_path, outcomes))
    view = compared(panel, qtbot, 0, 1)
    assert cells(view, "Duration") == ["12.3 s"] * 2
    # WHEN they are copied
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    # THEN they are what the exports have
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    found = {(section, name): rest for section, name, *rest in lines}
    assert found["section", "name"] == ["job_0", "job_1"]
    assert found["result", "duration_s"] == ["12.3456"] * 2
    assert found["result", "state"] == ["succeeded"] * 2
    assert found["values", "text"] == [text] * 2
    assert found["values", "long[50…]"] == [str(list(range(50, 60)))] * 2
    assert [action.text() for action in view.tree.actions()] == ["Copy as TSV"]


def test_a_click_on_a_job_makes_it_the_reference(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1)
    header = view.tree.header()
    x = header.sectionViewportPosition(2) + 20
    qtbot.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center().__class__(x, 5)
    )
    assert view.model.reference == 1
    horizontal = Qt.Orientation.Horizontal
    assert view.model.headerData(2, horizontal) == "job_1 · reference"
    assert view.model.headerData(1, horizontal) == "job_0"


def test_the_title_of_a_job_is_as_wide_as_its_words(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1, 2)
    header = view.tree.header()
    panel.resize(300, 600)
    for reference in (1, 0):
        view.model.set_reference(reference)
        needed = [header.sectionSizeHint(column) for column in range(1, 4)]
        given = [header.sectionSize(column) for column in range(1, 4)]
        assert all(wide >= need for wide, need in zip(given, needed, strict=True))


def test_the_reference_stays_when_the_rows_of_the_jobs_are_put_in_another_order(
    panel, qtbot, tmp_path
):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1, 2)
    panel.model.sort(0, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: view.jobs == (2, 1, 0) and bool(view.model.rowCount()))
    assert view.model.headerData(3, Qt.Orientation.Horizontal) == "job_0 · reference"
    view.clear()
    compared(panel, qtbot, 2, 1)
    assert view.model.reference == 0


def test_tracebacks_that_differ_are_shown_line_by_line(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    view = compared(panel, qtbot, 2, 3)
    assert view.tracebacks.isVisible()
    assert "+ more" in view.tracebacks.view.toPlainText().splitlines()
    compared(panel, qtbot, 0, 1)
    assert not view.tracebacks.isVisible()


def test_a_job_that_ends_is_compared_anew(panel, qtbot, tmp_path):
    run = load(panel, tmp_path)
    run.outcomes[4] = running()
    panel.load(run, live=True)
    view = compared(panel, qtbot, 0, 4)
    assert cells(view, "State") == ["Succeeded", "Running"]
    run.outcomes[4] = failed()
    panel.apply([JobFinished(4, 1, run.outcomes[4])])
    qtbot.waitUntil(lambda: cells(view, "State") == ["Succeeded", "Failed"])
    panel.finish(panel.model.counts())


def test_a_run_that_cannot_be_read_is_told(panel, qtbot, tmp_path):
    run = load(panel, tmp_path)
    view = compared(panel, qtbot, 0, 1)

    def refuse(_index):
        raise EnvironmentProblem("the folder has gone")

    run.record = refuse
    view.show_jobs(run, [0, 2])
    qtbot.waitUntil(lambda: view.caption.text() == "the folder has gone")


def test_the_menu_compares_and_says_how_many_it_takes(panel, qtbot, tmp_path):
    load(panel, tmp_path)
    compared(panel, qtbot, 0, 1)
    menu = panel.tree.menu()
    assert (panel.tree.compare_action.text(), panel.tree.compare_action.isEnabled()) == (
        "Compare 2 jobs",
        True,
    )
    menu.deleteLater()
    panel.tree.setFocus()
    qtbot.keyClick(panel.tree, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert panel.details.compare_view.tree.hasFocus()
    select(panel, 0)
    menu = panel.tree.menu()
    assert not panel.tree.compare_action.isEnabled()
    menu.deleteLater()


def test_hostile_values_are_compared_as_data(panel, qtbot, tmp_path):
    outcomes = {
        place: JobOutcome(JobState.FAILED, 1, text, {"<b>x</b>": text}, detail=text)
        for place, text in enumerate(HOSTILE)
    }
    panel.load(FakeRun(len(HOSTILE), tmp_path, outcomes))
    view = compared(panel, qtbot, *range(len(HOSTILE)))
    view.grab()
    text = view.tracebacks.view.toPlainText()
    assert len(text) < 500_000
    for bad in ("\u202e", "\x00", "\x1b"):
        assert bad not in text
    view.copy_button.click()


def test_the_model_keeps_qts_rules(qapp, qtmodeltester, tmp_path):
    run = FakeRun(3, tmp_path, {0: succeeded(), 1: failed(), 2: succeeded()})
    model = CompareModel()
    qtmodeltester.check(model)
    model.load(compare([run.record(job) for job in range(3)]))
    model.set_reference(2)
    qtmodeltester.check(model)
    model.show_differences_only(True)
    qtmodeltester.check(model)
    model.load(None)
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("quantity", "one", "other", "shown", "apart"),
    [
        (Quantity.VALUE, 0.5, 0.52, "0.52", "+0.02 (+4 %)"),
        (Quantity.VALUE, 2, 1, "1", "-1 (-50 %)"),
        (Quantity.VALUE, 0, 3, "3", "+3"),
        (Quantity.VALUE, 1, 100, "100", "+99 (x 100)"),
        (Quantity.VALUE, 1.0, 1.00001, "1.00001", "+1e-05 (+<0.1 %)"),
        (Quantity.VALUE, "a", "b", "b", ""),
        (Quantity.SECONDS, 1.0, 2.0, "2.00 s", "+1.00 s (+100 %)"),
        (Quantity.MEGABYTES, 20.0, 10.0, "10.0 MB", "-10.0 MB (-50 %)"),
        (Quantity.EXIT_CODE, 0, 1, "1", ""),
        (Quantity.STATE, "succeeded", "failed", "Failed", ""),
    ],
)
def test_cells_read_as_people_write(quantity, one, other, shown, apart):
    row = Row("x", (one, other), (0, 1), quantity)
    assert (cell_text(row, 1), delta_text(row, 1, 0)) == (shown, apart)


@pytest.mark.parametrize("other", [math.nan, None, 1, True, [1]])
def test_texts_have_quotes_where_other_jobs_have_something_else(other):
    row = Row("x", ("nan", other, ABSENT), (0, 1, 2))
    assert cell_text(row, 0) == '"nan"'
    assert cell_text(row, 1) == value_text(other)
    assert cell_text(Row("x", ("nan", "b", ABSENT), (0, 1, 2)), 0) == "nan"


def test_tabs_breaks_and_formulas_in_what_is_copied_are_data():
    row = Row("a\tb", ("x\ty", "1\n2", "=1+1", ABSENT, None), (0, 1, 2, 3, 4))
    found = Comparison(("j\t0", "j1", "j2", "j3", "j4"), {Section.VALUES: (row,)}, (None,) * 5)
    text = comparison_tsv(found, differences_only=False)
    _, cells = csv.reader(io.StringIO(text), csv.excel_tab)
    assert cells == ["values", "a\tb", "x\ty", "1\n2", "'=1+1", "", ""]
