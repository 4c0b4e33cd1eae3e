"""Whose turn it is: threads that read much let the window's main thread go first.

Python's lock goes from thread to thread with no regard for who waits at a screen: Qt lets go of it
at each call, and rows that are painted in 8 ms take 30 beside a thread that works. Such a thread
calls `give_way` every few milliseconds. Where there is no window that costs next to nothing.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

R = TypeVar("R")
T = TypeVar("T")

_PIECE = 500  # values, looked at or counted in less than a millisecond

_LONGEST_S = 0.1  # a main thread that is busy for longer does not keep others from going on

_main_thread_rests = threading.Event()
_main_thread_rests.set()
_works_since = -math.inf
_at_work: Callable[[], object] = _main_thread_rests.set
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


def mapped(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what a function makes of many items, the main thread's turns between."""
    return [found for piece in unhurried(items) for found in map(function, piece)]


def call_at_work(function: Callable[[], object]) -> None:
    """Have something called on the main thread where it has rested, and begins to work.

    It is to see to that `main_thread_rests` is called as soon as there is nothing left to do.
    """
    global _at_work
    _at_work = function


def main_thread_works() -> None:
    """Say that the main thread has something to do that is seen."""
    global _works_since  # there is one main thread
    has_rested = _main_thread_rests.is_set()
    if has_rested or _under_way:
        _works_since = time.monotonic()
    if has_rested:
        _main_thread_rests.clear()
        _at_work()


def main_thread_begins() -> None:
    """Say that the main thread begins with what takes it several turns, and rests in none."""
    global _under_way
    _under_way += 1
    main_thread_works()


def main_thread_ends() -> None:
    """Say that it has come to an end with it."""
    global _under_way
    _under_way -= 1
    if not _under_way:
        _at_work()


def main_thread_rests() -> None:
    """Say that nothing is left to do on the main thread."""
    if not _under_way:
        _main_thread_rests.set()
