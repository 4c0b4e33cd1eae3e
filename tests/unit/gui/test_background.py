"""Work off the main thread of which only the last request counts."""

import subprocess
import sys
import threading

from PySide6.QtWidgets import QWidget

from hopla_gui.gui.background import Background, WorkerThread

# Calls of QtTest keep Python's lock, also while they take widgets down.
TAKEN_DOWN = """
import threading
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from hopla_gui.gui.background import Background

app = QApplication([])
owner, other = QWidget(), QWidget()
begun = threading.Event()
Background(owner).start(lambda is_stale: (begun.set(), threading.Event().wait(0.3)))
begun.wait()
owner.deleteLater()
other.show()
QTest.qWaitForWindowExposed(other)
print("goes on")
"""


def test_an_owner_is_taken_down_while_its_work_goes_on():
    done = subprocess.run(
        [sys.executable, "-c", TAKEN_DOWN], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "goes on\n", done.stderr


def test_only_the_last_of_many_is_told(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    background, told, begun, go_on = Background(owner), [], threading.Event(), threading.Event()
    background.done.connect(told.append)
    background.start(lambda _is_stale: (begun.set(), go_on.wait(30)))
    assert begun.wait(30)
    skipped = []
    background.start(lambda _is_stale: skipped.append(True))
    background.start(lambda is_stale: is_stale())
    go_on.set()
    qtbot.waitUntil(lambda: told == [False])
    assert not skipped


def test_what_fails_is_told_and_what_comes_after_it_is_done(monkeypatch):
    caught, done = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, _trace: caught.append(error))
    thread = WorkerThread()
    thread.start(lambda: 1 / 0)
    thread.start(lambda: done.append(True))
    thread.wait()
    assert done == [True]
    assert isinstance(caught[0], ZeroDivisionError)
