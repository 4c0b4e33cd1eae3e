"""A task on a cluster's node whose workers are killed just as it is to stop itself."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from types import SimpleNamespace

import pytest

if sys.platform == "win32":
    pytest.skip("Windows is no cluster's node", allow_module_level=True)

from hopla_gui.engine.payload.channel import Channel
from hopla_gui.engine.payload.node import Node, Slot


def _killed_worker(folder, index, due):
    ours, theirs = socket.socketpair()
    theirs.close()
    slot = Slot(index, Channel(ours.detach()))
    claim = folder / str(index)
    claim.mkdir()
    slot.point, slot.claim = {"index": index, "attempt": 1, "log": "", "arguments": []}, str(claim)
    slot.begin, slot.due = time.monotonic(), due
    return slot


def _told(folder, index):
    return json.loads((folder / str(index) / "result.json").read_text())["answer"]["lost"]


@pytest.fixture
def node():
    """A node that has not begun to work, with nobody but us to tell it to stop."""
    node = object.__new__(Node)
    node._journal = SimpleNamespace(tell=lambda **_: None, flush=lambda: None)
    node._oom = SimpleNamespace(kills=lambda: 0, has_killed=lambda _: False)
    node._server = SimpleNamespace(fate=lambda _: "killed")
    node._wake_read, node._wake_write = os.pipe()
    node._terminated = node._at_limit = False
    node._limit_s = node._longest = None
    node._begin, node._host, node._task = time.monotonic(), "node1", ["a", 0]
    node._setup = {"kill_wait_s": 5.0}
    yield node
    os.close(node._wake_read)
    os.close(node._wake_write)


def test_a_job_that_waits_for_its_delay_is_given_up_once(node, tmp_path):
    later = time.monotonic() + 100
    # GIVEN a worker that ran a job, and two that were to begin one, all killed
    slots = [
        _killed_worker(tmp_path, 0, None),
        *(_killed_worker(tmp_path, n, later) for n in (1, 2)),
    ]
    node._slots = list(slots)
    # WHEN the scheduler's signal comes while the end of the first is looked at
    threading.Timer(0.2, os.write, [node._wake_write, b"\x0f"]).start()
    node._wait(slots)
    # THEN each has its end, and the node works on
    assert _told(tmp_path, 0) == "killed"
    for index in (1, 2):
        assert _told(tmp_path, index) == "its task was stopped before it began"
    assert not any(slot.point for slot in slots)
    for slot in slots:
        slot.channel.close()


def test_a_worker_that_has_just_died_cannot_be_told_of_its_job(node, tmp_path):
    slot = _killed_worker(tmp_path, 0, time.monotonic() - 1)
    node._slots = [slot]
    node._send(slot)
    threading.Timer(0.2, os.write, [node._wake_write, b"\x0f"]).start()
    node._wait([slot])
    assert _told(tmp_path, 0) == "killed"
