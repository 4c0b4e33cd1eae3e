"""The run that the window shows: starts it, follows it, stops it, exports it, lets it go.

Lives on the main thread; whatever may take longer than a frame runs in a thread of the loop's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.job import Counts
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.session import Session
from hopla_gui.engine.stored_run import StoredRun
from hopla_gui.errors import HoplaError
from hopla_gui.gui.bridge import RunBridge


class RunControl(QObject):
    """At most one run at a time, live or read from its folder.

    Signals
    -------
    run_opened
        The run to show; all that was shown of another one is out of date.
    events_arrived
        A list of events of the live run.
    run_finished
        The counts, once no job of the live run is left.
    changed
        Whether a run is live or starting, or its counts, may have changed.
    """

    run_opened = Signal(object)
    events_arrived = Signal(list)
    run_finished = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._run: StoredRun | None = None
        self._bridge: RunBridge | None = None
        self._starting = False
        self._live = False

    @property
    def run(self) -> StoredRun | None:
        """The run shown."""
        return self._run

    @property
    def is_live(self) -> bool:
        """Whether jobs run or wait, or are about to."""
        return self._live or self._starting

    @property
    def counts(self) -> Counts:
        """Jobs of the live run by state; all zero where none is live."""
        return self._session.counts if self._session is not None else Counts()

    async def start(self, setup: Setup, spec: ParserSpec, runs_dir: Path | None = None) -> None:
        """Begin a new run and show it in place of the one before.

        Raises
        ------
        HoplaError
            Where the sweep or the interpreter is at fault; with a sweep at fault, the run before
            stays.
        """
        self._starting = True
        self.changed.emit()
        try:
            session = await asyncio.to_thread(api.prepare_run, setup, spec, runs_dir)
            await self._show(session.run, session)
            await asyncio.to_thread(session.start)
        except HoplaError:
            self._live = False
            raise
        finally:
            self._starting = False
            self.changed.emit()

    async def open_stored(self, run_dir: Path) -> None:
        """Show a run that is read from its folder."""
        await self._show(await asyncio.to_thread(StoredRun, run_dir), None)

    async def export(self, path: Path) -> None:
        """Write the results of the run shown, finished or not, as JSON."""
        if self._run is not None:
            await asyncio.to_thread(_export, self._run.run_dir, path)

    @Slot()
    def stop(self) -> None:
        """Stop all jobs: those that wait are cancelled, those that run are asked, then killed."""
        if self._session is not None:
            self._session.cancel()

    @Slot(list)
    def cancel(self, indices: Sequence[int]) -> None:
        """Stop some jobs."""
        if self._session is not None:
            self._session.cancel(list(indices))

    @Slot(list)
    def retry(self, indices: Sequence[int]) -> None:
        """Run ended jobs once more."""
        if self._session is not None and indices:
            self._live = True
            self._session.retry(list(indices))
            self.changed.emit()

    @Slot(bool)
    def pause(self, paused: bool) -> None:
        """Start no more jobs, or go on."""
        if self._session is not None:
            self._session.pause(paused)

    async def close(self) -> None:
        """Stop what runs and return when nothing of it is left."""
        await self._show(None, None)

    async def _show(self, run: StoredRun | None, session: Session | None) -> None:
        before, run_before = self._session, self._run
        if self._bridge is not None:
            self._bridge.stop()
            self._bridge.deleteLater()
            self._bridge = None
        self._run, self._session = run, session
        self._live = session is not None
        if session is not None:
            self._follow(session)
        self.run_opened.emit(run)
        self.changed.emit()
        if before is not None:
            await asyncio.to_thread(before.close)
        elif run_before is not None:
            run_before.close()

    def _follow(self, session: Session) -> None:
        bridge = self._bridge = RunBridge(session.events(), self)
        bridge.events_arrived.connect(self._on_events_arrived)
        bridge.run_finished.connect(self._on_run_finished)
        bridge.start()

    @Slot(list)
    def _on_events_arrived(self, events: list[object]) -> None:
        self.events_arrived.emit(events)
        self.changed.emit()

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        # A retry asked for in between has put jobs back already.
        if self._live and self._session is not None and self._session.is_finished:
            self._live = False
            self.run_finished.emit(counts)
            self.changed.emit()


def _export(run_dir: Path, path: Path) -> None:
    # A reader of its own: the window's one stays free for what is looked at meanwhile.
    run = StoredRun(run_dir)
    try:
        api.export_json(run, path)
    finally:
        run.close()
