"""Whose turn it is: threads that read much let the window's main thread go first.

Python's lock goes from thread to thread with no regard for who waits at a screen: Qt lets go of it
at each call, and rows that are painted in 8 ms take 30 beside a thread that works. Such a thread
calls `give_way` every few milliseconds. Where there is no window that costs next to nothing.
"""

from __future__ import annotations

import threading

_LONGEST_S = 0.05  # a main thread that is busy for longer does not keep others from going on

_main_thread_rests = threading.Event()
_main_thread_rests.set()


def give_way() -> None:
    """Wait while the main thread is at work, but not for long; never called on that thread."""
    _main_thread_rests.wait(_LONGEST_S)


def main_thread_works() -> None:
    """Say that the main thread has something to do that is seen."""
    _main_thread_rests.clear()


def main_thread_rests() -> None:
    """Say that the main thread waits for something to happen."""
    _main_thread_rests.set()
