"""What the File menu does: ask for a file, then open, save or export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from hopla_gui.engine.commands.batch_export import SUFFIXES, BatchKind
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.file_dialogs import FileDialogs
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import SWEEP_SUFFIX, Workbench


class FileCommands(QObject):
    """Asks for files on behalf of the workbench.

    Parameters
    ----------
    open_path
        Opens what was chosen.
    panel
        Says what is saved and exported.
    """

    def __init__(
        self,
        dialogs: FileDialogs,
        workbench: Workbench,
        open_path: Callable[[Path], None],
        panel: SetupPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._workbench = workbench
        self._open_path = open_path
        self._panel = panel

    def connect_actions(self, actions: Actions, settings: Settings) -> None:
        """Answer the actions of the File menu."""
        for name, slot in {
            "open_script": self.ask_script,
            "open_sweep": self.ask_sweep,
            "open_run": self.ask_run,
            "open_demo": self._workbench.open_demo,
            "save_sweep": self.save,
            "save_sweep_as": self.ask_save,
        }.items():
            actions[name].triggered.connect(slot)
        for kind, action in actions.batches.items():
            action.triggered.connect(lambda *_, kind=kind: self.ask_batch(kind))
        menu = actions.recent_menu
        menu.aboutToShow.connect(lambda: self._fill_recent(menu, settings.recent))

    def _fill_recent(self, menu: QMenu, recent: Sequence[Path]) -> None:
        menu.clear()
        for path in recent:
            menu.addAction(str(path)).triggered.connect(lambda *_, path=path: self._open_path(path))
        if menu.isEmpty():
            menu.addAction("Nothing was opened yet").setEnabled(False)

    @Slot()
    def ask_script(self) -> None:
        """Ask for a script and open it."""
        self._dialogs.ask_script(self._open_path)

    @Slot()
    def ask_sweep(self) -> None:
        """Ask for a sweep file and open it."""
        self._dialogs.ask_sweep(self._open_path)

    @Slot()
    def ask_run(self) -> None:
        """Ask for the folder of a stored run and open it."""
        self._dialogs.ask_run(self._workbench.runs_dir, self._open_path)

    @Slot()
    def save(self) -> None:
        """Save to the sweep file that is open; ask where to where none is."""
        path = self._workbench.document.sweep_file
        if path is None:
            self.ask_save()
        else:
            self._workbench.save(self._panel.setup(), path)

    @Slot()
    def ask_save(self) -> None:
        """Ask for a sweep file and save to it."""
        setup = self._panel.setup()
        path = self._workbench.document.sweep_file
        name = path.name if path else setup.script.stem + SWEEP_SUFFIX
        self._dialogs.ask_save_sweep(name, lambda chosen: self._workbench.save(setup, chosen))

    def ask_batch(self, kind: BatchKind) -> None:
        """Ask for a file and write the jobs of the form to it, in a form that runs without us."""
        setup, spec = self._panel.setup(), self._panel.form_check.spec
        if spec is not None:
            write = partial(self._workbench.export_batch, kind, setup, spec)
            self._dialogs.ask_batch(f"{setup.script.stem}_batch{SUFFIXES[kind]}", write)
