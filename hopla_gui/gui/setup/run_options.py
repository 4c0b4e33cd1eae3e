"""How the jobs are run: workers, isolation, limits, folder, environment, extra arguments."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.setup import Isolation, RunOptions, Setup
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.durations import duration_text, parse_duration
from hopla_gui.gui.setup.editor import CalmComboBox, CalmSpinBox, set_look
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.setup.values import parse_words, words_text
from hopla_gui.gui.theme import SPACING, icon

_WORKERS_AT_MOST = 4096
_RETRIES_AT_MOST = 1000
_ISOLATION = {
    None: ("automatic", "Fork where the system has it, else fresh."),
    Isolation.FRESH: (
        "fresh",
        "A new interpreter for each job: the safest, and the slowest to start.",
    ),
    Isolation.FORK: (
        "fork",
        "Each job a process of its own, forked with the script's imports loaded: fast.",
    ),
    Isolation.REUSE: (
        "reuse",
        "Jobs follow one another in the same process: the fastest; what modules hold stays.",
    ),
}


class RunOptionsForm(QScrollArea):
    """Edits what a set-up says beside its parameters."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = RunOptions()
        self._make_fields()
        self._arrange()
        for edit in (self.timeout, self.delay, self.cwd, self.extra):
            edit.textEdited.connect(self._on_edited)
        for box in (self.workers, self.retries):
            box.valueChanged.connect(self._on_edited)
        self.isolation.currentIndexChanged.connect(self._on_edited)
        self.env.textChanged.connect(self._on_edited)
        self._show_hints()

    def _make_fields(self) -> None:
        self.workers = CalmSpinBox()
        self.workers.setRange(0, _WORKERS_AT_MOST)
        self.workers.setSpecialValueText(f"one a core ({os.cpu_count() or 1})")
        self.isolation = CalmComboBox()
        for level, (name, _) in _ISOLATION.items():
            self.isolation.addItem(name, level)
        self.timeout = _line("no limit")
        self.retries = CalmSpinBox()
        self.retries.setRange(0, _RETRIES_AT_MOST)
        self.retries.setSpecialValueText("none")
        self.delay = _line("none")
        self.cwd = _line("where hopla_gui was started")
        browse = QAction(icon("folder"), "Choose the working directory…", self.cwd)
        browse.triggered.connect(self._on_browse)
        self.cwd.addAction(browse, QLineEdit.ActionPosition.TrailingPosition)
        self.extra = _line("none")
        self.env = _EnvironmentEdit()
        self._isolation_hint = plain_label("", "dim")
        self._message = plain_label("", "error")
        self._message.setContentsMargins(0, 0, 0, SPACING.SMALL)

    def _arrange(self) -> None:
        content = QWidget()
        form = QFormLayout(content)
        form.setContentsMargins(SPACING.LARGE, SPACING.MEDIUM, SPACING.LARGE, SPACING.LARGE)
        form.setHorizontalSpacing(SPACING.MEDIUM)
        form.setVerticalSpacing(SPACING.TINY)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(self._message)
        rows: list[tuple[str, QWidget, str | QLabel]] = [
            ("Workers", self.workers, "Jobs that run at a time."),
            ("Isolation", self.isolation, self._isolation_hint),
            ("Time limit", self.timeout, "A job that runs longer is stopped: 90, 10 min, 1h30m."),
            ("Retries", self.retries, "Further attempts of a job that did not succeed."),
            ("Random delay", self.delay, "Each start waits at random up to this long: 5, 1 min."),
            ("Working directory", self.cwd, "Relative paths of the script start here."),
            ("Environment", self.env, "Variables that the jobs get, NAME=value, one a line."),
            ("Extra arguments", self.extra, "Appended to each command, written as in a shell."),
        ]
        for label, field, hint in rows:
            field.setAccessibleName(label)
            column = QVBoxLayout()
            column.setContentsMargins(0, 0, 0, SPACING.SMALL)
            column.setSpacing(2)
            column.addWidget(field)
            column.addWidget(hint if isinstance(hint, QLabel) else plain_label(hint, "dim"))
            form.addRow(label, column)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # --- in and out ------------------------------------------------------------------------

    def load(self, setup: Setup) -> None:
        """Show what a set-up says."""
        run = self._base = setup.run
        self.blockSignals(True)
        self.workers.setValue(run.workers or 0)
        self.isolation.setCurrentIndex(self.isolation.findData(run.isolation))
        self.timeout.setText("" if run.timeout is None else duration_text(run.timeout))
        self.retries.setValue(run.retries)
        self.delay.setText(duration_text(run.delay_upto) if run.delay_upto else "")
        self.cwd.setText(str(setup.cwd) if setup.cwd else "")
        self.extra.setText(words_text(setup.extra))
        self.env.setPlainText("\n".join(f"{name}={value}" for name, value in run.env.items()))
        self.blockSignals(False)
        self._show_hints()

    def fill(self, setup: Setup) -> Setup:
        """Return the set-up with what the form says."""
        run = replace(
            self._base,
            workers=self.workers.value() or None,
            isolation=self.isolation.currentData(),
            timeout=parse_duration(self.timeout.text()) or None,
            retries=self.retries.value(),
            delay_upto=parse_duration(self.delay.text()) or 0.0,
            env=self.env.variables(),
        )
        extra = parse_words(self.extra.text())
        words = tuple(map(str, extra)) if isinstance(extra, list) else (self.extra.text(),)
        cwd = self.cwd.text().strip()
        folder = Path(cwd).expanduser().absolute() if cwd else None
        return replace(setup, run=run, cwd=folder, extra=words)

    def problems(self) -> list[UserError]:
        """Return what is wrong in the form."""
        checks = (
            (self.timeout, "Time limit", _time_error(self.timeout.text(), zero=False)),
            (self.delay, "Random delay", _time_error(self.delay.text(), zero=True)),
            (self.cwd, "Working directory", _folder_error(self.cwd.text())),
            (self.extra, "Extra arguments", _words_error(self.extra.text())),
            (self.env, "Environment", self.env.error()),
        )
        return [UserError(f"{name}: {told}") for _, name, told in checks if told]

    @Slot()
    def _on_edited(self) -> None:
        self._show_hints()
        self.changed.emit()

    def _show_hints(self) -> None:
        self._isolation_hint.setText(_ISOLATION[self.isolation.currentData()][1])
        problems = self.problems()
        self._message.setText("\n".join(problem.what for problem in problems))
        self._message.setVisible(bool(problems))
        set_look(self.timeout, "error", bool(_time_error(self.timeout.text(), zero=False)))
        set_look(self.delay, "error", bool(_time_error(self.delay.text(), zero=True)))
        set_look(self.cwd, "error", bool(_folder_error(self.cwd.text())))
        set_look(self.extra, "error", bool(_words_error(self.extra.text())))
        set_look(self.env, "error", bool(self.env.error()))

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose the working directory", self.cwd.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        open_dialog(dialog, self._on_folder_chosen)

    def _on_folder_chosen(self, paths: list[str]) -> None:
        self.cwd.setText(paths[0])
        self._on_edited()


