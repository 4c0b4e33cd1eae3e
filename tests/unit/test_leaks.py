"""The check for leftovers finds what it is there to find."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import leaks
import psutil
import pytest

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        sys.stdout = None
        os.close(1)
        time.sleep(60)
    os._exit(0)
os.wait()
"""


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch):
    monkeypatch.setattr(leaks, "GRACE_S", 0.1)


def test_nothing_is_found_where_nothing_is_left():
    before = leaks.Snapshot()
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert before.wait_for_leftovers() == []


def test_child_is_found_and_ended():
    before = leaks.Snapshot()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    [found] = before.wait_for_leftovers()
    assert str(child.pid) in found
    assert not psutil.pid_exists(child.pid)
    child.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_daemonised_process_is_found_and_ended():
    before = leaks.Snapshot()
    pid = int(subprocess.check_output([sys.executable, "-c", DAEMON]))
    [found] = before.wait_for_leftovers()
    assert str(pid) in found
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_thread_and_temporary_file_are_found():
    before = leaks.Snapshot()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    folder = Path(tempfile.mkdtemp())
    found = before.wait_for_leftovers()
    stop.set()
    thread.join()
    assert found == ["thread forgotten", f"temporary file {folder}"]
    assert not folder.exists()


def test_pooled_thread_that_still_runs_is_found():
    from PySide6.QtCore import QThreadPool

    before = leaks.Snapshot()
    stop, started = threading.Event(), threading.Event()
    pool = QThreadPool()
    pool.start(lambda: (started.set(), stop.wait()))
    started.wait()
    found = before.wait_for_leftovers()
    stop.set()
    pool.waitForDone()
    assert len(found) == 1
    assert found[0].startswith("thread of Qt's")
