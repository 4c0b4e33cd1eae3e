"""Work off the main thread of which only the last request counts."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

IsStale = Callable[[], bool]
Work = Callable[[IsStale], object]


class Background(QObject):
    """Does one thing at a time on a thread of its own; what is overtaken is never told.

    Signals
    -------
    done
        What the work returned.
    """

    done = Signal(object)
    _ended = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = 0
        self._waiting: tuple[int, Work] | None = None
        self._lock = threading.Lock()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(0)  # no thread waits for work that may never come
        self._ended.connect(self._on_ended)

    def start(self, work: Work) -> None:
        """Do something; it should look now and then whether it has become stale."""
        self._latest += 1
        with self._lock:
            self._waiting = (self._latest, work)
        self._pool.start(self._work)

    def forget(self) -> None:
        """Have nothing told of what is under way."""
        self._latest += 1

    def stop(self) -> None:
        """Have what is under way end, and wait for it: it is not told to one that is gone."""
        self.forget()
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is under way."""
        self._pool.waitForDone()

    def _work(self) -> None:
        """Do what waits, if anything still does; runs on the pool's thread."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None or waiting[0] != self._latest:
            return
        number, work = waiting
        found = work(lambda: number != self._latest)
        if number == self._latest:
            with contextlib.suppress(RuntimeError):  # the window has gone: nobody is left to tell
                self._ended.emit(number, found)

    @Slot(int, object)
    def _on_ended(self, number: int, found: object) -> None:
        if number == self._latest:
            self.done.emit(found)
