from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from jobs_fake_run import HOSTILE, INFO, TRACEBACK, FakeRun, failed, running, succeeded
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextCharFormat
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QToolTip

from hopla_gui.domain.job import JobOutcome, JobSpec, JobState
from hopla_gui.domain.setup import RunOptions
from hopla_gui.engine.commands.reproducing import full_command
from hopla_gui.gui.jobs.details_header import state_sentence
from hopla_gui.gui.jobs.job_details import JobDetails, Tab
from hopla_gui.gui.jobs.values_model import ValuesModel
from hopla_gui.gui.theme import error_colour


@pytest.fixture
def details(qtbot):
    details = JobDetails()
    qtbot.addWidget(details)
    details.resize(700, 400)
    with qtbot.waitExposed(details):
        details.show()
    return details


def clipboard():
    return QGuiApplication.clipboard().text()


@pytest.mark.parametrize("height", [60, 100, 400])
def test_what_stands_in_for_a_job_is_not_cut_off(details, height):
    shown = details.currentWidget()
    shown.setFixedSize(700, height)
    image = shown.grab().toImage()
    edges = {image.pixel(x, y) for x in range(image.width()) for y in (0, image.height() - 1)}
    assert len(edges) == 1
    assert len({image.pixel(350, y) for y in range(image.height())}) > 1


def test_the_header_tells_how_the_job_stands(details, tmp_path):
    facts = {"cpu_s": 10.2, "max_rss_mb": 142.3, "hostname": "lab-7"}
    details.show_job(FakeRun(2, tmp_path, {1: failed(-9, None, **facts)}), 1)
    text = details.header.text()
    for word in ("job_1", "Failed", "SIGKILL", "lr = 0.01", "10.2 s", "142 MB", "lab-7"):
        assert word in text
    details.clear()
    assert details.index == -1
    details.grab()


@pytest.mark.parametrize(
    ("detail", "sentence"),
    [
        ("cancelled after 10.8 s", "Cancelled · after 10.8 s"),
        ("cancelled before its start", "Cancelled · before its start"),
        ("cancelled", "Cancelled"),
        ("its task was cancelled in the queue", "Cancelled · its task was cancelled in the queue"),
    ],
)
def test_that_a_job_was_cancelled_is_said_once(detail, sentence):
    run = FakeRun(1, outcomes={0: JobOutcome(JobState.CANCELLED, detail=detail)})
    assert state_sentence(run.record(0)) == sentence


def test_what_killed_a_job_is_said_once(details, tmp_path):
    outcome = JobOutcome(JobState.FAILED, -9, detail="killed by SIGKILL")
    details.show_job(FakeRun(1, tmp_path, {0: outcome}), 0)
    assert details.header.text().count("killed by SIGKILL") == 1
    assert "did not come to its end" in details.values_view.tree.why_none


def test_the_tab_fits_the_job_until_one_is_chosen(details, tmp_path, qtbot):
    run = FakeRun(3, tmp_path, {0: succeeded(), 1: failed(), 2: running()})
    details.show_job(run, 1)
    assert details.tabs.currentIndex() == Tab.TRACEBACK
    details.show_job(run, 0)
    assert details.tabs.currentIndex() == Tab.OUTPUT
    bar = details.tabs.tabBar()
    place = bar.tabRect(Tab.VALUES).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    details.show_job(run, 1)
    assert details.tabs.currentIndex() == Tab.VALUES


def test_a_job_that_fails_while_it_is_shown_shows_its_traceback(details, tmp_path):
    run = FakeRun(1, tmp_path, {0: running()})
    details.show_job(run, 0)
    assert details.tabs.currentIndex() == Tab.OUTPUT
    run.outcomes[0] = failed()
    details.refresh(7)
    assert "Running" in details.header.text()
    details.refresh(0)
    assert details.tabs.currentIndex() == Tab.TRACEBACK
    assert "ValueError: BREAK ACTIVATED." in details.traceback_text()


def formats(view, line):
    block = view.view.document().findBlockByNumber(line)
    # Copies: the formats belong to a list that is gone when this returns.
    return [
        (found.start, found.length, QTextCharFormat(found.format.toCharFormat()))
        for found in block.layout().formats()
    ]


def test_the_traceback_marks_the_error_and_the_users_lines(details, tmp_path):
    details.show_job(FakeRun(1, tmp_path, {0: failed()}), 0)
    view = details.traceback_view
    error = formats(view, 7)
    assert error[0][1] == len("ValueError")
    assert error[0][2].fontWeight() == QFont.Weight.Bold
    assert error[-1][2].foreground().color() == error_colour()
    assert formats(view, 2)[0][2].fontWeight() == QFont.Weight.DemiBold  # main()
    assert formats(view, 4)[0][2].fontWeight() != QFont.Weight.DemiBold  # in numpy
    view.copy_button.click()
    assert clipboard() == TRACEBACK


