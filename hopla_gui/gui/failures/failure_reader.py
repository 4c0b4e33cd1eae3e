"""Reads why jobs of a run failed and works out what sets them apart, on a thread.

Events are counted at once, on the main thread; what they change is told some times a second.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.distinguishing import Rule
from hopla_gui.domain.events import Event, JobFinished
from hopla_gui.domain.failure_groups import FailureGroups
from hopla_gui.engine.results.explaining import Explainer, read_groups
from hopla_gui.errors import HoplaError
from hopla_gui.gui.background import Background, IsStale
from hopla_gui.gui.failures.failure_model import ROWS_AT_MOST
from hopla_gui.gui.jobs.run_view import RunView

SHOW_MS = 250
EXPLAIN_MS = 2000  # between two looks at what sets groups apart; longer where one takes long
EXPLAIN_SHARE = 10  # so many times as long as the last look took
FEW = 10_000  # jobs whose causes are read in a tenth of a second

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What the thread brings: groups where they were read, and what sets each apart."""

    groups: FailureGroups | None = None
    rules: dict[Cause, list[Rule]] = field(default_factory=dict)
    seconds: float = 0.0


class FailureReader(QObject):
    """The failure groups of the run that is shown.

    Attributes
    ----------
    groups
        As they stand; ``None`` while they are read.
    rules
        What sets each apart, as far as that is known.

    Signals
    -------
    changed
        Groups or rules are others than before.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: FailureGroups | None = None
        self.rules: dict[Cause, list[Rule]] = {}
        self._missed: list[Event] = []  # while they are read
        self._explainer: Explainer | None = None
        self._background = Background(self)
        self._background.done.connect(self._on_found)
        self._show_timer = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._show_timer.timeout.connect(self.changed)
        self._explain_timer = QTimer(self, singleShot=True, interval=EXPLAIN_MS)
        self._explain_timer.timeout.connect(self.explain)

    def load(
        self,
        run: RunView | None,
        explainer: Explainer | None,
        groups: FailureGroups | None = None,
    ) -> None:
        """Read a run; nothing of one before is told any more.

        Parameters
        ----------
        groups
            Those of the run, where they are read already.
        """
        self._background.forget()
        self._show_timer.stop()
        self._explain_timer.stop()
        self.groups, self.rules, self._missed, self._explainer = groups, {}, [], explainer
        if run is not None and explainer is not None:
            if groups is None:
                self._background.start(lambda is_stale: _read(run, explainer, is_stale))
            else:
                self.explain()

    def apply(self, events: Sequence[Event]) -> None:
        """Take in what has happened."""
        if self.groups is None:
            self._missed += events
        elif self.groups.apply(events):
            self._start_timers()
        elif len(self.groups) and any(isinstance(event, JobFinished) for event in events):
            self._explain_soon()  # of more others than before

    @Slot()
    def explain(self) -> None:
        """Work out anew what sets the groups apart."""
        groups, explainer = self.groups, self._explainer
        if groups is not None and explainer is not None and len(groups):
            largest = _largest(groups)
            self._background.start(lambda _is_stale: _explained(explainer, largest))

    def stop(self) -> None:
        """Have nothing under way any more."""
        self._background.stop()
        self._show_timer.stop()
        self._explain_timer.stop()

    def _start_timers(self) -> None:
        if not self._show_timer.isActive():
            self._show_timer.start()
        self._explain_soon()

    def _explain_soon(self) -> None:
        if not self._explain_timer.isActive():
            self._explain_timer.start()

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        self.rules = found.rules
        pause = round(1000 * EXPLAIN_SHARE * found.seconds)
        self._explain_timer.setInterval(max(EXPLAIN_MS, pause))
        if found.groups is not None:
            missed, self._missed, self.groups = self._missed, [], found.groups
            if self.groups.apply(missed):
                self._start_timers()
        self.changed.emit()


def read_if_few(run: RunView, failed: int) -> FailureGroups | None:
    """Return the failure groups of a run where so few jobs failed that nobody has to wait.

    On a thread, before the run is shown: then all that is shown of it has its place at once.
    """
    return _groups(run) if failed <= FEW else None


def _groups(run: RunView) -> FailureGroups:
    try:
        return read_groups(run)
    except (HoplaError, sqlite3.Error) as error:  # the run was let go of, or its folder is gone
        logger.info("failures cannot be read: %s", error)
        return FailureGroups()


def _read(run: RunView, explainer: Explainer, is_stale: IsStale) -> Found:
    groups = _groups(run)
    largest = _largest(groups)
    found = Found() if is_stale() or not largest else _explained(explainer, largest)
    return replace(found, groups=groups)


def _largest(groups: FailureGroups) -> dict[Cause, list[int]]:
    """Return the jobs of the groups that are shown: the thread is not to see them change."""
    return {group.cause: list(group.jobs) for group in groups.ordered()[:ROWS_AT_MOST]}


def _explained(explainer: Explainer, groups: Mapping[Cause, Sequence[int]]) -> Found:
    begin = time.monotonic()
    try:
        rules = dict(zip(groups, explainer.explain(groups.values()), strict=True))
    except (HoplaError, sqlite3.Error) as error:
        logger.info("failures cannot be explained: %s", error)
        rules = {}
    return Found(rules=rules, seconds=time.monotonic() - begin)
