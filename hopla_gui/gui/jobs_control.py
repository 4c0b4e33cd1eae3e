"""Between the run and the jobs' side: what happens is shown, what is asked there is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import Counts
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.workbench import Workbench


class KeptPart(Protocol):
    """What a part of the panel is like is a text: empty where nothing has been kept yet."""

    def save_state(self) -> str:
        """Return it."""

    def restore_state(self, state: str) -> None:
        """Be like that again."""


class JobsControl(QObject):
    """Shows the run in its panel, and remembers what the panel was like.

    Signals
    -------
    shown
        The panel has a run to show.
    finished
        The counts of the run that has ended, once the panel says so.
    """

    shown = Signal()
    finished = Signal(object)

    def __init__(
        self,
        panel: RunPanel,
        workbench: Workbench,
        run_commands: RunCommands,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._control = control = workbench.control
        self._settings = settings
        panel.stop_requested.connect(control.cancel)
        panel.rerun_requested.connect(workbench.rerun)
        panel.first_requested.connect(control.move_first)
        panel.bar.workers_chosen.connect(control.resize)
        panel.pilot_bar.accepted.connect(control.go_on)
        panel.pilot_bar.declined.connect(control.stop)
        panel.resume_bar.accepted.connect(run_commands.resume)
        panel.holder_bar.accepted.connect(run_commands.look_again)
        control.run_opened.connect(self._on_run_opened)
        control.events_arrived.connect(panel.apply)
        control.stop_asked.connect(panel.show_stopping)
        control.first_asked.connect(panel.model.show_moved_first)
        control.frozen_changed.connect(panel.show_frozen)
        control.pilot_released.connect(panel.release_pilot)
        control.run_finished.connect(self._on_run_finished)

    @Slot(object, object, object)
    def _on_run_opened(
        self,
        run: StoredRun | None,
        standings: JobStandings | None,
        failures: FailureGroups | None,
    ) -> None:
        holder = self._control.holder or ""
        self._panel.load(run, standings, failures, live=self._control.is_live, holder=holder)
        if run is not None:
            self.shown.emit()

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        self._panel.finish(counts)
        self.finished.emit(counts)

    # --- from one start to the next --------------------------------------------------------

    def restore(self) -> None:
        """Have the panel as it was left."""
        for name, part in self._kept_parts().items():
            part.restore_state(self._settings.tree_state(name))

    def stop(self) -> None:
        """Do no more in the panel, and remember what it is like."""
        panel = self._panel
        panel.plots.stop()
        panel.model.arranger.stop()
        panel.failures.stop()
        panel.group_filter.release()
        for name, part in self._kept_parts().items():
            self._settings.set_tree_state(name, part.save_state())

    def _kept_parts(self) -> Mapping[str, KeptPart]:
        panel, details = self._panel, self._panel.details
        return {
            "columns": panel.tree,
            "filter": panel.filter_bar,
            "groups": panel.tree_controls,
            "failures": panel.failures,
            "comparison": details.compare_view,
            "traceback": details.traceback_view,
            "output": details.output_view,
        }
