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


def give_way() -> None:
    """Wait while the main thread is at work, but not for long; on that thread, not at all."""
    left = _works_since + _LONGEST_S - time.monotonic()
    if left > 0 and threading.current_thread() is not threading.main_thread():
        _main_thread_rests.wait(left)


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


def main_thread_rests() -> None:
    """Say that the main thread waits for something to happen."""
    _main_thread_rests.set()
