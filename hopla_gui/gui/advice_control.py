"""Works out advice when a run is over, in a thread of the loop's, and lets the form follow it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from hopla_gui import api
from hopla_gui.domain.advice import Advice
from hopla_gui.domain.advised_setup import advised_setup, following_words
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.gui.jobs.advice_panel import AdvicePanel
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench

_LATER_S = 0.5  # the run is painted first, and its failures are read


class AdviceControl(QObject):
    """Keeps the panel true to the run that is shown, and its offer to what the form says."""

    def __init__(
        self, advice_panel: AdvicePanel, panel: SetupPanel, workbench: Workbench, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown = advice_panel
        self._panel = panel
        self._workbench = workbench
        self._advice: Advice | None = None
        advice_panel.following_wanted.connect(self._on_following_wanted)
        panel.changed.connect(self._offer)
        panel.form_check.checked.connect(self._offer)
        control = self._control = workbench.control
        control.run_opened.connect(self._on_run_opened)
        control.run_finished.connect(self._on_run_finished)
        control.changed.connect(self._on_run_changed)

    @Slot(object, object)
    def _on_run_opened(self, run: StoredRun | None, _standings: object) -> None:
        self._show(None)
        if run is not None and not self._control.is_live:
            self._workbench.begin(self._work_out(run.run_dir))

    @Slot()
    def _on_run_finished(self) -> None:
        if self._control.run_dir is not None:
            self._workbench.begin(self._work_out(self._control.run_dir))

    @Slot()
    def _on_run_changed(self) -> None:
        if self._control.is_live and self._advice is not None:
            self._show(None)  # jobs run again: what they took is not known yet

    async def _work_out(self, run_dir: Path) -> None:
        def is_stale() -> bool:
            return run_dir != self._control.run_dir or self._control.is_live

        await asyncio.sleep(_LATER_S)
        advice = None if is_stale() else await asyncio.to_thread(_advice_on, run_dir, is_stale)
        if not is_stale():
            self._show(advice)

    def _show(self, advice: Advice | None) -> None:
        self._advice = advice
        self._shown.show_advice(advice)
        self._offer()

    @Slot()
    def _offer(self) -> None:
        run, short, words = self._control.run, "", ""
        if self._advice is not None and run is not None and self._panel.spec is not None:
            setup = self._panel.setup()
            if setup.script == Path(run.info.script):
                short, words = following_words(setup, self._advice)
        self._shown.offer(short, words)

    @Slot()
    def _on_following_wanted(self) -> None:
        if self._advice is not None:
            self._panel.apply(advised_setup(self._panel.setup(), self._advice))


def _advice_on(run_dir: Path, is_stale: Callable[[], bool]) -> Advice | None:
    run = StoredRun(run_dir)
    try:
        return api.run_advice(run, is_stale=is_stale)
    except EnvironmentProblem:
        if is_stale():
            return None
        raise
    finally:
        run.close()
