"""The ways a job's result comes back to its worker: by a file, or by memory they share."""

import contextlib
import mmap
import os

LIMIT = 8 << 20  # bytes of traced values and traceback
_SIZE = 8  # bytes that hold the length, written last: what is torn has none


def write_file(path, data):
    """Write a result for another process; nobody else is to read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def take_file(path):
    """Read and remove a file; empty where there is none, or more than anybody should hand over."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return b""
    content = b""
    with contextlib.suppress(OSError):
        while len(content) <= LIMIT:
            chunk = os.read(handle, LIMIT)
            if not chunk:
                break
            content += chunk
    os.close(handle)
    with contextlib.suppress(OSError):
        os.unlink(path)
    return content if len(content) <= LIMIT else b""


class SharedResult:
    """Memory that a worker shares with the jobs it forks: no file to make, whatever is full."""

    def __init__(self):
        self._memory = mmap.mmap(-1, _SIZE + LIMIT)

    def clear(self):
        """Forget the last job's; in the worker."""
        self._memory[:_SIZE] = bytes(_SIZE)

    def write(self, data):
        """Hand over; in the job."""
        if len(data) <= LIMIT:
            self._memory[_SIZE : _SIZE + len(data)] = data
            self._memory[:_SIZE] = len(data).to_bytes(_SIZE, "little")

    def read(self):
        """Return what the job has handed over; in the worker."""
        size = int.from_bytes(self._memory[:_SIZE], "little")
        return self._memory[_SIZE : _SIZE + min(size, LIMIT)]