class _EnvironmentEdit(QPlainTextEdit):
    """Environment variables, one a line."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText("OMP_NUM_THREADS=1")
        self.setFixedHeight(4 * self.fontMetrics().lineSpacing() + 12)

    def _lines(self) -> list[tuple[str, str, str]]:
        text = self.document().toRawText().replace("\u2029", "\n")
        return [line.strip().partition("=") for line in text.split("\n") if line.strip()]

    def variables(self) -> dict[str, str]:
        """Return the variables by name."""
        return {name.strip(): value for name, equals, value in self._lines() if equals}

    def error(self) -> str | None:
        """Name a line that is no variable."""
        wrong = next((n for n, equals, _ in self._lines() if not equals or not n.strip()), None)
        return None if wrong is None else f"“{wrong}” is not NAME=value"

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(40, 40)


def _line(placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setMinimumWidth(40)
    return line


def _time_error(text: str, *, zero: bool) -> str | None:
    if not text.strip():
        return None
    seconds = parse_duration(text)
    if seconds is None or (seconds == 0 and not zero):
        return f"“{text}” is no time; write 90, 10 min or 1h30m"
    return None


def _folder_error(text: str) -> str | None:
    folder = Path(text.strip()).expanduser()
    return None if not text.strip() or folder.is_dir() else f"{folder} is no folder"


def _words_error(text: str) -> str | None:
    return None if isinstance(parse_words(text), list) else "a quotation mark is not closed"
