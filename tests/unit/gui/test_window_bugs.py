"""What nobody caught is written down and told, from whatever thread it came."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QRunnable, QThreadPool

from hopla_gui.gui.bugs import BugNet


@pytest.fixture
def net(tmp_path, qapp: QCoreApplication):
    found = BugNet(tmp_path / "data" / "bugs.log")
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    found.install()
    yield found
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def raise_in_thread() -> None:
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()


def raise_in_pool() -> None:
    class Task(QRunnable):
        def run(self) -> None:
            raise ZeroDivisionError("division by zero")

    pool = QThreadPool()
    pool.start(Task())
    pool.waitForDone()


@pytest.mark.parametrize("fail", [raise_in_thread, raise_in_pool])
def test_exception_of_a_thread_reaches_file_and_window(net, tmp_path, qtbot, fail):
    with qtbot.waitSignal(net.bug_caught, timeout=5000) as told:
        fail()
    what, details = told.args
    log = tmp_path / "data" / "bugs.log"
    assert "ZeroDivisionError: division by zero" in what
    assert str(log) in what
    assert "Traceback (most recent call last)" in details
    assert details in log.read_text()


def test_exception_of_a_task_that_nobody_awaits_is_told(net, qtbot):
    async def fail() -> None:
        raise LookupError("lost")

    async def work() -> None:
        asyncio.get_running_loop().set_exception_handler(net.on_loop_exception)
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task

    with qtbot.waitSignal(net.bug_caught, timeout=5000) as told:
        asyncio.run(work())
    assert "LookupError: lost" in told.args[0]


def test_folder_that_cannot_be_written_is_told_too(tmp_path, qtbot, qapp):
    (tmp_path / "file").write_text("")
    net = BugNet(tmp_path / "file" / "bugs.log")
    with qtbot.waitSignal(net.bug_caught) as told:
        net.report("boom", "text")
    assert "could not be written" in told.args[0]


def test_ctrl_c_is_no_bug(net, qtbot):
    with qtbot.assertNotEmitted(net.bug_caught):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
