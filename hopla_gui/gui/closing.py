"""How the window closes: asks where jobs run, stops them, keeps the form, and only then goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.cluster import PLACE_WORDS
from hopla_gui.domain.job import Counts
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.run_control import RunControl


class Closing(QObject):
    """Closes the window, once.

    Parameters
    ----------
    let_go
        Awaited: stops all that is under way.

    Signals
    -------
    begun
        Whether jobs are to be stopped first.
    done
        Nothing is left; the window may go.
    """

    begun = Signal(bool)
    done = Signal()

    def __init__(
        self,
        control: RunControl,
        questions: Questions,
        let_go: Callable[[], Awaitable[None]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._control = control
        self._questions = questions
        self._let_go = let_go
        self._task: asyncio.Task[None] | None = None
        self.is_done = False

    @Slot()
    def ask(self) -> None:
        """Close; ask first where jobs would be stopped."""
        if self._task is not None:
            return
        if self._control.is_live and self._control.outlives_us:
            self._ask_what_to_leave()
        elif self._control.is_live:
            title = f"Stop {jobs_words(self._control.counts)} and close?"
            text = "What has finished is kept, what waits stays queued: the run can be resumed."
            self._questions.confirm(title, text, "Stop and close", "Keep running", self.now)
        else:
            self.now()

    def _ask_what_to_leave(self) -> None:
        """Ask whether jobs on a cluster go on without the window."""
        place = PLACE_WORDS.get(self._control.place, self._control.place)
        title = f"Leave {jobs_words(self._control.counts)} on {place}?"
        text = "They go on without the window, and opening the run again shows how they ended."
        buttons = ("Leave them", "Cancel them", "Stay")
        self._questions.ask(title, text, buttons, lambda place, _: self._on_answered(place))

    def _on_answered(self, place: int) -> None:
        if place == 1:
            self._control.cancels_on_close = True
        if place < 2:
            self.now()

    @Slot()
    def now(self) -> None:
        """Stop all jobs and close, without a question."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        self.begun.emit(self._control.is_live)
        try:
            await self._let_go()
        finally:
            self.is_done = True
            self.done.emit()


def jobs_words(counts: Counts) -> str:
    """Return how many jobs a stop would end: ``2 running jobs``."""
    jobs = counts.running or counts.queued
    return f"{jobs:,} {'running' if counts.running else 'waiting'} {'job' if jobs == 1 else 'jobs'}"
