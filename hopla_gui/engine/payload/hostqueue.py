"""The jobs that a host is to run next: a queue from which its worker can take them back.

Whoever reads a message has the job: the host, which runs it, or the worker, which hands it back.
Neither has to ask the other.
"""

import _socket
import json

from .channel import line_of

MESSAGE_BYTES = 4096  # more than what is sent ahead ever has


class HostQueue:
    """Made by a worker, inherited by its hosts, one after another."""

    def __init__(self):
        self._reader, self._writer = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        self._reader.setblocking(False)
        self._writer.setblocking(False)

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
        try:
            return json.loads(self._reader.recv(MESSAGE_BYTES).decode("ascii"))
        except BlockingIOError:
            return None

    def empty(self):
        """Take back all jobs that are left."""
        return list(iter(self.take, None))
