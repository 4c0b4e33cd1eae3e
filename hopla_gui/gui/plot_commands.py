"""What the plots need of the window: their action, files, and what was plotted of a script last."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from hopla_gui.domain.plots.spec import PlotSpec, file_stem, spec_from_json
from hopla_gui.gui.file_dialogs import FileDialogs
from hopla_gui.gui.messages import Level
from hopla_gui.gui.plots.plots_page import PlotsPage
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.settings import Settings


class PlotCommands(QObject):
    """Saves plots, and remembers for each script what was plotted.

    Signals
    -------
    message
        A level, a text and details, for the bar of messages.
    """

    message = Signal(object, str, str)

    def __init__(
        self,
        panel: RunPanel,
        dialogs: FileDialogs,
        settings: Settings,
        action: QAction,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._page: PlotsPage = panel.plots
        self._dialogs = dialogs
        self._settings = settings
        action.toggled.connect(panel.show_plots)
        panel.bar.view_switch.plots_toggled.connect(action.setChecked)
        self._page.pane_made.connect(self._on_pane_made)
        self._page.spec_chosen.connect(self._on_spec_chosen)
        panel.model.run_loaded.connect(self._on_run_loaded)

    @Slot()
    def _on_run_loaded(self) -> None:
        run = self._panel.model.run
        if run is not None:
            self._page.show_spec(_read(self._settings.plot(Path(run.info.script))))

    @Slot(object)
    def _on_spec_chosen(self, spec: PlotSpec) -> None:
        run = self._panel.model.run
        if run is not None:
            self._settings.set_plot(Path(run.info.script), json.dumps(spec.to_json()))

    @Slot(object)
    def _on_pane_made(self, _pane: object) -> None:
        pane = self._page.pane
        assert pane is not None
        pane.save_wanted.connect(self._on_save_wanted)
        pane.saved.connect(self._on_saved)

    @Slot(str)
    def _on_save_wanted(self, suffix: str) -> None:
        run, pane = self._panel.model.run, self._page.pane
        if pane is not None and run is not None:
            stem = file_stem(Path(run.info.script).stem, pane.controls.spec())
            self._dialogs.ask_save_plot(f"{stem}{suffix}", self._save)

    def _save(self, path: Path) -> None:
        run, pane = self._panel.model.run, self._page.pane
        if pane is not None and run is not None:
            pane.save(path, f"{Path(run.info.script).name}, run {run.info.id}")

    @Slot(object, str)
    def _on_saved(self, path: Path, reason: str) -> None:
        if reason:
            self.message.emit(Level.ERROR, f"{path}: cannot be written: {reason}", "")
        else:
            self.message.emit(Level.SUCCESS, f"Saved {path}", "")


def _read(text: str) -> PlotSpec | None:
    try:
        return spec_from_json(json.loads(text)) if text else None
    except (ValueError, RecursionError):
        return None
