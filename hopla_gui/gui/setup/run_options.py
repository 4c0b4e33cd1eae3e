"""How the jobs are run: workers, isolation, order, limits, folder, environment, arguments."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from hopla_gui.domain.setup import HIGHEST, RunOptions, Setup
from hopla_gui.gui.setup.amount_field import AmountField
from hopla_gui.gui.setup.option_fields import (
    CommandField,
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
from hopla_gui.gui.setup.options_form import OptionsForm
from hopla_gui.gui.setup.place_field import PlaceField
from hopla_gui.gui.setup.switch_field import SwitchField

_HINTS = {
    "Run on": "The rest of the set-up, the tree and the results stay the same.",
    "Workers": "Jobs that run at a time. It can be changed while they run.",
    "Order": "Shuffled, a part of the run already shows the whole of the sweep.",
    "Stop on failures": "Then no more jobs are started; those that run go on to their end.",
    "Time limit": "A job that runs longer is stopped: 90 s, 10 min, 1h30m.",
    "Retries": "Further attempts of a job that did not succeed, after all jobs that wait; "
    "each keeps its own output.",
    "Random delay": "Each start waits at random up to this long: 5 s, 1 min.",
    "Least free memory": "No job is started while the machine has less than this.",
    "Output limit": "What a job writes beyond it, to stdout and to stderr each, is dropped.",
    "Local variables": "As short texts beside the traceback; names that look secret are masked.",
    "Command at the end": "Runs when no job is left; {id}, {folder}, {failed} … are filled in.",
    "Working directory": "Relative paths of the script start here.",
    "Environment": "Variables that the jobs get, NAME=value, one a line.",
    "Record variables": "Their values are kept with the results. No others are: they hold secrets.",
    "Extra arguments": "Appended to each command, written as in a shell.",
}


class RunOptionsForm(OptionsForm):
    """Edits what a set-up says beside its parameters; each row can be set back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._base = RunOptions()
        super().__init__(self._make_fields(), _HINTS, parent=parent)

    def _make_fields(self) -> dict[str, OptionField]:
        self.place = PlaceField()
        self.workers = CountField(HIGHEST["workers"], f"one a core ({os.cpu_count() or 1})", None)
        self.isolation = IsolationField()
        self.order = OrderField()
        self.failures = FailuresField()
        self.timeout = TimeField("no limit", None, HIGHEST["timeout"])
        self.retries = CountField(HIGHEST["retries"], "none", 0)
        self.delay = TimeField("none", 0.0, HIGHEST["delay_upto"])
        self.memory = AmountField("GB", 0.5, HIGHEST["min_free_memory_gb"])
        self.log_limit = AmountField("MB", 10, HIGHEST["log_limit_mb"])
        self.capture_locals = SwitchField("Keep them when a job fails")
        self.on_end = CommandField("none")
        self.cwd = FolderField("where hopla_gui was started")
        self.env = VariablesField()
        self.record_env = NamesField("none")
        self.extra = WordsField("none")
        return {
            "Run on": self.place,
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
            "Command at the end": self.on_end,
            "Working directory": self.cwd,
            "Environment": self.env,
            "Record variables": self.record_env,
            "Extra arguments": self.extra,
        }

    # --- in and out ------------------------------------------------------------------------

    def load(self, setup: Setup) -> None:
        """Show what a set-up says."""
        run = self._base = setup.run
        said: dict[str, Any] = {
            "Run on": run.on,
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
            "Command at the end": run.on_end,
            "Working directory": setup.cwd,
            "Environment": run.env,
            "Record variables": run.record_env,
            "Extra arguments": setup.extra,
        }
        self.show_values(said)

    def fill(self, setup: Setup) -> Setup:
        """Return the set-up with what the form says."""
        run = replace(
            self._base,
            on=self.place.value(),
            workers=self.workers.value(),
            isolation=self.isolation.value(),
            order=self.order.value(),
            max_failures=self.failures.value(),
            timeout=self.timeout.value(),
            retries=self.retries.value() or 0,
            delay_upto=self.delay.value() or 0.0,
            min_free_memory_gb=self.memory.value(),
            log_limit_mb=self.log_limit.value() or None,
            on_end=self.on_end.value(),
            capture_locals=self.capture_locals.value(),
            env=self.env.value(),
            record_env=self.record_env.value(),
        )
        return replace(setup, run=run, cwd=self.cwd.value(), extra=self.extra.value())
