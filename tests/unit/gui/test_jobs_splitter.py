"""The room between the jobs and their details: fitted until somebody divides it by hand."""

from __future__ import annotations

import pytest
from jobs_fake_run import FakeRun
from PySide6.QtCore import QByteArray, QPoint, Qt

from hopla_gui.gui.jobs.jobs_splitter import WIDE
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
    qtbot.waitUntil(lambda: handle.y() == before[0])  # the details have just come into sight
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


def test_a_share_that_was_chosen_holds_in_a_larger_window(panel):
    panel.load(FakeRun(500))
    panel.splitter.restoreState(QByteArray(b"0.3000 - - -"))
    panel.resize(760, 1_000)
    jobs, details = panel.splitter.sizes()
    assert jobs / (jobs + details) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("state", [b"", b"212 400", b"nonsense", b"nan - inf -1", b"0 1"])
def test_what_is_no_share_leaves_the_room_fitted(panel, state):
    assert not panel.splitter.restoreState(QByteArray(state))


def test_details_stand_beside_the_jobs_where_there_is_the_width_and_keep_their_place(panel):
    panel.load(FakeRun(500))
    panel.tree.select_job(2)
    assert not panel.splitter.is_wide
    panel.resize(WIDE + 100, 700)
    assert panel.splitter.is_wide
    beside = panel.splitter.sizes()
    assert min(beside) > WIDE / 3
    assert panel.details.height() > 0.9 * panel.splitter.height()
    # AND they do not jump when there is nothing to show
    panel.tree.clear_selection()
    assert panel.splitter.sizes() == beside
    panel.resize(WIDE - 100, 700)
    assert not panel.splitter.is_wide
