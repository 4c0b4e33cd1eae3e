"""The bridge hands on every event once, in order, a bounded number a tick."""

from __future__ import annotations

from queue import SimpleQueue

from hopla_gui.domain.events import Event, JobStarted, RunFinished
from hopla_gui.domain.job import Counts
from hopla_gui.gui.bridge import BATCH, RunBridge


def test_events_arrive_in_order_and_in_bounded_batches(qtbot):
    events: SimpleQueue[Event] = SimpleQueue()
    for index in range(BATCH * 2 + 10):
        events.put(JobStarted(index, 1, 0.0))
    events.put(RunFinished(Counts(succeeded=7)))
    bridge = RunBridge(events)
    batches: list[list[Event]] = []
    bridge.events_arrived.connect(batches.append)
    with qtbot.waitSignal(bridge.run_finished, timeout=5000) as finished:
        bridge.start()
    bridge.stop()
    assert [len(batch) for batch in batches] == [BATCH, BATCH, 11]
    told = [event.index for batch in batches for event in batch if isinstance(event, JobStarted)]
    assert told == list(range(BATCH * 2 + 10))
    assert finished.args == [Counts(succeeded=7)]


def test_stopped_bridge_takes_nothing(qtbot):
    events: SimpleQueue[Event] = SimpleQueue()
    bridge = RunBridge(events)
    bridge.start()
    bridge.stop()
    events.put(JobStarted(0, 1, 0.0))
    with qtbot.assertNotEmitted(bridge.events_arrived, wait=150):
        pass
    assert events.qsize() == 1
