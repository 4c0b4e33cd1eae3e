"""Between the run and the jobs' side: what happens is shown, what is asked there is done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.job import Counts, JobStatus
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.workbench import Workbench


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
        control.pilot_released.connect(panel.release_pilot)
        control.run_finished.connect(self._on_run_finished)

    @Slot(object, object)
    def _on_run_opened(self, run: StoredRun | None, statuses: list[JobStatus]) -> None:
        holder = self._control.holder or ""
        self._panel.load(run, statuses, live=self._control.is_live, holder=holder)
        if run is not None:
            self.shown.emit()

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        self._panel.finish(counts)
        self.finished.emit(counts)

    # --- from one start to the next --------------------------------------------------------

    def restore(self) -> None:
        """Have the panel as it was left."""
        panel, settings = self._panel, self._settings
        panel.tree.restore_state(settings.tree_state("columns"))
        panel.filter_bar.restore_state(settings.tree_state("filter"))
        panel.details.compare_view.restore_state(settings.tree_state("comparison"))

    def stop(self) -> None:
        """Do no more in the panel, and remember what it is like."""
        panel, settings = self._panel, self._settings
        panel.plots.stop()
        panel.model.arranger.stop()
        panel.failures.stop()
        settings.set_tree_state("columns", panel.tree.save_state())
        panel.group_filter.release()
        settings.set_tree_state("filter", panel.filter_bar.save_state())
        settings.set_tree_state("comparison", panel.details.compare_view.save_state())
