"""The jobs that a host is to run next: a queue from which its worker can take them back.

Whoever reads a message has the job: the host, which runs it, or the worker, which hands it back.
Neither has to ask the other. A lock, which goes with a process that is killed, has the worker take
back all or nothing of what is left: a host that took one from the midst would change the order.
"""

import _socket
import fcntl
import json
import os
import time

from .channel import line_of

PATIENCE_S = 0.1  # a host has the lock for microseconds
MESSAGE_BYTES = 4096  # more than what is sent ahead ever has


class HostQueue:
    """Made by a worker, inherited by its hosts, one after another."""

    def __init__(self, scratch):
        self._reader, self._writer = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._lock = _nameless_file(scratch)

    def fileno(self):
        """Return the end to wait at."""
        return self._reader.fileno()

    def put(self, request):
        """Add a job; ``False`` where there is no room for it."""
        line = line_of(request)
        if len(line) > MESSAGE_BYTES:
            return False
        try:
            self._writer.send(line)
        except OSError:
            return False
        return True

    def take(self):
        """Return the first job; ``None`` where there is none."""
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            return self._next()
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def empty(self):
        """Take back all jobs that are left; none from a host that was frozen as it took one."""
        if not self._lock_soon():
            return []
        try:
            return self.drain()
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def _lock_soon(self):
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            try:
                fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except OSError:
                time.sleep(0.001)
        return False

    def drain(self):
        """Take back all jobs that are left, without the lock: for when nobody else reads."""
        return list(iter(self._next, None))

    def _next(self):
        try:
            return json.loads(self._reader.recv(MESSAGE_BYTES).decode("ascii"))
        except BlockingIOError:
            return None


def _nameless_file(folder):
    """Return an open file to lock: in memory where that can be, for a lock over NFS takes long."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("hopla")
    path = os.path.join(folder, "queue.{}".format(os.getpid()))
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.unlink(path)
    return handle
