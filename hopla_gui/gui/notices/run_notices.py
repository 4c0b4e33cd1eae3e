"""Tells of the run outside the window: progress in the taskbar, notifications when out of sight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from hopla_gui.domain.diagnosis import UNSUCCESSFUL
from hopla_gui.domain.events import Event, JobFinished
from hopla_gui.domain.job import Counts
from hopla_gui.errors import HoplaError
from hopla_gui.gui.notices.desktop import Desktop, desktop_of
from hopla_gui.gui.notices.words import end_notice, failure_notice, progress_of
from hopla_gui.gui.run_control import RunControl
from hopla_gui.gui.settings import Settings


class RunNotices(QObject):
    """Tells of the end of a run and of its first failure, but not to somebody who sees it.

    Parameters
    ----------
    desktop
        The one that the window is on, where none is given.

    Signals
    -------
    job_wanted
        The job that the notification which was clicked tells of.
    """

    job_wanted = Signal(int)

    def __init__(
        self,
        control: RunControl,
        settings: Settings,
        window: QWidget,
        desktop: Desktop | None = None,
    ) -> None:
        super().__init__(window)
        self._control = control
        self._settings = settings
        self._window = window
        self._desktop = desktop or desktop_of(window)
        self._desktop.clicked.connect(self._on_clicked)
        self._has_told_failure = False
        self._told_job: int | None = None  # by the notification that is shown
        control.run_opened.connect(self._on_run_opened)
        control.events_arrived.connect(self._on_events_arrived)
        control.run_finished.connect(self._on_run_finished)
        control.changed.connect(self._show_progress)

    @Slot(bool)
    def switch(self, on: bool) -> None:
        """Show notifications from now on, or none."""
        self._settings.notifies = on

    def close(self) -> None:
        """Let go of the desktop."""
        self._desktop.close()

    @Slot()
    def _on_clicked(self) -> None:
        self.raise_window()
        if self._told_job is not None:
            self.job_wanted.emit(self._told_job)

    @Slot()
    def raise_window(self) -> None:
        """Bring the window to the front."""
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    @Slot()
    def _show_progress(self) -> None:
        live = self._control.is_live
        self._desktop.show_progress(progress_of(self._control.counts) if live else None)

    @Slot(object, object)
    def _on_run_opened(self, _run: object, _standings: object) -> None:
        self._has_told_failure = False
        self._told_job = None

    @Slot(list)
    def _on_events_arrived(self, events: Sequence[Event]) -> None:
        if self._has_told_failure:
            return
        for event in events:
            if isinstance(event, JobFinished) and event.outcome.state in UNSUCCESSFUL:
                self._has_told_failure = True  # seen in the window or told: once is enough
                if progress_of(self._control.counts):  # the end will be told in a moment
                    self._tell_failure(event.index)
                return

    def _tell_failure(self, job: int) -> None:
        run = self._control.run
        if run is not None and self._is_wanted():
            try:
                self._desktop.show_notice(failure_notice(self._name(), run.glance(job)))
                self._told_job = job
            except HoplaError:  # the run's folder has gone: the window says so
                return

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        self._has_told_failure = False
        if self._is_wanted():
            self._told_job = None
            self._desktop.show_notice(end_notice(self._name(), counts))
        QApplication.alert(self._window)

    def _name(self) -> str:
        run = self._control.run
        return "" if run is None else str(run.fact("title") or "") or Path(run.info.script).name

    def _is_wanted(self) -> bool:
        return self._settings.notifies and QApplication.activeWindow() is None
