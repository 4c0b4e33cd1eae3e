"""Has the kernel end processes when the program at the other end of a socket is gone. POSIX.

Whatever they are stuck in: an import, C code. Nothing in them has to look.
"""

import fcntl
import os

# In the environment while the script's imports are loaded: what they start has it too.
MARK = "HOPLA_PRELOAD"


def tie(handle, owner):
    """End ``owner`` (a process; a group where it is negative) with the other end of ``handle``."""
    fcntl.fcntl(handle, fcntl.F_SETOWN, owner)
    _signal_on_end(handle, os.O_ASYNC)  # of SIGIO, which ends who does not expect it


def untie(handle):
    """Set that back."""
    _signal_on_end(handle, 0)


def _signal_on_end(handle, flag):
    flags = fcntl.fcntl(handle, fcntl.F_GETFL) & ~os.O_ASYNC
    fcntl.fcntl(handle, fcntl.F_SETFL, flags | flag)
