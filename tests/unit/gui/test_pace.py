"""What follows a run is brought up to date as often as it can be read."""

import pytest

from hopla_gui.gui.pace import Pace


@pytest.fixture
def pace(qtbot, qapp):
    made = Pace(qapp)
    made.told = []
    made.due.connect(lambda: made.told.append(1))
    yield made
    made.deleteLater()


def test_the_first_change_is_told_at_once(pace):
    pace.ask()
    assert len(pace.told) == 1


def test_many_changes_are_told_once_more_and_none_is_lost(pace, qtbot):
    for _ in range(100):
        pace.ask()
    assert len(pace.told) == 1
    qtbot.waitUntil(lambda: len(pace.told) == 2)
    qtbot.wait(400)
    assert len(pace.told) == 2


def test_what_has_been_overtaken_is_not_told(pace, qtbot):
    pace.ask()
    pace.ask()
    pace.forget()
    qtbot.wait(400)
    assert len(pace.told) == 1
