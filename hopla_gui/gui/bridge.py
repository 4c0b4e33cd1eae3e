"""From the run's threads to the window: events drained on a timer, one batch at a time.

Runs on the main thread. However many jobs end at once, one tick takes a bounded number of events,
so the window keeps answering.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.events import Event, RunFinished
from hopla_gui.turns import main_thread_works

TICK_MS = 60
BATCH = 1000  # events a tick: 16,000 a second, far above what jobs can make


class RunBridge(QObject):
    """Hands on what a live run tells.

    Signals
    -------
    events_arrived
        A list of events, in the order they happened.
    run_finished
        The final `Counts`. A run that is retried or extended can finish more than once.
    """

    events_arrived = Signal(list)
    run_finished = Signal(object)

    def __init__(self, events: SimpleQueue[Event], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events = events
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin to drain the queue."""
        self._timer.start()

    def stop(self) -> None:
        """Leave the queue alone from now on."""
        self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        batch = self._take()
        if not batch:
            return
        main_thread_works()
        self.events_arrived.emit(batch)
        for event in batch:
            if isinstance(event, RunFinished):
                self.run_finished.emit(event.counts)

    def _take(self) -> list[Event]:
        batch: list[Event] = []
        while len(batch) < BATCH:
            try:
                batch.append(self._events.get_nowait())
            except Empty:
                break
        return batch
