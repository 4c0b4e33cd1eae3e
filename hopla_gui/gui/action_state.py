"""Which actions can be used now, and what they say: as the form, the script and the run stand."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from hopla_gui.gui.actions import Actions
from hopla_gui.gui.icons import icon
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench


class ActionState(QObject):
    """Keeps the actions and the buttons of the run's bar true to what they would do."""

    def __init__(
        self,
        actions: Actions,
        workbench: Workbench,
        setup_panel: SetupPanel,
        run_panel: RunPanel,
        run_commands: RunCommands,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._document, self._control = workbench.document, workbench.control
        self._setup_panel = setup_panel
        self._run_panel = run_panel
        self._run_commands = run_commands
        setup_panel.form_check.checked.connect(self.refresh)
        setup_panel.undo_control.changed.connect(self._refresh_undo)
        run_commands.changed.connect(self.refresh)
        self._document.changed.connect(self.refresh)
        self._control.changed.connect(self.refresh)
        self.refresh()
        self._refresh_undo()

    @Slot()
    def refresh(self) -> None:
        """Bring all but undo and redo up to date."""
        has_spec = self._document.spec is not None
        self._refresh_running(has_spec)
        self._refresh_run_shown()
        for name in ("save_sweep", "save_sweep_as", "reload", "all_jobs", "open_table", "report"):
            self._actions[name].setEnabled(has_spec)
        self._actions.batch_menu.setEnabled(has_spec)

    def _refresh_running(self, has_spec: bool) -> None:
        """Say what can be started."""
        can_run = has_spec and not self._run_commands.is_busy
        jobs = self._setup_panel.form_check.job_count() if has_spec else 0
        run = self._actions["run"]
        run.setText(f"Run {jobs:,} jobs" if jobs > 1 else "Run")
        run.setEnabled(can_run)
        self._actions["run_one"].setEnabled(can_run and jobs > 1)
        self._actions["run_corners"].setEnabled(can_run and jobs > 2)

    def _refresh_pause(self, is_paused: bool) -> None:
        pause = self._actions["pause"]
        pause.setChecked(is_paused)
        words = "Continue" if is_paused else "Pause"
        if pause.text() != words:
            pause.setText(words)
            pause.setIcon(icon("run" if is_paused else "pause"))

    def _refresh_run_shown(self) -> None:
        """Say what can be done with the run on show."""
        control, is_live = self._control, self._control.is_live
        self._actions["stop"].setEnabled(control.can_stop)
        for name in ("pause", "freeze"):
            self._actions[name].setEnabled(is_live and not control.is_stopping)
        self._refresh_pause(control.is_paused)
        self._actions["freeze"].setChecked(control.is_frozen)
        shown = self._run_panel.model.counts()
        self._actions["next_failed"].setEnabled(bool(shown.unsuccessful))
        self._actions["resume"].setEnabled(self._run_panel.left() > 0 and not is_live)
        self._actions["export"].setEnabled(control.run is not None)
        self._run_panel.show_steering(
            control.workers,
            live=is_live,
            paused=control.is_paused,
            frozen=control.is_frozen,
            stopping=control.is_stopping,
        )

    @Slot()
    def _refresh_undo(self) -> None:
        undo = self._setup_panel.undo_control
        for name, words in (("undo", undo.undo_name), ("redo", undo.redo_name)):
            verb = name.capitalize()
            self._actions[name].setText(f"{verb}: {words.replace('&', '&&')}" if words else verb)
            self._actions[name].setEnabled(bool(words))
