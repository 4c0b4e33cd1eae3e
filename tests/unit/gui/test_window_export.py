"""Export in the window: what is offered, remembered and told, and how it is given up."""

from __future__ import annotations

import csv
import json
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from stored_jobs import ended, stored_run
from window_steps import said

from hopla_gui.domain.job import JobState
from hopla_gui.engine.export.exporting import ExportFormat
from hopla_gui.gui.export.export_choice import Offer, Scope
from hopla_gui.gui.export.export_dialog import ExportDialog
from hopla_gui.gui.messages import Level


@pytest.fixture
def run_dir(tmp_path):
    """Make a run of ten jobs, of which the last three failed."""
    states = [JobState.SUCCEEDED] * 7 + [JobState.FAILED] * 3
    jobs = [({"x": x}, ended(state, values={"y": x})) for x, state in enumerate(states)]
    (tmp_path / "stored").mkdir()
    with stored_run(tmp_path / "stored", jobs) as run:
        return run.run_dir


@pytest.fixture
def window(open_window, run_dir, qtbot):
    window = open_window()
    with qtbot.waitSignal(window.workbench.control.run_opened, timeout=20_000):
        window.open_path(run_dir)
    return window


def ask(window):
    window._commands["export"].trigger()
    return window.export_control.dialog


def export(window, dialog, path, qtbot):
    dialog.file.setText(str(path))
    with qtbot.waitSignal(window.export_control.message, timeout=20_000):
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)


def test_the_whole_run_is_offered_as_a_report_first(window):
    dialog = ask(window)

    assert dialog.scope is Scope.ALL
    assert dialog.format_buttons[ExportFormat.HTML].isChecked()
    assert dialog.path.name == "run.html"
    assert not dialog.scope_buttons[Scope.SHOWN].isVisible()
    dialog.reject()


def test_what_is_chosen_is_written_told_and_remembered(window, tmp_path, qtbot, run_dir):
    # GIVEN a filter that shows the failed jobs
    window.run_panel.filter_bar.state_buttons[JobState.FAILED].click()
    qtbot.waitUntil(lambda: len(window.run_panel.model.visible_jobs()) == 3)
    # WHEN these are exported
    dialog = ask(window)
    assert dialog.scope_buttons[Scope.SHOWN].text() == "What the filter shows: 3 jobs"
    dialog.scope_buttons[Scope.SHOWN].click()
    dialog.format_buttons[ExportFormat.CSV].click()
    assert dialog.path.name == "run.csv"
    export(window, dialog, tmp_path / "mine.csv", qtbot)
    # THEN the file has them
    with (tmp_path / "mine.csv").open(encoding="utf-8-sig") as file:
        assert [row["x"] for row in csv.DictReader(file)] == ["7", "8", "9"]
    assert f"Wrote the results of 3 jobs to {tmp_path / 'mine.csv'}" in said(window, Level.SUCCESS)
    # AND the next time the same is offered
    dialog = ask(window)
    assert (dialog.scope, dialog.path) == (Scope.SHOWN, tmp_path / "run.csv")
    dialog.reject()


def test_selected_jobs_can_be_exported_alone(window, tmp_path, qtbot):
    window.job_tree.select_job(4)
    dialog = ask(window)
    dialog.scope_buttons[Scope.SELECTED].click()
    export(window, dialog, tmp_path / "one.json", qtbot)

    assert json.loads((tmp_path / "one.json").read_text())["exitcodes"] == {"job_4": 0}


def test_the_file_can_be_opened_afterwards(window, tmp_path, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog = ask(window)
    dialog.open_box.click()
    export(window, dialog, tmp_path / "r.html", qtbot)

    assert [url.toLocalFile() for url in opened] == [str(tmp_path / "r.html")]
    assert ask(window).open_box.isChecked()
    window.export_control.dialog.reject()


def test_an_export_can_be_cancelled_midway(window, tmp_path, qtbot, run_dir, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    control = window.export_control

    def slow(run, path, jobs, progress):
        progress(0, 10)
        begun.set()
        go_on.wait(20)
        progress(5, 10)

    monkeypatch.setattr("hopla_gui.api.export_run", slow)
    control.export(run_dir, tmp_path / "r.csv", count=10)
    qtbot.waitUntil(begun.is_set)
    qtbot.waitUntil(control.bar.isVisible)
    with qtbot.waitSignal(control.message, timeout=20_000):
        qtbot.mouseClick(control.bar.cancel_button, Qt.MouseButton.LeftButton)
        go_on.set()

    assert said(window, Level.INFO) == ["r.csv was not written."]
    assert not control.bar.isVisible()
    assert not (tmp_path / "r.csv").exists()


def test_a_window_that_closes_gives_the_export_up(window, tmp_path, qtbot, run_dir, monkeypatch):
    begun = threading.Event()

    def endless(run, path, jobs, progress):
        while True:
            progress(0, 10)
            begun.set()

    monkeypatch.setattr("hopla_gui.api.export_run", endless)
    window.export_control.export(run_dir, tmp_path / "r.csv", count=10)
    qtbot.waitUntil(begun.is_set)

    with qtbot.waitSignal(window.closed, timeout=20_000):
        window.close_now()


def test_a_file_that_cannot_be_written_is_named(window, tmp_path, qtbot, run_dir):
    with qtbot.waitSignal(window.workbench.failed, timeout=20_000):
        window.export_control.export(run_dir, tmp_path / "nowhere" / "r.csv", count=10)

    assert "r.csv: cannot write the results" in said(window, Level.ERROR)[0]


@pytest.fixture
def dialog(qtbot, tmp_path):
    found = ExportDialog(Offer(3, [0, 1], []), Scope.SELECTED, tmp_path / "run.html", None)
    qtbot.addWidget(found)
    return found


def test_a_scope_that_says_nothing_is_not_offered(dialog):
    assert dialog.scope is Scope.ALL
    assert dialog.scope_buttons[Scope.SHOWN].isEnabled()
    assert not dialog.scope_buttons[Scope.SELECTED].isEnabled()


@pytest.mark.parametrize(
    ("name", "problem"),
    [("r.txt", "ends in .json, .csv"), (".csv", "is needed"), ("nowhere/r.csv", "is no folder")],
)
def test_a_file_that_cannot_be_is_told_before(dialog, tmp_path, name, problem):
    dialog.file.setText(str(tmp_path / name))

    assert problem in dialog.problem.text()
    assert not dialog.export_button.isEnabled()


def test_a_file_that_is_there_is_told(dialog, tmp_path):
    (tmp_path / "r.TSV").write_text("old")
    dialog.file.setText(str(tmp_path / "r.TSV"))

    assert dialog.problem.text() == "It exists, and is replaced."
    assert dialog.format_buttons[ExportFormat.TSV].isChecked()
    assert dialog.export_button.isEnabled()


def test_without_pyarrow_parquet_says_how_to_get_it(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("hopla_gui.engine.export.parquet.importlib.util.find_spec", lambda _: None)
    found = ExportDialog(Offer(3, [0, 1], []), Scope.ALL, tmp_path / "run.parquet", None)
    qtbot.addWidget(found)

    assert not found.format_buttons[ExportFormat.PARQUET].isEnabled()
    assert "pip install pyarrow" in found.problem.text()
    assert not found.export_button.isEnabled()
