"""The ways in which a job hands over what it has found: to a file, in memory, on stdout."""

import contextlib
import mmap
import os
import stat

LIMIT = 64 << 20  # bytes of traced values and traceback
TAIL = 4096  # bytes at the end of stderr in which the last line is looked for
TOLD = 500  # characters of it
BLOCK_LIMIT = 256 << 20  # bytes at the end of stdout where a <hopla> block is looked for
UNUSABLE = b"?"  # in place of what cannot be taken: no JSON, so that the result says so

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_CAREFULLY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)  # a pipe, a link

_SIZE = 8  # bytes that hold the length, written last: what is torn has none

_IN_MEMORY = "hopla-result"
_PROCESSES = "/proc/"


def write_file(path, data):
    """Write a result for another process; nobody else is to read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def memory_file():
    """Return an open file in memory, that no full disk keeps from being written; or ``None``."""
    return os.memfd_create(_IN_MEMORY) if hasattr(os, "memfd_create") else None


def way_in_memory(owner, handle, path):
    """Return what `deliverer` takes, for a process that has nothing open of ours."""
    return "{}{}/fd/{}:{}".format(_PROCESSES, owner, handle, path)


def deliverer(way):
    """Return the function that hands over a result: in memory, or to the file that is named.

    Parameters
    ----------
    way
        A path, or ``/proc/1234/fd/5:path``.
    """
    memory, _, path = way.partition(":") if way.startswith(_PROCESSES) else ("", "", way)

    def deliver(data):
        with contextlib.suppress(OSError):
            if memory and _IN_MEMORY in os.readlink(memory):  # a container has other processes
                write_file(memory, data)
                return
        write_file(path, data)

    return deliver


def take_memory(handle):
    """Read and empty a file in memory."""
    size = os.fstat(handle).st_size
    content = os.pread(handle, min(size, LIMIT), 0) if size else b""
    os.ftruncate(handle, 0)
    return content


def take_file(path):
    """Read and remove a file; empty where there is none.

    `UNUSABLE` for what is no file (a directory, a pipe, a link), and for more than anybody should
    hand over.
    """
    if not os.access(path, os.F_OK):  # nearly always: an exception takes several times as long
        return b""
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFULLY | _BINARY)
    except OSError:
        return UNUSABLE
    content = b""
    try:
        is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        while is_file and len(content) <= LIMIT:
            chunk = os.read(handle, LIMIT)
            if not chunk:
                break
            content += chunk
    except OSError:
        is_file = False
    os.close(handle)
    with contextlib.suppress(OSError):
        os.unlink(path)
    return content if is_file and len(content) <= LIMIT else UNUSABLE


def collect(result, values_path, stdout):
    """Return what a job has handed over, as it is, and how many bytes of that are its result.

    The rest are values that came another way, a block on ``stdout`` (an open file descriptor)
    only where there is no file of them.
    """
    values = take_file(values_path)
    if not values and stdout is not None:
        values = printed_block(stdout)
    return result + values, len(result)


def printed_block(stdout):
    """Return the values in a log that is open and that nobody cuts meanwhile, if there are any."""
    try:
        return _block_at_end(stdout)
    except (OSError, ValueError):
        return b""


def _block_at_end(stdout):
    size = os.lseek(stdout, 0, os.SEEK_END)
    if not size:
        return b""
    begin = max(0, size - BLOCK_LIMIT) // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
    with contextlib.closing(
        mmap.mmap(stdout, size - begin, access=mmap.ACCESS_READ, offset=begin)
    ) as text:
        return find_block(text)


def last_line(log):
    """Return the last line of a log that says something; empty where none does."""
    try:
        handle = os.open(log, os.O_RDONLY | _CAREFULLY | _BINARY)
    except OSError:
        return ""
    try:
        os.lseek(handle, max(0, os.lseek(handle, 0, os.SEEK_END) - TAIL), os.SEEK_SET)
        lines = os.read(handle, TAIL).decode("utf-8", "replace").split("\n")
    except OSError:  # a pipe that a job has put in its place
        return ""
    finally:
        os.close(handle)
    told = [line.rpartition("\r")[2] if line.strip() else "" for line in map(str.rstrip, lines)]
    return next((line.strip()[:TOLD] for line in reversed(told) if line.strip()), "")


def find_block(text):
    """Return what stands between the last line ``<hopla>`` and the next line ``</hopla>``."""
    start = _find_line(text, b"<hopla>", text.rfind)
    end = -1 if start < 0 else _find_line(text, b"</hopla>", text.find, start)
    block = text[start + len(b"<hopla>") : end] if 0 <= start <= end <= start + LIMIT else b""
    return block.strip()


def _find_line(text, line, find, start=0):
    """Return where a line of just this text begins, by ``find`` or ``rfind``; -1 for nowhere."""
    stop = len(text)
    while True:
        place = find(line, start, stop)
        if place < 0:
            return -1
        end = place + len(line)
        if text[max(0, place - 1) : place] in (b"", b"\n") and text[end : end + 1] in b"\r\n":
            return place
        start, stop = (start, place) if find == text.rfind else (end, stop)


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
