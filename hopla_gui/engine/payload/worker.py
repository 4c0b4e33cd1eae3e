"""Supervises jobs, one at a time: starts, measures and ends them, and tells the program.

A forked child of the template. It sleeps in ``select`` until the program says something, a child
ends or a time is up; when its socket ends, the program is gone, and so are its job and itself.
"""

import contextlib
import os
import select
import signal
import sys
import time

from . import finish, job, preload, process_tree

ASK_S = 2.0  # a cancelled job: SIGINT, after that SIGTERM,
TERM_S = 3.0  # after that SIGKILL
TIMEOUT_GRACE_S = 5.0  # a job over its time limit: SIGTERM, after that SIGKILL
GONE_GRACE_S = 1.0  # the program is gone: SIGTERM, after that SIGKILL

RESULT_LIMIT = 8 << 20  # bytes of traced values and traceback
BLOCK_LIMIT = 1 << 20  # bytes at the end of stdout where a <hopla> block is looked for

# As subprocess does for what is no Python: Python ignores them.
DEFAULT_AGAIN = [getattr(signal, n) for n in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, n)]

RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Worker:
    """Runs the jobs that the program sends.

    Parameters
    ----------
    channel
        To the program's thread for this worker.
    alarm
        Becomes readable when a child ends.
    setup
        What all jobs of the run have in common.
    script
        What to fork, or ``None`` to start a new program for each job.
    """

    def __init__(self, channel, alarm, setup, script):
        self.channel = channel
        self.alarm = alarm
        self.setup = setup
        self.script = script
        self._template = os.getppid()
        process_tree.become_subreaper()
        if script:
            preload.freeze()  # the worker's own objects are no job's to finalise

    def serve(self):
        """Run jobs until the program is gone; return, in a forked job, what to run."""
        while True:
            request = self.channel.read()
            if request is None:
                os._exit(0)
            if "job" in request:
                started = self._start(request)
                if started:
                    return started

    def _start(self, request):
        """Start a job and see it through; return it in the child, ``None`` in the worker."""
        launch = Launch(self, request)
        begin = time.time(), time.monotonic()
        try:
            launch.open_logs()
            pid = os.fork()
        except OSError as error:
            launch.close_logs()
            self._answer(request, error=str(error))
            return None
        if pid == 0:
            return launch
        watch = _Watch(self, request["job"], pid, begin[1])
        status, usage = watch.wait()
        ended = time.time(), time.monotonic()
        if watch.why == "gone":
            self._end_leftovers(patient=False)
            launch.clean()
            os._exit(0)
        self._end_leftovers(patient=watch.why is None)
        result = launch.collect()
        self._answer(
            request,
            result,
            status=status,
            why=watch.why,
            killed=watch.killed,
            started=begin[0],
            ended=ended[0],
            duration=ended[1] - begin[1],
            cpu=usage.ru_utime + usage.ru_stime,
            rss=usage.ru_maxrss * RSS_UNIT,
        )
        return None

    def _answer(self, request, result=(b"", None), **facts):
        # An orphan of a killed template serves no further job: nobody would look after its own.
        is_last = os.getppid() != self._template
        raw, kind = result
        try:
            self.channel.send(raw, job=request["job"], kind=kind, last=is_last, **facts)
        except OSError:  # the program is gone
            os._exit(0)

    def _end_leftovers(self, patient):
        process_tree.end_children(self.alarm, (), self.setup["scratch"], patient)


class _Watch:
    """Waits for a job to end, and makes it end when its time is up or the user says so."""

    def __init__(self, worker, index, pid, begin):
        self.why = None  # "timeout", "cancelled", "gone"
        self.killed = False
        self._worker = worker
        self._index = index
        self._pid = pid
        self._limit = worker.setup["timeout"]
        self._steps = []  # [(when, signal)], still to be sent
        self._inputs = [worker.alarm, worker.channel]
        if self._limit is not None:
            self._plan(begin + self._limit, (0, signal.SIGTERM), (TIMEOUT_GRACE_S, signal.SIGKILL))

    def wait(self):
        """Return the job's wait status and its use of resources."""
        while True:
            rest = max(0.0, self._steps[0][0] - time.monotonic()) if self._steps else None
            readable, _, _ = select.select(self._inputs, [], [], rest)
            if self._worker.alarm in readable:
                self._worker.alarm.drain()
                pid, status, usage = os.wait4(self._pid, os.WNOHANG)
                if pid:
                    return status, usage
            if self._worker.channel in readable:
                self._listen()
            if self._steps and time.monotonic() >= self._steps[0][0]:
                self._send(self._steps.pop(0)[1])

    def _plan(self, begin, *steps):
        self._steps = [(begin + delay, number) for delay, number in steps]

    def _listen(self):
        request = self._worker.channel.read()
        now = time.monotonic()
        if request is None:
            self.why = "gone"
            self._inputs.remove(self._worker.channel)
            self._plan(now, (0, signal.SIGTERM), (GONE_GRACE_S, signal.SIGKILL))
        elif request.get("stop") == self._index and self.why is None:
            self.why = "cancelled"
            steps = (0, signal.SIGINT), (ASK_S, signal.SIGTERM), (ASK_S + TERM_S, signal.SIGKILL)
            self._plan(now, *steps)

    def _send(self, number):
        self.why = self.why or "timeout"
        if number == signal.SIGKILL:
            self.killed = True
            process_tree.kill_tree(self._pid, self._worker.setup["scratch"])
        else:
            process_tree.send(self._pid, number)
            process_tree.send(self._pid, signal.SIGCONT)  # a stopped one hears nothing


