"""How the jobs are run: workers, isolation, order, limits, folder, environment, arguments."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.option_fields import (
    AmountField,
    CountField,
    FailuresField,
    FolderField,
    IsolationField,
    NamesField,
    OptionField,
    OrderField,
    TimeField,
    VariablesField,
    WordsField,
)
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.setup.switch_field import SwitchField
from hopla_gui.gui.theme import SPACING, icon

_WORKERS_AT_MOST = 4096
_RETRIES_AT_MOST = 1000
_HINTS = {
    "Workers": "Jobs that run at a time. It can be changed while they run.",
    "Isolation": "",
    "Order": "Shuffled, a part of the run already shows the whole of the sweep.",
    "Stop on failures": "Then no more jobs are started; those that run go on to their end.",
    "Time limit": "A job that runs longer is stopped: 90, 10 min, 1h30m.",
    "Retries": "Further attempts of a job that did not succeed; each keeps its own output.",
    "Random delay": "Each start waits at random up to this long: 5, 1 min.",
    "Least free memory": "No job is started while the machine has less than this.",
    "Output limit": "What a job writes beyond it, to stdout and to stderr each, is dropped.",
    "Local variables": "As short texts beside the traceback; names that look secret are masked.",
    "Working directory": "Relative paths of the script start here.",
    "Environment": "Variables that the jobs get, NAME=value, one a line.",
    "Record variables": "Their values are kept with the results. No others are: they hold secrets.",
    "Extra arguments": "Appended to each command, written as in a shell.",
}


class RunOptionsForm(QScrollArea):
    """Edits what a set-up says beside its parameters; each row can be set back."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = RunOptions()
        self._make_fields()
        self._resets = {label: self._reset_button(label) for label in self._fields}
        self._arrange()
        for field in self._fields.values():
            field.changed.connect(self._on_edited)
        self._show_marks()

    def _make_fields(self) -> None:
        self.workers = CountField(_WORKERS_AT_MOST, f"one a core ({os.cpu_count() or 1})", None)
        self.isolation = IsolationField()
        self.order = OrderField()
        self.failures = FailuresField()
        self.timeout = TimeField("no limit", None)
        self.retries = CountField(_RETRIES_AT_MOST, "none", 0)
        self.delay = TimeField("none", 0.0)
        self.memory = AmountField("GB", 0.5)
        self.log_limit = AmountField("MB", 10)
        self.capture_locals = SwitchField("Keep them when a job fails")
        self.cwd = FolderField("where hopla_gui was started")
        self.env = VariablesField()
        self.record_env = NamesField("none")
        self.extra = WordsField("none")
        self._fields: dict[str, OptionField] = {
            "Workers": self.workers,
            "Isolation": self.isolation,
            "Order": self.order,
            "Stop on failures": self.failures,
            "Time limit": self.timeout,
            "Retries": self.retries,
            "Random delay": self.delay,
            "Least free memory": self.memory,
            "Output limit": self.log_limit,
            "Local variables": self.capture_locals,
            "Working directory": self.cwd,
            "Environment": self.env,
            "Record variables": self.record_env,
            "Extra arguments": self.extra,
        }
        self._defaults = {label: field.value() for label, field in self._fields.items()}
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
        for label, field in self._fields.items():
            form.addRow(_label(label), self._row(label, field))
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _row(self, label: str, field: OptionField) -> QVBoxLayout:
        assert isinstance(field, QWidget)
        field.setAccessibleName(label)
        line = QHBoxLayout()
        line.setSpacing(SPACING.TINY)
        line.addWidget(field, 1)
        line.addWidget(self._resets[label], 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, SPACING.SMALL)
        column.setSpacing(2)
        column.addLayout(line)
        if _HINTS[label]:
            column.addWidget(plain_label(_HINTS[label], "dim"))
        return column

    def _reset_button(self, label: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("reset"))
        button.setAutoRaise(True)
        button.setToolTip("Set back to the default")
        button.setAccessibleName(f"Set {label.lower()} back to the default")
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.clicked.connect(lambda: self.reset(label))
        return button

    # --- in and out ------------------------------------------------------------------------

    def load(self, setup: Setup) -> None:
        """Show what a set-up says."""
        run = self._base = setup.run
        said: dict[str, Any] = {
            "Workers": run.workers,
            "Isolation": run.isolation,
            "Order": run.order,
            "Stop on failures": run.max_failures,
            "Time limit": run.timeout,
            "Retries": run.retries,
            "Random delay": run.delay_upto,
            "Least free memory": run.min_free_memory_gb,
            "Output limit": run.log_limit_mb or 0.0,
            "Local variables": run.capture_locals,
            "Working directory": setup.cwd,
            "Environment": run.env,
            "Record variables": run.record_env,
            "Extra arguments": setup.extra,
        }
        was_blocked = self.blockSignals(True)
        for label, value in said.items():
            self._fields[label].set_value(value)
        self.blockSignals(was_blocked)
        self._show_marks()

    def fill(self, setup: Setup) -> Setup:
        """Return the set-up with what the form says."""
        run = replace(
            self._base,
            workers=self.workers.value(),
            isolation=self.isolation.value(),
            order=self.order.value(),
            max_failures=self.failures.value(),
            timeout=self.timeout.value(),
            retries=self.retries.value() or 0,
            delay_upto=self.delay.value() or 0.0,
            min_free_memory_gb=self.memory.value(),
            log_limit_mb=self.log_limit.value() or None,
            capture_locals=self.capture_locals.value(),
            env=self.env.value(),
            record_env=self.record_env.value(),
        )
        return replace(setup, run=run, cwd=self.cwd.value(), extra=self.extra.value())

    def problems(self) -> list[UserError]:
        """Return what is wrong in the form."""
        told = ((label, field.error()) for label, field in self._fields.items())
        return [UserError(f"{label}: {error}") for label, error in told if error]

    def reset(self, label: str) -> None:
        """Set a row back to its default."""
        self._fields[label].set_value(self._defaults[label])
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._show_marks()
        self.changed.emit()

    def _show_marks(self) -> None:
        problems = self.problems()
        self._message.setText("\n".join(problem.what for problem in problems))
        self._message.setVisible(bool(problems))
        for label, field in self._fields.items():
            error = field.error()
            assert isinstance(field, QWidget)
            set_look(field, "error", bool(error))
            is_default = not error and field.value() == self._defaults[label]
            self._resets[label].setVisible(not is_default)


def _label(text: str) -> QLabel:
    label = plain_label(text, wrap=False)
    label.setContentsMargins(0, 4, 0, 0)
    return label
