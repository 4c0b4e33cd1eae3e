"""Says beside a run where the form at the left is not that of the run.

Lives on the main thread; set-ups are read and compared in threads of the loop's.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import RunOptions, Setup
from hopla_gui.engine.sweepfiles.sweepfile import dumps, loads
from hopla_gui.errors import HoplaError
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench


class FormHint(QObject):
    """Compares the form with the set-up that made the run shown, each time one of them changes."""

    def __init__(
        self, panel: SetupPanel, run_panel: RunPanel, workbench: Workbench, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._run_panel = run_panel
        self._workbench = workbench
        self._compared = 0
        panel.form_check.checked.connect(self.compare)
        workbench.document.changed.connect(self.compare)
        workbench.control.run_opened.connect(self.compare)

    @Slot()
    def compare(self) -> None:
        """Say what is different, if anything is."""
        self._compared += 1
        run, document = self._workbench.control.run, self._workbench.document
        if run is None or document.spec is None:
            self._run_panel.bar.show_hint("")
        else:
            self._workbench.begin(self._compare(self._compared, run.info, self._panel.setup()))

    async def _compare(self, number: int, info: RunInfo, setup: Setup) -> None:
        words = await asyncio.to_thread(hint_words, info, setup)
        if number == self._compared:
            self._run_panel.bar.show_hint(words)


def hint_words(info: RunInfo, setup: Setup) -> str:
    """Return how a form differs from the set-up that made a run; nothing where it does not."""
    if setup.script != Path(info.script):
        return f"The form at the left is for {setup.script.name}."
    if info.setup_toml and not _is_same_work(info, setup):
        return "The form at the left has other settings than this run."
    return ""


def _is_same_work(info: RunInfo, setup: Setup) -> bool:
    """Whether a set-up makes the jobs of a run; how they are run does not matter."""
    folder = setup.script.parent
    try:
        made_by = loads(info.setup_toml, folder)
        shown = loads(dumps(replace(setup, run=RunOptions()), folder), folder)
    except HoplaError:  # a form that is not filled in yet
        return False
    return (shown.subcommand, shown.extra, shown.sweep) == (
        made_by.subcommand,
        made_by.extra,
        made_by.sweep,
    )