def test_a_job_without_traceback_says_why(details, tmp_path):
    details.show_job(FakeRun(1, tmp_path, {0: succeeded()}), 0)
    assert "succeeded" in details.traceback_view.view.placeholderText()


def test_values_have_types_and_can_be_copied(details, tmp_path):
    details.show_job(FakeRun(1, tmp_path, {0: succeeded()}), 0)
    view, model = details.values_view, details.values_view.model
    outputs = model.index(0, 0)
    assert [model.index(0, column).data() for column in (0, 1)] == ["outputs", "dict · 2"]
    assert view.tree.isExpanded(outputs)
    scores = model.index(1, 0, outputs)
    model.fetchMore(scores)
    view.tree.setCurrentIndex(model.index(3, 0, scores))
    view.copy_path()
    assert clipboard() == "outputs.scores[3]"
    view.copy_value()
    assert clipboard() == "3"
    view.tree.setCurrentIndex(outputs)
    view.copy_value()
    assert clipboard().startswith('{\n  "score": 0.5')
    assert details.tabs.tabText(Tab.VALUES) == "Values (1)"


def test_a_key_without_a_letter_can_be_seen(qapp):
    model = ValuesModel()
    model.load({"": 1, "a": {"": 2}})
    model.fetchMore(model.index(1, 0))
    assert [model.index(0, column).data() for column in range(3)] == ['""', "int", "1"]
    assert [model.index(1, column).data() for column in (0, 2)] == ["a", '{"": 2}']
    assert model.index(0, 0, model.index(1, 0)).data() == '""'


def test_values_model_keeps_qts_rules(qapp, qtmodeltester):
    model = ValuesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    tester.setUseFetchMore(False)
    model.load({"a": list(range(250)), "b": {"c": 1}, "d": []})
    model.fetchMore(model.index(0, 0))
    model.show_more(model.index(100, 0, model.index(0, 0)))
    model.load({f"v{place}": place for place in range(150)})
    model.show_more(model.index(100, 0))
    assert model.rowCount() == 150
    model.load({})
    model.load({"a": {"b": [1, 2]}})
    qtmodeltester.check(model)


def test_the_command_is_shown_for_a_shell_and_by_argument(details, tmp_path):
    details.show_job(FakeRun(1, tmp_path, {0: succeeded()}), 0)
    view = details.command_view
    assert view.line_view.toPlainText() == "/home/ada/train.py --lr 0.1 --model sub-10"
    assert view.arguments_view.toPlainText().splitlines()[1:3] == ["--lr", "0.1"]
    view.copy_full_button.click()
    assert clipboard().startswith("cd /home/ada && /usr/bin/python3 /home/ada/train.py")


def test_a_copy_is_told_at_its_button(details, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, *words: told.append(words[:2]))
    details.show_job(FakeRun(1, tmp_path, {0: succeeded()}), 0)
    details.command_view.copy_button.click()
    assert told == []  # it is not seen
    details.tabs.setCurrentIndex(Tab.COMMAND)
    details.command_view.copy_button.click()
    assert told == [("Copied", details.command_view.copy_button)]


def test_the_full_command_does_in_a_shell_what_the_job_did(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    options = RunOptions(env={"WORD": "it's"})
    info = replace(INFO, cwd=str(folder), python=None, options=options)
    code = 'pwd; echo "$WORD"; echo "$1"'
    spec = JobSpec(0, "job_0", {}, ("sh", "-c", code, "sh", "two\nlines"))
    line = full_command(info, spec)
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert said.stdout == f"{folder}\nit's\ntwo\nlines\n"


def test_hostile_records_are_bounded_data(details, tmp_path):
    values: dict[str, object] = {f"v{place}": text for place, text in enumerate(HOSTILE)}
    values |= {f"many{place}": place for place in range(5_000)}
    for text in HOSTILE:
        outcome = JobOutcome(JobState.FAILED, 1, f"Traceback\n{text}\n{text}", values, detail=text)
        details.show_job(FakeRun(1, tmp_path, {0: outcome}), 0)
        for tab in Tab:
            details.tabs.setCurrentIndex(tab)
            details.grab()
        assert len(details.traceback_text()) < 250_000
        assert "\u202e" not in details.header.text() + details.traceback_text()
