"""The fork server of a task on a node: started in the user's interpreter, forks the workers."""

import os
import socket
import subprocess
import sys

from .channel import Channel

HELLO_S = 120.0  # an interpreter on a slow network drive, at the same time as a thousand others
PRELOAD_S = 300.0
LEAVE_S = 8.0
TAIL = 2000


class CannotWork(Exception):
    """Why no job can be started here."""


class ForkServer:
    """Drives a `template` process.

    Parameters
    ----------
    setup
        The run's ``setup.json``.
    scratch
        A folder of this task's own.
    host
        What this node is called, for messages.
    """

    def __init__(self, setup, scratch, host):
        self._setup = setup
        self._scratch = scratch
        self._host = host
        self._process = None

    def start(self):
        """Start it, with the script's imports loaded where that is wanted and can be done."""
        if not self._start(self._setup["preload"]):
            # An import fails, prints, starts a thread: each job does it by itself.
            self.end()
            self._start(False)

    def _start(self, preload):
        """Start it; ``False`` where it does not come up with the imports loaded."""
        ours, theirs = socket.socketpair()
        start = os.path.join(os.path.dirname(os.path.abspath(__file__)), "start.py")
        environment = dict(os.environ)
        environment.update(self._setup["env"])
        environment["PWD"] = self._setup["cwd"]
        errors = os.path.join(self._scratch, "template.err")
        try:
            with open(errors, "wb") as err:
                self._process = subprocess.Popen(
                    [
                        self._setup["python"] or sys.executable,
                        start,
                        "template",
                        str(theirs.fileno()),
                    ],
                    env=environment,
                    cwd=self._setup["cwd"],
                    stdin=subprocess.DEVNULL,
                    stdout=err,
                    stderr=err,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            what = "start " + str(error.filename or self._setup["python"])
            if error.filename == self._setup["cwd"]:
                what = "enter the working directory " + error.filename
            raise CannotWork("cannot {}: {}".format(what, error.strerror)) from None
        finally:
            theirs.close()
        self._control = Channel(ours.detach())
        self._control.limit(HELLO_S)
        setup = dict(self._setup["template"], scratch=self._scratch, preload=preload)
        answer = None
        try:
            self._control.send(outlives_sigterm=True, **setup)
            if self._control.read():
                self._control.limit(PRELOAD_S)
                answer = self._control.read()
        except OSError:
            pass
        if answer and "ready" in answer:
            self._control.limit(None)
            return True
        if preload:
            return False
        said = _tail(errors)
        raise CannotWork(
            "{} cannot run jobs on {}: {}".format(
                self._setup["python"],
                self._host,
                said or "it is no Python 3.6 or newer, or is broken",
            )
        )

    def fork(self):
        """Fork a worker; return its process and the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._control.send_handle(theirs.fileno())
                answer = self._control.read()
            except OSError:
                answer = None
        if not answer or "worker" not in answer:
            ours.close()
            raise CannotWork((answer or {}).get("error") or "the fork server vanished")
        return answer["worker"], Channel(ours.detach())

    def fate(self, pid):
        """Return how a worker that is gone has ended."""
        try:
            self._control.send(fate=pid)
            answer = self._control.read()
        except OSError:
            answer = None
        status = answer and answer["status"]
        if status and os.WIFSIGNALED(status):
            return "its worker process was killed by signal {}".format(os.WTERMSIG(status))
        return "its worker process vanished"

    def end(self):
        """End it and the workers, whose channels are closed."""
        if self._process is None:
            return
        self._control.close()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _tail(path):
    try:
        with open(path, "rb") as stream:
            return stream.read()[-TAIL:].decode("utf-8", "replace").strip()
    except OSError:
        return ""
