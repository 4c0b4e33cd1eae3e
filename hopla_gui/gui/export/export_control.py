"""Exports the run that is shown: asks, writes in a thread, tells how far it is and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from hopla_gui import api
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.export.export_bar import ExportBar
from hopla_gui.gui.export.export_choice import Offer, Scope
from hopla_gui.gui.export.export_dialog import ExportDialog
from hopla_gui.gui.messages import Level
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.workbench import Workbench

_LOOK_MS = 100


class ExportControl(QObject):
    """One export at a time.

    Signals
    -------
    message
        `Level`, one line, details.
    """

    message = Signal(object, str, str)

    def __init__(
        self, panel: RunPanel, workbench: Workbench, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._panel = panel
        self._workbench = workbench
        self._settings = settings
        self._writing: _Writing | None = None
        self.bar = ExportBar()
        self.bar.cancel_wanted.connect(self.cancel)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._on_look_timeout)
        self.dialog: ExportDialog | None = None

    @Slot()
    def ask(self) -> None:
        """Ask what to export, as what, and where to."""
        run = self._workbench.control.run
        if run is None or self.dialog is not None:
            return
        if self._writing is not None:
            self.message.emit(Level.INFO, "An export is under way.", "")
            return
        offer = Offer(len(run), self._panel.model.visible_jobs(), self._panel.tree.selected_jobs())
        folder = Path(self._settings.folder("export") or Path.home())
        name = f"{run.run_dir.name}{self._settings.export_ending}"
        scope = Scope(self._settings.export_scope)
        dialog = self.dialog = ExportDialog(offer, scope, folder / name, self._window)
        dialog.open_box.setChecked(self._settings.opens_exports)
        dialog.chosen.connect(lambda scope, path: self._on_chosen(run, offer, scope, path))
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None

    def _on_chosen(self, run: StoredRun, offer: Offer, scope: Scope, path: Path) -> None:
        opens = self.dialog is not None and self.dialog.open_box.isChecked()
        self._settings.set_folder("export", path.parent)
        self._settings.export_ending = path.suffix
        if scope is not Scope.SELECTED:  # a click selects: the next export would be of one job
            self._settings.export_scope = scope.value
        self._settings.opens_exports = opens
        self.export(run.run_dir, path, offer.jobs(scope), count=offer.count(scope), opens=opens)

    def export(
        self,
        run_dir: Path,
        path: Path,
        jobs: Sequence[int] | None = None,
        *,
        count: int,
        opens: bool = False,
    ) -> None:
        """Write jobs of a stored run to a file.

        Parameters
        ----------
        jobs
            Indices; all where there are none given. ``count`` is how many that are.
        opens
            Whether to open the file afterwards.
        """
        self._workbench.begin(self._export(_Writing(run_dir, path, jobs), count, opens=opens))

    @Slot()
    def cancel(self) -> None:
        """Give up what is under way; the file stays as it was."""
        if self._writing is not None:
            self.bar.cancel_button.setEnabled(False)
            self._writing.cancelled.set()

    async def _export(self, writing: _Writing, count: int, *, opens: bool) -> None:
        name = writing.path.name
        jobs = "1 job" if count == 1 else f"{count:,} jobs"
        self._writing = writing
        self.bar.start(f"Writing {jobs} to {name}")
        self._look.start()
        thread = asyncio.ensure_future(asyncio.to_thread(writing.write))
        try:
            await asyncio.shield(thread)
        except _Cancelled:
            self.message.emit(Level.INFO, f"{name} was not written.", "")
        except asyncio.CancelledError:  # the window closes
            writing.cancelled.set()
            with contextlib.suppress(Exception):
                await thread
            raise
        else:
            self.message.emit(Level.SUCCESS, f"Wrote the results of {jobs} to {writing.path}", "")
            if opens:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(writing.path)))
        finally:
            self._writing = None
            self._look.stop()
            self.bar.stop()

    @Slot()
    def _on_look_timeout(self) -> None:
        if self._writing is not None:
            self.bar.set_fraction(self._writing.fraction)


class _Cancelled(Exception):
    """The user gave the export up."""


class _Writing:
    """An export in its thread; ``fraction`` is read, and ``cancelled`` set, from any other."""

    def __init__(self, run_dir: Path, path: Path, jobs: Sequence[int] | None) -> None:
        self.path = path
        self.fraction = 0.0
        self.cancelled = threading.Event()
        self._run_dir = run_dir
        self._jobs = jobs

    def write(self) -> None:
        """Write the file; with a reader of its own, as the window's one is in use."""
        with contextlib.closing(api.open_run(self._run_dir)) as run:
            api.export_run(run, self.path, self._jobs, self._tell)

    def _tell(self, done: int, total: int) -> None:
        if self.cancelled.is_set():
            raise _Cancelled
        self.fraction = done / max(total, 1)
