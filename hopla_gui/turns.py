"""Whose turn it is: threads that read much let the window's main thread go first.

Python's lock goes from thread to thread with no regard for who waits at a screen: Qt lets go of it
at each call, and rows that are painted in 8 ms take 30 beside a thread that works. Such a thread
calls `give_way` every few milliseconds. Where there is no window that costs next to nothing.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_PIECE = 4_000  # numbers, counted or compared in a millisecond

_LONGEST_S = 0.05  # a main thread that is busy for longer does not keep others from going on

_main_thread_rests = threading.Event()
_works_since = -math.inf
_under_way = 0  # what the main thread has begun and comes back to at its next turns


def give_way() -> None:
    """Wait while the main thread is at work, turn after turn; on that thread, not at all.

    One that is stuck in a turn keeps nobody from going on.
    """
    if threading.current_thread() is threading.main_thread():
        return
    while (left := _works_since + _LONGEST_S - time.monotonic()) > 0:
        if _main_thread_rests.wait(left):
            return


def unhurried(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield many items some at a time, the main thread's turns between."""
    left = iter(items)
    while piece := list(islice(left, _PIECE)):
        give_way()
        yield piece


def main_thread_works() -> None:
    """Say that the main thread has something to do that is seen."""
    global _works_since  # there is one main thread
    _works_since = time.monotonic()
    _main_thread_rests.clear()


def main_thread_begins() -> None:
    """Say that the main thread begins with what takes it several turns, and rests in none."""
    global _under_way
    _under_way += 1
    main_thread_works()


def main_thread_ends() -> None:
    """Say that it has come to an end with it."""
    global _under_way
    _under_way -= 1


def main_thread_rests() -> None:
    """Say that the main thread waits for something to happen."""
    if not _under_way:
        _main_thread_rests.set()
