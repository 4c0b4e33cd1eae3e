"""The ways in which a job hands over what it has found: to a file, in shared memory, on stdout."""

import contextlib
import mmap
import os

LIMIT = 8 << 20  # bytes of traced values and traceback
BLOCK_LIMIT = 1 << 20  # bytes at the end of stdout where a <hopla> block is looked for

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_CAREFULLY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)  # a pipe, a link

_SIZE = 8  # bytes that hold the length, written last: what is torn has none


def write_file(path, data):
    """Write a result for another process; nobody else is to read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def take_file(path):
    """Read and remove a file; empty where there is none, or more than anybody should hand over."""
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFULLY | _BINARY)
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


def collect(result, result_path, values_path, stdout):
    """Return what a job has handed over, as it is, and by which way: "result" or "values".

    What ``__hopla__`` names comes before the file for other languages, and that before a block
    on ``stdout``, an open file descriptor.
    """
    found = result or take_file(result_path)
    values = take_file(values_path)
    if not found and not values and stdout is not None:
        values = _printed_block(stdout)
    return (found, "result") if found else (values, "values") if values else (b"", None)


def _printed_block(stdout):
    """Return the last ``<hopla>`` block."""
    try:
        size = os.lseek(stdout, 0, os.SEEK_END)
        os.lseek(stdout, max(0, size - BLOCK_LIMIT), os.SEEK_SET)
        tail = os.read(stdout, BLOCK_LIMIT) if size else b""
    except OSError:
        return b""
    begin = (b"\n" + tail).rfind(b"\n<hopla>")
    if begin < 0:
        return b""
    block, closing, _ = tail[begin + len(b"<hopla>") :].partition(b"</hopla>")
    return block.strip() if closing else b""


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
