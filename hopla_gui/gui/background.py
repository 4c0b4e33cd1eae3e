"""Work off the main thread: `WorkerThread` for all of it, `Background` where the last counts."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.turns import main_thread_works

IsStale = Callable[[], bool]
Work = Callable[[IsStale], object]


class WorkerThread:
    """Does one thing after the other on a thread, which ends when nothing is left to do.

    No pool of Qt's: that waits for its threads when it is taken down, and where a call of Qt's
    that keeps Python's lock does so, each waits for the other for ever.
    """

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Do something, after all that was to be done before."""
        with self._lock:
            self._waiting.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work_off)
                self._thread.start()

    def wait(self) -> None:
        """Wait until nothing is under way."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work_off(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                work = self._waiting.popleft()
            try:
                work()
            except Exception:
                sys.excepthook(*sys.exc_info())  # a bug: what comes after it is done all the same


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
        self._thread = WorkerThread()
        self._ended.connect(self._on_ended)

    def start(self, work: Work) -> None:
        """Do something; it should look now and then whether it has become stale."""
        self._latest += 1
        number = self._latest
        self._thread.start(lambda: self._work(number, work))

    def forget(self) -> None:
        """Have nothing told of what is under way."""
        self._latest += 1

    def stop(self) -> None:
        """Have what is under way end, and wait for it: it is not told to one that is gone."""
        self.forget()
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is under way."""
        self._thread.wait()

    def _work(self, number: int, work: Work) -> None:
        """Do something, if it still counts; runs on the thread."""
        if number != self._latest:
            return
        found = work(lambda: number != self._latest)
        if number == self._latest:
            with contextlib.suppress(RuntimeError):  # the window has gone: nobody is left to tell
                self._ended.emit(number, found)

    @Slot(int, object)
    def _on_ended(self, number: int, found: object) -> None:
        if number == self._latest:
            main_thread_works()
            self.done.emit(found)
