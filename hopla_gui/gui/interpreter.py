"""How Python itself runs in the window's process: whose turn it is, and who takes down what."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer

from hopla_gui import turns

_SWITCH_S = 0.0002
_LOOK_MS = 20
_M_ARENA_MAX = -8  # malloc.h of the GNU C library
_ARENAS = 2
_YOUNG = 2_000  # objects made and not let go of since the last look at the young ones
_LOOKS = 50  # at the young objects for one at the middle-aged, at these for one at the old


def suit_the_window(application: QObject) -> None:
    """Have Python leave the main thread its turn, and take Qt's objects down there alone.

    - Threads that read and count give Python's lock away after 0.2 ms, not after 5: Qt lets go of
      it at each call, and waits for it as often. `turns` has them wait while rows are painted.
    - Threads share the memory that they give back.
    - Garbage is looked for on the main thread, by a timer. Python would do so on whatever thread
      makes objects, and would take down models and timers there, while the event loop still has
      events for them.

    Parameters
    ----------
    application
        With it ends the timer.
    """
    sys.setswitchinterval(_SWITCH_S)
    _share_memory()
    rests = QTimer(application, singleShot=True, interval=0)  # when all other events are handled
    rests.timeout.connect(turns.main_thread_rests)
    turns.call_at_work(rests.start)
    application.destroyed.connect(lambda: turns.call_at_work(turns.main_thread_rests))
    gc.disable()
    keep_what_is_loaded()
    timer = QTimer(application, interval=_LOOK_MS)
    timer.timeout.connect(collect_garbage)
    timer.start()


def _share_memory() -> None:
    """Have threads take memory from where others have given it back: a tenth less is held.

    By itself the GNU C library lets each thread keep its own; other systems do not ask.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def keep_what_is_loaded() -> None:
    """Look no more for garbage among what has been imported: it stays, and is much."""
    gc.freeze()


def collect_garbage() -> None:
    """Look for garbage among as many generations of objects as it is time for."""
    young, middle, old = gc.get_count()
    if old > _LOOKS:
        gc.collect()
    elif middle > _LOOKS:
        gc.collect(1)
    elif young > _YOUNG:
        gc.collect(0)
