"""Messages between the program and the payload: one JSON object a line over a Unix socket.

A message may announce ``"size"`` bytes that follow its line as they are; one to the fork server
may carry a file descriptor.
"""

import _signal
import _socket
import json
import os
import sys

CHUNK = 65536
AHEAD = 8  # jobs that a worker is sent ahead of the one at hand; more once half of them have ended
AHEAD_S = 0.02  # a worker holds further jobs no longer than that: others may be free to run them

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Channel:
    """One end of a conversation; reads block, and return ``None`` when the other end is gone."""

    def __init__(self, handle):
        # The bare type: what the module socket loads, and its way to close, each fork pays for.
        self._socket = _socket.socket(fileno=handle)
        self._received = b""

    def fileno(self):
        """Return the file descriptor, for ``select``."""
        return self._socket.fileno()

    def close(self):
        """Close this process's end."""
        handle = self._socket.detach()
        if handle >= 0:
            os.close(handle)

    def hang_up(self):
        """End the conversation for both, also for who waits for a message; from any thread."""
        self._socket.shutdown(_socket.SHUT_RDWR)

    def send(self, raw=b"", **message):
        """Send a message, and ``raw`` bytes behind it."""
        self.send_all([(raw, message)])

    def send_all(self, messages):
        """Send several at once, each as the bytes behind it and what it says."""
        parts = []
        for raw, message in messages:
            message["size"] = len(raw)
            parts += (line_of(message), raw)
        self._socket.sendall(b"".join(parts))

    def send_handle(self, handle, **message):
        """Send a message, and a file descriptor with it."""
        line = line_of(message)
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, handle.to_bytes(4, sys.byteorder))]
        sent = self._socket.sendmsg([line], rights)
        self._socket.sendall(line[sent:])

    @property
    def has_message(self):
        """Whether a message has come along with the last one read: ``select`` does not tell."""
        return b"\n" in self._received

    def limit(self, seconds):
        """Treat a silence of so many seconds as the end; ``None`` for no limit."""
        self._socket.settimeout(seconds)

    def read(self):
        """Wait for a message."""
        while b"\n" not in self._received:
            try:
                data = self._socket.recv(CHUNK)
            except OSError:
                data = b""
            if not data:
                return None
            self._received += data
        return self._next()

    def read_with_raw(self):
        """Wait for a message; return it and the bytes behind it."""
        message = self.read()
        size = message.get("size", 0) if message else 0
        while len(self._received) < size:
            data = self._socket.recv(CHUNK * 16)
            if not data:
                return None, b""
            self._received += data
        raw, self._received = self._received[:size], self._received[size:]
        return message, raw

    def read_with_handle(self):
        """Wait for a message; return it and the file descriptor that came with it, or ``None``."""
        handle = None
        while b"\n" not in self._received:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(CHUNK, _socket.CMSG_SPACE(4))
            except OSError:
                data, ancillary = b"", []
            for level, kind, content in ancillary:
                if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                    handle = int.from_bytes(content[:4], sys.byteorder)
            if not data:
                return None, None
            self._received += data
        return self._next(), handle

    def _next(self):
        line, _, self._received = self._received.partition(b"\n")
        return json.loads(line.decode("ascii"))


def line_of(message):
    """Return a message as it is sent."""
    return _encode(message).encode("ascii") + b"\n"


class Alarm:
    """A pipe that becomes readable when a child ends: what ``select`` needs to wait for one."""

    def __init__(self):
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        # Not by the module signal: its enums take each forked job 0.2 ms.
        self._before = _signal.signal(_signal.SIGCHLD, note)
        _signal.set_wakeup_fd(self._write_end)

    def fileno(self):
        """Return the end to wait at."""
        return self._read_end

    def drain(self):
        """Make it wait for the next child."""
        try:  # in place of contextlib: each page that a worker touches between two forks costs
            while len(os.read(self._read_end, 512)) == 512:
                pass
        except BlockingIOError:
            pass

    def renew(self):
        """Make it this process's own, after a fork."""
        before = self._before
        self.close()
        self.__init__()
        self._before = before

    def close(self):
        """Set everything back."""
        _signal.set_wakeup_fd(-1)
        _signal.signal(_signal.SIGCHLD, self._before)
        os.close(self._read_end)
        os.close(self._write_end)


def note(number, frame):
    """Handle a signal by nothing else: with no handler of Python's, no pipe is written to."""
