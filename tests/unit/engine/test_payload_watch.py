"""What a worker makes of the program's words while its host is ahead of what it has told."""

from __future__ import annotations

import socket
import sys
import time

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no forked workers", allow_module_level=True)

from hopla_gui.engine.payload.channel import Channel
from hopla_gui.engine.payload.watch import Watch


class FastHost:
    """A worker whose host ends two jobs while the worker looks which of them it can hand back."""

    def __init__(self, begun):
        self.program, self.channel, told, self.host = [Channel(s.detach()) for s in _four_ends()]
        self._told = told
        self.alarm = None
        self.setup = {"timeout": None, "scratch": ""}
        self.is_frozen = False
        self.unwanted = set()
        self.ahead = [{"job": index} for index in begun]
        self._to_end = [1, 2]

    def hand_back(self):
        while self._to_end:
            self._told.send(index=self._to_end.pop(0), is_spent=False)

    def close(self):
        for end in (self.program, self.channel, self._told, self.host):
            end.close()


def _four_ends():
    return [*socket.socketpair(), *socket.socketpair()]


def test_jobs_that_a_host_has_begun_are_stopped_where_they_still_run_and_only_there():
    worker = FastHost(begun=[2, 3])
    worker.program.send(stop=2)
    worker.program.send(stop=3)
    first = Watch(worker, 1, time.monotonic(), None)
    assert first.wait()[0]["index"] == 1
    worker.ahead.pop(0)
    ended = Watch(worker, 2, time.monotonic(), None)
    assert ended.wait()[0]["index"] == 2
    worker.ahead.pop(0)
    running = Watch(worker, 3, time.monotonic(), None)
    assert [first.why, ended.why, running.why] == [None, None, "cancelled"]
    assert not worker.unwanted
    worker.close()