class Launch:
    """One start of one job: its logs, what it hands over, and its first steps as a process."""

    def __init__(self, worker, request):
        self._worker = worker
        self._arguments = request["arguments"]
        folder = worker.setup["logs"] + os.sep + request["log"]
        self._paths = [os.devnull, folder + ".out", folder + ".err"]
        scratch = worker.setup["scratch"] + os.sep + request["log"]
        self._result, self._values = scratch + ".result", scratch + ".values"
        self._handles = []

    def open_logs(self):
        """Open what becomes stdin, stdout and stderr.

        Appending, so that what a job's children write after opening /dev/stdout anew is kept.
        """
        flags = [os.O_RDONLY, os.O_RDWR, os.O_WRONLY]
        for path, flag in zip(self._paths, flags):
            if flag != os.O_RDONLY:
                flag |= os.O_CREAT | os.O_TRUNC | os.O_APPEND
            self._handles.append(os.open(path, flag, 0o666))

    def close_logs(self):
        """Close the worker's copies."""
        for handle in self._handles:
            os.close(handle)
        self._handles = []

    # In the worker, after the job

    def collect(self):
        """Return what the job handed over and by which way: raw bytes, for the program to judge."""
        found = b"", None
        for kind, path in (("result", self._result), ("values", self._values)):
            content = _take(path)
            if content and not found[0]:
                found = content, kind
        if not found[0]:
            found = self._printed_block()
        self.close_logs()
        return found

    def clean(self):
        """Remove what the job handed over; nobody is left to want it."""
        self.collect()

    def _printed_block(self):
        """Return the last ``<hopla>`` block on stdout."""
        handle = self._handles[1]
        try:
            size = os.fstat(handle).st_size
            tail = os.pread(handle, BLOCK_LIMIT, max(0, size - BLOCK_LIMIT)) if size else b""
        except OSError:
            return b"", None
        begin = (b"\n" + tail).rfind(b"\n<hopla>")
        if begin < 0:
            return b"", None
        block, closing, _ = tail[begin + len(b"<hopla>") :].partition(b"</hopla>")
        return (block.strip(), "values") if closing else (b"", None)

    # In the job's own process

    def run(self):
        """Become the job and run it; returns or raises as the script does."""
        self._become_job()
        worker = self._worker
        if worker.script is None:
            self._execute()
        preload.reseed()
        finish.expect_end()
        status = 0
        try:
            job.run(worker.script, self._arguments, self._result)
        except SystemExit as leaving:
            status = 0 if leaving.code is None else leaving.code
            if type(status) is not int or not 0 <= status < 256:
                raise
            finish.leave(status)
            raise
        finish.leave(0)

    def _become_job(self):
        worker = self._worker
        parent = os.getppid()
        os.setsid()
        process_tree.die_with_parent(parent)
        worker.alarm.close()
        worker.channel.close()
        for number, handle in enumerate(self._handles):
            os.dup2(handle, number)
        self.close_logs()
        os.environ["HOPLA_VALUES"] = self._values

    def _execute(self):
        """Start the program of a fresh job in this process's place."""
        setup = self._worker.setup
        command = list(self._arguments)
        if setup["command"]:
            command = setup["command"][:]
            command[command.index("RESULT")] = self._result
            command += self._arguments
        for number in DEFAULT_AGAIN:
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            reason = "cannot start {}: {}".format(command[0], error.strerror)
            job.hand_over(self._result, error=reason)
            os.write(2, reason.encode("utf-8", "replace") + b"\n")
            os._exit(127)


def _take(path):
    """Read and remove a file; empty where there is none, or more than anybody should hand over."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return b""
    try:
        content = b""
        while len(content) <= RESULT_LIMIT:
            chunk = os.read(handle, RESULT_LIMIT)
            if not chunk:
                return content
            content += chunk
        return b""
    except OSError:
        return b""
    finally:
        os.close(handle)
        with contextlib.suppress(OSError):
            os.unlink(path)
