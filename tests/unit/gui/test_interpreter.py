"""How Python itself runs in the window's process."""

import gc
import platform
import subprocess
import sys
import threading
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel

from hopla_gui import turns
from hopla_gui.gui.interpreter import collect_garbage, suit_the_window


@pytest.fixture
def interpreter_as_it_was():
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()


# Tells how many arenas there are with eight threads that hold memory, as it is and as we have it.
ARENAS = """
import ctypes, os, sys, threading
from hopla_gui.gui import interpreter

def arenas():
    ready, done = threading.Barrier(9), threading.Event()
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    def hold():
        libc.malloc(1000)
        ready.wait()
        done.wait()
    threads = [threading.Thread(target=hold) for _ in range(8)]
    for thread in threads:
        thread.start()
    ready.wait()
    libc.fopen.restype = ctypes.c_void_p
    stream = libc.fopen(os.fsencode(__file__ + ".xml"), b"w")
    libc.malloc_info(0, ctypes.c_void_p(stream))
    libc.fclose(ctypes.c_void_p(stream))
    done.set()
    for thread in threads:
        thread.join()
    return open(__file__ + ".xml").read().count("<heap nr=")

if len(sys.argv) > 1:
    interpreter._share_memory()
    print(arenas())
else:
    print(arenas(), flush=True)
    os.execv(sys.executable, [sys.executable, __file__, "shared"])
"""


class Knot(QObject):
    """An object that only the collector takes down."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_threads_give_way_to_painting(qapp, interpreter_as_it_was):
    process = QObject()
    suit_the_window(process)
    assert sys.getswitchinterval() < 0.001


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the GNU C library alone is asked")
def test_threads_share_memory_that_they_have_given_back(tmp_path):
    program = tmp_path / "arenas.py"
    program.write_text(ARENAS)
    told = subprocess.run([sys.executable, program], check=True, capture_output=True, text=True)
    alone, shared = map(int, told.stdout.split())
    assert shared <= 2 < alone


def test_the_main_thread_rests_once_its_loop_waits(qtbot, interpreter_as_it_was):
    process = QObject()
    suit_the_window(process)
    turns.main_thread_works()
    assert not turns._main_thread_rests.is_set()
    qtbot.waitUntil(turns._main_thread_rests.is_set)


def test_the_main_thread_works_until_what_its_work_asked_for_is_done(qtbot, interpreter_as_it_was):
    process, label, rested = QObject(), QLabel(), []
    suit_the_window(process)
    qtbot.addWidget(label)
    label.paintEvent = lambda _event: rested.append(turns._main_thread_rests.is_set())
    with qtbot.waitExposed(label):
        label.show()
    rested.clear()
    turns.main_thread_works()
    label.update()
    qtbot.waitUntil(lambda: bool(rested))
    assert not rested[0]
    qtbot.waitUntil(turns._main_thread_rests.is_set)


def test_nothing_is_asked_of_a_program_that_has_ended(qapp, interpreter_as_it_was):
    process = QObject()
    suit_the_window(process)
    shiboken6.delete(process)
    turns.main_thread_works()
    assert turns._main_thread_rests.is_set()


def test_objects_of_qt_are_taken_down_on_the_main_thread(qtbot, interpreter_as_it_was):
    process = QObject()
    suit_the_window(process)
    threads = []
    knot = Knot()
    knot.destroyed.connect(lambda: threads.append(threading.get_ident()), Qt.DirectConnection)
    del knot
    made = []

    def make_objects() -> None:
        made.extend([] for _ in range(200_000))

    reader = threading.Thread(target=make_objects)
    reader.start()
    reader.join()
    qtbot.waitUntil(lambda: threads == [threading.main_thread().ident])


def test_old_garbage_is_found_in_the_end(qapp):
    knot = Knot()
    for generation in (0, 1):
        gc.collect(generation)
    gone = weakref.ref(knot)
    del knot
    for _ in range(3_000):
        kept = [[] for _ in range(3_000)]
        collect_garbage()
        del kept
        if gone() is None:
            return
    pytest.fail("the old generation is never looked at")
