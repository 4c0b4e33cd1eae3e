"""One start of one job: its logs, its first steps as a process, what it hands over."""

import contextlib
import errno
import os
import signal
import sys
import time

from . import finish, job, results, target

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
BETWEEN_TRIES_S = 1.0

# As subprocess does for what is no Python: Python ignores them.
DEFAULT_AGAIN = [getattr(signal, n) for n in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, n)]


class Launch:
    """One attempt of a job.

    Parameters
    ----------
    worker
        The supervising `Worker`: what it has open is none of the job's.
    request
        The program's message: arguments, name of the logs.
    """

    def __init__(self, worker, request):
        setup = worker.setup
        self.arguments = request["arguments"]
        log = setup["logs"] + os.sep + request["log"]
        scratch = setup["scratch"] + os.sep + request["log"]
        self.logs = log + ".out", log + ".err"
        self.result, self.values = scratch + ".result", scratch + ".values"
        self._worker = worker
        self._handles = []

    # In the worker, before the job and after it: what is done here costs no job a copy of a page

    def announce(self):
        """Set what a process knows of its job before it begins."""
        os.environ["HOPLA_VALUES"] = self.values
        script = self._worker.script
        if script:
            target.set_arguments(script.path, self.arguments, script.module)

    def open_logs(self):
        """Open what becomes stdout and stderr.

        Appending, so that what a job's children write after opening /dev/stdout anew is kept.
        """
        new = os.O_CREAT | os.O_TRUNC | os.O_APPEND
        self._handles.append(os.open(self.logs[0], os.O_RDWR | new, 0o666))
        self._handles.append(os.open(self.logs[1], os.O_WRONLY | new, 0o666))

    def open_logs_when_there_is_room(self):
        """Open them, in the job's process: a job waits for a full disk as the run does."""
        while not (self._handles or self.try_to_open_logs()):
            time.sleep(BETWEEN_TRIES_S)

    def try_to_open_logs(self):
        """Open them; ``False`` where there is no room for them."""
        try:
            self.open_logs()
        except OSError as error:
            self.close_logs()
            if error.errno not in NO_ROOM:
                raise
        return bool(self._handles)

    def has_begun(self):
        """Whether a host has got as far as to open the logs."""
        return os.path.exists(self.logs[1])

    def open_stdout_again(self):
        """Open what only the job's process had open, to look for values there."""
        if not self._handles:
            with contextlib.suppress(OSError):  # it never got that far
                self._handles.append(os.open(self.logs[0], os.O_RDONLY))

    def take_streams(self):
        """Make what is open this process's stdin, stdout and stderr."""
        for number, handle in enumerate([self._worker.null, *self._handles]):
            os.dup2(handle, number)

    def close_logs(self):
        """Close the copies by which they were opened."""
        for handle in self._handles:
            try:  # noqa: SIM105 - for a job that takes a millisecond all this counts
                os.close(handle)
            except OSError:  # a job in this process has closed it
                pass
        self._handles = []

    def collect(self, result=b""):
        """Return what the job has handed over, and by which way."""
        setup = self._worker.setup
        if setup["isolation"] == "fresh":
            memory = self._worker.memory
            found = results.take_memory(memory) if memory is not None else b""
            result = found or results.take_file(self.result)
        is_cut = setup["log_limit"]  # while we read it: `LogLimit` looks there
        stdout = self._handles[0] if self._handles and not is_cut else None
        found = results.collect(result, self.values, stdout)
        self.close_logs()
        return found

    # In the job's own process

    def run(self):
        """Become the job and run it; returns or raises as the script does."""
        self._worker.become_job()
        self.open_logs_when_there_is_room()
        self.take_streams()
        self.close_logs()
        os.close(self._worker.null)
        if self._worker.script is None:
            self._execute()
        self._worker.reseed()
        finish.expect_end()
        status = 0
        try:
            job.run(self._worker.script, self._worker.shared.write)
        except SystemExit as leaving:
            status = 0 if leaving.code is None else leaving.code
            if type(status) is int and 0 <= status < 256:
                finish.leave(status)
            raise
        except Exception as error:
            if not job.show(error):
                raise
            finish.leave(1)
            sys.exit(1)  # it has been shown; the interpreter does the rest
        finish.leave(0)

    def _execute(self):
        """Start the program of a fresh job in this process's place."""
        setup = self._worker.setup
        way, memory, owner = self.result, self._worker.memory, self._worker.own_pid
        if memory is not None:
            way = results.way_in_memory(owner, memory, way)
        command = [way if word is None else word for word in setup["command"]]
        command += self.arguments
        for number in DEFAULT_AGAIN:
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            reason = "cannot start {}: {}".format(command[0], error.strerror)
            job.hand_over(results.deliverer(self.result), error=reason)
            os.write(2, reason.encode("utf-8", "replace") + b"\n")
            os._exit(127)
