"""The queue of a host, which a worker takes jobs back from."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no hosts", allow_module_level=True)

from hopla_gui.engine.payload.hostqueue import HostQueue

LOCKS = """
import fcntl, sys
fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX)
print(flush=True)
input()
"""


@pytest.fixture
def jobs(tmp_path):
    queue = HostQueue(str(tmp_path))
    yield queue
    os.close(queue._lock)
    queue._reader.close()
    queue._writer.close()


def test_all_that_is_left_is_taken_back(jobs):
    for number in range(3):
        assert jobs.put({"job": number})
    assert jobs.take() == {"job": 0}
    assert jobs.empty() == [{"job": 1}, {"job": 2}]
    assert jobs.empty() == []


def test_nobody_waits_for_a_host_that_was_frozen_as_it_took_a_job(jobs):
    jobs.put({"job": 1})
    lock = jobs._lock
    with subprocess.Popen(
        [sys.executable, "-c", LOCKS, str(lock)],
        pass_fds=[lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as host:
        host.stdout.readline()
        assert jobs.empty() == []
        host.communicate(b"\n")
    assert jobs.empty() == [{"job": 1}]
