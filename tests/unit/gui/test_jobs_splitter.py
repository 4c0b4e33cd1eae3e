"""The room between the jobs and their details: fitted until somebody divides it by hand."""

from __future__ import annotations

import pytest
from jobs_fake_run import FakeRun
from PySide6.QtCore import QPoint, Qt

from hopla_gui.gui.run_panel import RunPanel


@pytest.fixture
def panel(qtbot) -> RunPanel:
    found = RunPanel()
    qtbot.addWidget(found)
    found.resize(760, 700)
    with qtbot.waitExposed(found):
        found.show()
    return found


def test_few_jobs_leave_the_room_to_the_details_and_many_take_half(panel):
    panel.load(FakeRun(3))
    few, details = panel.splitter.sizes()
    assert few < details
    last = panel.tree.visualRect(panel.model.index(2, 0))
    assert panel.tree.viewport().rect().contains(last)
    panel.load(FakeRun(500))
    assert panel.splitter.sizes()[0] > 3 * panel.splitter.sizes()[1]  # there is no job to show
    panel.tree.select_job(2)
    many, details = panel.splitter.sizes()
    assert few < many
    assert 0.9 < many / details < 1.5


def test_the_handle_stays_where_it_was_put(panel, qtbot):
    panel.load(FakeRun(3))
    assert panel.splitter.saveState().isEmpty()
    handle, button = panel.splitter.handle(1), Qt.MouseButton.LeftButton
    before = panel.splitter.sizes()
    qtbot.mousePress(handle, button)
    qtbot.mouseMove(handle, QPoint(0, 60))
    qtbot.mouseRelease(handle, button)
    moved = panel.splitter.sizes()
    assert moved[0] > before[0]
    panel.load(FakeRun(500))
    assert panel.splitter.sizes() == moved
    # AND the next window takes it up
    other = RunPanel()
    qtbot.addWidget(other)
    other.resize(panel.size())
    assert other.splitter.restoreState(panel.splitter.saveState())
    with qtbot.waitExposed(other):
        other.show()
    other.load(FakeRun(3))
    qtbot.waitUntil(lambda: abs(other.splitter.sizes()[0] - moved[0]) <= 2)
