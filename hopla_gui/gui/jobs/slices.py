"""Runs a generator on the main thread, a few milliseconds at a time between other events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

from hopla_gui.gui.jobs.arranging import Steps
from hopla_gui.turns import main_thread_begins, main_thread_ends, main_thread_works

_SLICE_S = 0.006

T = TypeVar("T")


class Slices(QObject, Generic[T]):
    """Works through one generator; a new one takes the place of one that has not ended.

    Parameters
    ----------
    done
        Called with what the generator returned.
    """

    def __init__(self, done: Callable[[T], None], parent: QObject) -> None:
        super().__init__(parent)
        self._done = done
        self._steps: Steps[T] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_busy(self) -> bool:
        """Whether a generator has not ended."""
        return self._steps is not None

    def start(self, steps: Steps[T], *, at_once: bool = False) -> None:
        """Begin with a generator; ``at_once`` works through it before this returns."""
        self.drop()
        main_thread_begins()
        self._steps = steps
        if at_once:
            self._work(float("inf"))
        else:
            self._timer.start()

    def drop(self) -> None:
        """Forget the generator that is under way."""
        self._timer.stop()
        if self._steps is not None:
            self._steps.close()
            self._let_go()

    @Slot()
    def _on_turn(self) -> None:
        main_thread_works()
        self._work(time.perf_counter() + _SLICE_S)

    def _work(self, until: float) -> None:
        steps = self._steps
        try:
            while steps is not None and time.perf_counter() < until:
                next(steps)
        except StopIteration as end:
            self._timer.stop()
            self._let_go()
            self._done(end.value)

    def _let_go(self) -> None:
        self._steps = None
        main_thread_ends()
