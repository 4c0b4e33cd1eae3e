"""The run that the window shows: starts it, follows it, steers it, exports it, lets it go.

Lives on the main thread; whatever may take longer than a frame runs in a thread of the loop's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.events import Event, PilotFinished
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.domain.job import Counts
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.results.lock import lock_holder
from hopla_gui.engine.results.store import LOCK
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.engine.running.session import Session
from hopla_gui.errors import HoplaError
from hopla_gui.gui.bridge import RunBridge
from hopla_gui.gui.failures.failure_reader import read_if_few
from hopla_gui.gui.jobs.job_standings import JobStandings
from hopla_gui.gui.pace import Pace

_CANCEL_S = 30.0  # jobs on a cluster may take so long to be cancelled, as the window closes

logger = logging.getLogger(__name__)

Prepared = tuple[Session, Collection[int], Collection[int]]  # session, rerun, pilot


class RunControl(QObject):
    """At most one run at a time, live or read from its folder.

    Signals
    -------
    run_opened
        The run to show, its `JobStandings`, and its `FailureGroups` where they are read already;
        what was shown of another one is out of date.
    events_arrived
        A list of events of the live run.
    pilot_finished
        A `PilotFinished`: the jobs that wait behind it need a word.
    pilot_released
        The word has been given.
    stop_asked
        The jobs that were told to stop, ``None`` for all; it takes them a while.
    first_asked
        The jobs that were moved before the others that wait.
    frozen_changed
        Whether the jobs that run stand still.
    run_finished
        The counts, once no job of the live run is left.
    changed
        Whether a run is live, held or starting, or its counts, may have changed.
    """

    run_opened = Signal(object, object, object)
    events_arrived = Signal(list)
    pilot_finished = Signal(object)
    pilot_released = Signal()
    stop_asked = Signal(object)
    first_asked = Signal(list)
    frozen_changed = Signal(bool)
    run_finished = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._run: StoredRun | None = None
        self._bridge: RunBridge | None = None
        self._starting = False
        self._live = False
        self._paused = False
        self._frozen = False
        self._stopping = False
        self.cancels_on_close = False
        self.holder: str | None = None  # another program that the run shown is in use by
        self._letting_go = asyncio.Lock()
        self._pace = Pace(self)
        self._pace.due.connect(self.changed)

    @property
    def run(self) -> StoredRun | None:
        """The run shown."""
        return self._run

    @property
    def run_dir(self) -> Path | None:
        """The folder of the run shown."""
        return self._run.run_dir if self._run is not None else None

    @property
    def is_live(self) -> bool:
        """Whether jobs run or wait, or are about to."""
        return self._live or self._starting

    @property
    def place(self) -> str:
        """Where the jobs of the run shown run: the word that ``on`` has for it."""
        return self._run.info.options.on if self._run is not None else "local"

    @property
    def outlives_us(self) -> bool:
        """Whether the jobs of the run shown go on without this program."""
        return self._run is not None and not self._run.info.is_local

    @property
    def is_paused(self) -> bool:
        """Whether no more jobs are started."""
        return self._paused

    @property
    def is_frozen(self) -> bool:
        """Whether the jobs that run stand still."""
        return self._frozen

    @property
    def is_stopping(self) -> bool:
        """Whether all jobs have been told to stop, and some have not ended yet."""
        return self._stopping

    @property
    def can_stop(self) -> bool:
        """Whether there are jobs that can be told to stop."""
        return self._live and not self._stopping

    @property
    def workers(self) -> int:
        """Jobs at a time of the run shown; 0 for none."""
        if self._session is not None:
            return self._session.workers
        return (self._run.workers or 1) if self._run is not None else 0

    @property
    def counts(self) -> Counts:
        """Jobs of the live run by state; all zero where none is live."""
        return self._session.counts if self._session is not None else Counts()

    # --- from nothing to a run -------------------------------------------------------------

    async def start(
        self,
        setup: Setup,
        spec: ParserSpec,
        runs_dir: Path | None = None,
        *,
        only_new: bool = False,
        first: First = First.ALL,
    ) -> None:
        """Begin a new run and show it in place of the one before.

        Parameters
        ----------
        only_new
            Take over the results that stored runs hold already.

        Raises
        ------
        HoplaError
            Where the sweep or the interpreter is at fault; with a sweep at fault, the run before
            stays.
        """
        await self._begin(lambda: _new_run(setup, spec, runs_dir, only_new, first))

    async def resume(
        self, run_dir: Path, *, failed: bool = False, only: Sequence[int] | None = None
    ) -> None:
        """Run what a stored run has left: queued, lost and cancelled jobs.

        Parameters
        ----------
        failed
            Run those that failed or timed out too.
        only
            Of the ended jobs, run these and no others.
        """
        if self._session is None or run_dir != self._session.run.run_dir:
            await self._begin(lambda: _stored_run(run_dir, failed, only))
        elif not self.is_live:  # it is ours still, and so is its lock
            run = self._session.run
            self.retry(await asyncio.to_thread(_left, run, failed) if only is None else only)

    async def open_stored(self, run_dir: Path) -> None:
        """Show a run that is read from its folder; one that goes on elsewhere is followed."""
        if run_dir == self.run_dir and self.holder is None:
            return
        if await asyncio.to_thread(api.goes_on, run_dir):
            try:
                await self._begin(lambda: _stored_run(run_dir, failed=False, only=()))
                return
            except HoplaError:  # another program follows it, or its scheduler is not here
                logger.info("%s is only read", run_dir.name, exc_info=True)
        await self._show(await asyncio.to_thread(api.open_run, run_dir), None)

    async def let_go(self, run_dir: Path) -> None:
        """Show nothing of a run any more."""
        if run_dir == self.run_dir:
            await self._show(None, None)

    async def settled(self) -> None:
        """Return when runs that were shown before are let go of, and their locks with them."""
        async with self._letting_go:
            pass

    async def close(self) -> None:
        """Stop what runs and return when nothing of it is left; it is on show until then."""
        session = self._session
        if session is not None:
            self._drop_bridge()
            self._stopping = self._live
            self.stop_asked.emit(None)
            self.changed.emit()
            async with self._letting_go:
                if self.cancels_on_close:
                    await asyncio.to_thread(_cancel_all, session)
                await asyncio.to_thread(session.close)
            self._session = self._run = None
        await self._show(None, None)

    async def _begin(self, prepare: Callable[[], Prepared]) -> None:
        self._starting = True
        self.changed.emit()
        try:
            await self.settled()
            session, rerun, pilot = await asyncio.to_thread(prepare)
            await self._show(session.run, session, rerun)
            await asyncio.to_thread(session.start, rerun, pilot)
        except HoplaError:
            self._live = False
            raise
        finally:
            self._starting = False
            self.changed.emit()

    async def _show(
        self, run: StoredRun | None, session: Session | None, rerun: Collection[int] = ()
    ) -> None:
        standings, failures = (
            (None, None) if run is None else await asyncio.to_thread(_read_at_once, run, rerun)
        )
        self.holder = None
        if run is not None and session is None:
            self.holder = await asyncio.to_thread(lock_holder, run.run_dir / LOCK)
        before, run_before = self._session, self._run
        self._drop_bridge()
        self._run, self._session = run, session
        self._live = session is not None
        self._paused = self._frozen = self._stopping = False
        if session is not None:
            self._follow(session)
        self.run_opened.emit(run, standings, failures)
        self.changed.emit()
        async with self._letting_go:
            if before is not None:
                await asyncio.to_thread(before.close)
            elif run_before is not None:
                run_before.close()

    # --- steering --------------------------------------------------------------------------

    @Slot()
    def stop(self) -> None:
        """Stop all jobs: those that wait are cancelled, those that run are asked, then killed."""
        if self._session is not None and self.can_stop:
            self.freeze(False)  # what stands still hears nothing
            self._session.cancel()
            self._stopping = True
            self.stop_asked.emit(None)
            self.pilot_released.emit()
            self.changed.emit()

    @Slot(list)
    def cancel(self, indices: Sequence[int]) -> None:
        """Stop some jobs."""
        if self._session is not None:
            self._session.cancel(list(indices))
            self.stop_asked.emit(list(indices))

    @Slot(list)
    def retry(self, indices: Sequence[int]) -> None:
        """Run ended jobs of a run that was started here once more."""
        if self._session is not None and indices:
            self._live = True
            self._stopping = False
            self._session.retry(list(indices))
            self.changed.emit()

    @Slot(list)
    def move_first(self, indices: Sequence[int]) -> None:
        """Run waiting jobs before the others."""
        if self._session is not None:
            self._session.move_first(list(indices))
            self.first_asked.emit(list(indices))

    @Slot()
    def go_on(self) -> None:
        """Run what waits behind the pilot."""
        if self._session is not None:
            self._session.go_on()
            self.pilot_released.emit()

    @Slot(bool)
    def pause(self, paused: bool) -> None:
        """Start no more jobs; or go on, with those that stand still too."""
        if self._session is not None and paused != self._paused:
            self._paused = paused
            self._session.pause(paused)
            if not paused:
                self.freeze(False)
            self.changed.emit()

    @Slot(bool)
    def freeze(self, frozen: bool) -> None:
        """Let the jobs that run stand still too, or go on with them."""
        if self._session is not None and frozen != self._frozen:
            self._frozen = frozen
            self._session.suspend(frozen)
            self.frozen_changed.emit(frozen)
            if frozen:
                self.pause(True)
            self.changed.emit()

    @Slot(int)
    def resize(self, workers: int) -> None:
        """Change the number of jobs at a time."""
        if self._session is not None and workers != self._session.workers:
            self._session.resize(workers)

    def describe(self, run_dir: Path, facts: dict[str, str]) -> bool:
        """Keep a title or a note of the run shown, where it is ours; ``False`` elsewhere."""
        if self._session is None or run_dir != self.run_dir:
            return False
        self._session.describe(facts)
        return True

    # --- what happens ----------------------------------------------------------------------

    def _follow(self, session: Session) -> None:
        bridge = self._bridge = RunBridge(session.events(), self)
        bridge.events_arrived.connect(self._on_events_arrived)
        bridge.run_finished.connect(self._on_run_finished)
        bridge.start()

    def _drop_bridge(self) -> None:
        if self._bridge is not None:
            self._bridge.stop()
            self._bridge.deleteLater()
            self._bridge = None

    @Slot(list)
    def _on_events_arrived(self, events: list[Event]) -> None:
        self.events_arrived.emit(events)
        self._pace.ask()
        for event in events:
            if isinstance(event, PilotFinished):
                self.pilot_finished.emit(event)

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        # A retry asked for in between has put jobs back already.
        if self._live and self._session is not None and self._session.is_finished:
            self._live = self._stopping = False
            self.pause(False)
            self.run_finished.emit(counts)
            self.changed.emit()


def _new_run(
    setup: Setup, spec: ParserSpec, runs_dir: Path | None, only_new: bool, first: First
) -> Prepared:
    session = api.prepare_run(setup, spec, runs_dir, only_new=only_new)
    return session, (), api.pilot_jobs(session, setup, spec, first)


def _stored_run(run_dir: Path, failed: bool, only: Sequence[int] | None) -> Prepared:
    session, rerun = api.prepare_resume(run_dir, failed=failed)
    return session, rerun if only is None else only, ()


def _read_at_once(
    run: StoredRun, rerun: Collection[int]
) -> tuple[JobStandings, FailureGroups | None]:
    """Read what is to be in its place as soon as a run is shown."""
    standings = JobStandings(run.statuses())
    standings.note_moved_first(run.moved_first, set(rerun))
    return standings, read_if_few(run, standings.counts().unsuccessful)


def _cancel_all(session: Session) -> None:
    """Have all jobs cancelled; return when they are, or when that takes too long to wait for."""
    session.cancel()
    session.wait(_CANCEL_S)


def _left(run: StoredRun, failed: bool) -> list[int]:
    return run.indices(*api.UNFINISHED[1:], *(api.UNSUCCESSFUL if failed else ()))
