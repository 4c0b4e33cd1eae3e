"""Ends a forked job early, where the interpreter's own way to the end would change nothing.

Taking a loaded interpreter apart costs three times what a short job does. What a script can see
of it is done here: non-daemon threads are waited for, ``atexit`` runs, output is flushed, and so
is what C libraries hold. Where more is left to do (an object with a ``__del__``, such as an open
file; a daemon thread), the process goes the interpreter's way.
"""

import _thread
import atexit
import gc
import os
import sys

from . import libraries
from .process_tree import libc


class _Canary:
    """Missing among the collector's objects where the script has frozen them."""


_canary = []
_callbacks = 0  # of Python libraries, loaded before the script
_last_library = None  # C library loaded by then, where all of them end silently
_plain = frozenset()  # kinds of objects that need no finalising


def take_stock():
    """Note what libraries have registered; call when all is loaded that jobs share."""
    global _callbacks, _last_library, _plain
    _callbacks = atexit._ncallbacks()
    _last_library = libraries.last() if libraries.are_silent() else None
    loaded = gc.get_objects()
    kinds = {one for one in loaded if issubclass(type(one), type)}.union(map(type, loaded))
    _plain = frozenset(filter(_needs_nothing, kinds - {_Canary}))


def expect_end():
    """Call before the script runs, when all that is loaded has been frozen."""
    _canary.append(_Canary())


def leave(status):
    """End the process, or return to have the interpreter do it."""
    if atexit._ncallbacks() != _callbacks:  # the script's own: what they raise would show us
        return
    if sys.version_info < (3, 7):  # would shut down threading again, and complain
        return
    try:
        threading = sys.modules.get("threading")  # to load it here would slow down every fork
        if threading:
            threading._shutdown()
        atexit._run_exitfuncs()
    except BaseException:  # shown by atexit itself, and of no effect on the exit status
        pass
    if _is_nothing_left():
        if _last_library and not _last_library.next:
            libc.fflush(None)
            os._exit(status)
        libc.exit(status)


def _needs_nothing(kind):
    try:
        return not hasattr(kind, "__del__")
    except Exception:  # a metaclass of a library's own
        return False


def _is_nothing_left():
    try:
        if _thread._count() or not libc:
            return False
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()
        # Not asked again of kinds that are known: each answer would copy a page or two.
        kinds = set(map(type, gc.get_objects())) - _plain
        return _Canary in kinds and all(map(_needs_nothing, kinds))
    except Exception:  # a full disk, a stream of the script's own
        return False
