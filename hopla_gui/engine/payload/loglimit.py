"""An optional limit of a job's output: what is over it is cut off the logs while the job runs.

The job keeps writing to a plain file, as it does without a limit: it gets no signal and never
waits for a pipe. A block of values on stdout that goes over the limit is kept, but for one printed
at the very moment of a cut: a job with that much output does better with the file for its values.
"""

import contextlib
import os

from . import results

EVERY_S = 0.02
SLACK = 4 << 20  # bytes over the limit that are left for the time being

_BINARY = getattr(os, "O_BINARY", 0)  # Windows


class LogLimit:
    """Keeps the logs of one job short.

    Parameters
    ----------
    megabytes
        The limit of each log, in MB (10**6 bytes).
    logs
        Paths of stdout and stderr, in this order.
    """

    def __init__(self, megabytes, logs):
        self.dropped = None  # or what to tell
        self._size = int(megabytes * 1e6)
        self._what = "output over {:g} MB".format(megabytes)
        self._line = "\n[hopla_gui: {} is dropped]\n".format(self._what).encode("ascii")
        self._logs = logs
        self._block = b""

    def look(self):
        """Cut what is far over the limit; while the job runs."""
        for log in self._logs:
            with contextlib.suppress(OSError):  # the folder is gone
                if os.stat(log).st_size > self._size + SLACK:
                    self._cut(log, keep_block=log == self._logs[0])

    def finish(self):
        """Cut what is over the limit, when the job has ended; return its block of values."""
        for log in self._logs:
            with contextlib.suppress(OSError):
                if log == self._logs[0]:
                    self._block = _printed_block(log) or self._block
                if os.stat(log).st_size > self._size:
                    self._cut(log)
        return self._block

    def _cut(self, log, keep_block=False):
        handle = os.open(log, os.O_RDWR | _BINARY)
        try:
            os.lseek(handle, self._size, os.SEEK_SET)
            over = os.read(handle, len(self._line))
            os.lseek(handle, self._size, os.SEEK_SET)
            os.write(handle, self._line)
            if keep_block:
                over += _rest(handle)
            os.ftruncate(handle, self._size + len(self._line))
        finally:
            os.close(handle)
        if keep_block:
            self._block = results.find_block(over) or self._block
        self.dropped = self._what + " was dropped"


def _rest(handle):
    """Read up to the last byte that has just been written."""
    place = os.lseek(handle, 0, os.SEEK_CUR)
    os.lseek(handle, max(place, os.lseek(handle, 0, os.SEEK_END) - results.LIMIT), os.SEEK_SET)
    rest = chunk = os.read(handle, results.LIMIT)
    while chunk and len(rest) < results.LIMIT:
        chunk = os.read(handle, results.LIMIT)
        rest += chunk
    return rest


def _printed_block(log):
    handle = os.open(log, os.O_RDONLY | _BINARY)
    try:
        return results.printed_block(handle)
    finally:
        os.close(handle)
