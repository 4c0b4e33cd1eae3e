from __future__ import annotations

import pytest

from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.running.backlog import Backlog


def test_jobs_that_cannot_be_read_just_now_still_wait_in_their_order():
    is_broken = True

    def read(indices):
        if is_broken:
            raise OSError("the disk")
        return [JobSpec(index, f"job_{index}", {}, ()) for index in indices]

    backlog = Backlog(4, read)
    backlog.add((index, index + 1) for index in range(4))
    takes = (
        backlog.take,
        lambda: backlog.take_now(3),
        lambda: backlog.take_all(0.0, lambda: False),
    )
    for take in takes:
        with pytest.raises(OSError, match="the disk"):
            take()
    is_broken = False
    taken = [(ticket.spec.index, ticket.attempt) for ticket in backlog.take_now(4)]
    assert taken == [(0, 1), (1, 2), (2, 3), (3, 4)]
