"""What is shown of a submission before it is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from hopla_gui.api import Preflight, Written
from hopla_gui.gui.cluster_control import submission_words
from hopla_gui.gui.submission_dialog import SubmissionDialog

AHEAD = Preflight("8 jobs in 2 tasks", ("queue: <b>nope</b> does not exist",))
SCRIPTS = [
    Written(Path(f"/runs/r/submit-{n}.sh"), ("qsub", f"/runs/r/submit-{n}.sh"), f"#PBS -J 0-{n}\n")
    for n in (1, 2)
]


@pytest.fixture
def shown(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)

    def show(scripts):
        dialog = SubmissionDialog(parent, AHEAD, scripts)
        dialog.open()
        return dialog

    return show


def test_the_script_that_is_chosen_is_shown_with_its_command_and_copied(shown, qtbot):
    dialog = shown(SCRIPTS)
    assert dialog.chooser.isVisible()
    dialog.chooser.setCurrentIndex(1)
    assert dialog.text.toPlainText() == "#PBS -J 0-2\n"
    assert dialog.command.text() == "Submitted by: qsub /runs/r/submit-2.sh"
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "#PBS -J 0-2\n"


def test_warnings_are_shown_as_they_are_written(shown):
    dialog = shown(SCRIPTS[:1])
    assert not dialog.chooser.isVisible()
    [label] = [one for one in dialog.findChildren(QLabel) if "queue" in one.text()]
    assert label.text() == AHEAD.warnings[0]
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_the_question_has_room_for_some_warnings_and_counts_the_others():
    title, text = submission_words(Preflight("8 jobs in 2 tasks", ("w",) * 7), "pbs")
    assert title == "Submit to the cluster?"
    assert text.split("\n\n") == ["8 jobs in 2 tasks.", *["• w"] * 4, "… and 3 more"]
    assert submission_words(AHEAD, "hosts")[0] == "Share the jobs out to other hosts?"
