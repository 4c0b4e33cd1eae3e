"""Level reuse: jobs follow one another in one process, the *host*, which a worker feeds.

Before each job argv, stdio, cwd, environment and path are set back; modules and what they hold
are not. A job that ends the process takes only itself: the worker starts a new host.
"""

import _signal
import contextlib
import gc
import os
import resource
import select
import signal
import sys
import time

from . import job, untranslated
from .launch import Launch

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_PEAKS = "/proc/self/clear_refs"  # Linux: takes the peak of memory back to what is in use
_SLIGHT = 1 << 20  # bytes of memory


class Host:
    """The process that runs the jobs, seen from inside."""

    def __init__(self, worker, channel, queue):
        self._worker = worker
        self._channel = channel
        self._queue = queue
        self._cwd = worker.setup["cwd"]
        os.environ.pop("HOPLA_VALUES", None)
        self._environment = dict(os.environ)
        self._encoded = dict(os.environ._data)
        self._path = sys.path[:]
        self._main = sys.modules["__main__"]
        self._streams = sys.stdin, sys.stdout, sys.stderr
        self._settings = [_settings(stream) for stream in self._streams]
        self._gettext = None
        self._result = b""
        self._pid = os.getpid()
        self._peak = 0  # of memory, as it was when it was last taken back

    def serve(self):
        """Run what the worker sends until it is gone."""
        _allow_interrupt(False)
        request = self._next()
        while request:
            result, facts = self._supervise(Launch(self._worker, request))
            try:
                self._channel.send(result, **facts)
            except OSError:  # the job has closed all that was open here
                self._end_as(facts["status"], result[: facts["split"]])
            if facts["is_spent"]:
                break
            # Where something was left behind, nothing new begins before the worker has ended it.
            is_free = not facts["has_forked"] or self._channel.read()
            request = is_free and self._next()
        _to_nowhere()

    def _end_as(self, status, result):
        """End this process as the job would have ended one of its own."""
        self._worker.shared.write(result)
        os._exit(status >> 8 or bool(status))

    def _next(self):
        """Wait for a job; ``None`` when the worker is gone: what it has sent is not ours then."""
        while os.getppid() == self._worker.own_pid:
            request = self._queue.take()
            if request:
                return request
            if self._channel.has_message or self._channel in self._readable():
                return self._channel.read()
        return None

    def _readable(self):
        return select.select([self._channel, self._queue], [], [])[0]

    def _supervise(self, launch):
        """Run one job; return what it hands over, and what the worker wants to know."""
        try:
            launch.open_logs_when_there_is_room()
        except OSError as error:
            launch.close_logs()
            # The jobs before may have left us no right to: another host is to try.
            return b"", {"error": str(error), "is_spent": True, "has_forked": False}
        self._result = b""
        before = self._usage()
        started, begin = time.time(), time.monotonic()
        code = self._run(launch)
        duration, ended = time.monotonic() - begin, time.time()
        after = self._usage()
        result, split = launch.collect(self._result)
        has_children = _has_children()
        return result, {
            "split": split,
            "status": -code if code < 0 else code << 8,
            "cpu": after[0] - before[0],
            "cpu_so_far": after[0],
            "rss": self._take_peak(before, after) * RSS_UNIT,
            "started": started,
            "ended": ended,
            "duration": duration,
            "has_children": has_children,
            "has_forked": has_children or before[3] != after[3] or _is_use_unseen(),
            "is_spent": self._has_spent_streams(),
        }

    def _has_spent_streams(self):
        """Whether the job has closed the streams that the next one would have, or changed them.

        One that it has wrapped is closed as soon as the wrapper goes.
        """
        hook = getattr(sys, "unraisablehook", None)  # 3.8
        sys.unraisablehook = _say_nothing  # a wrapper may fail as it goes
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.unraisablehook = hook
        return [_settings(stream) for stream in self._streams] != self._settings

    def _run(self, launch):
        """Run one job; return its exit code as a process of its own would have it.

        A process that the script has forked does not return: it ends like one of any script's.
        """
        self._set_back(launch)
        try:
            _allow_interrupt(True)
            job.run(self._worker.script, self._keep)
            if self._is_forked():
                sys.exit()
        except SystemExit as leaving:
            if self._is_forked():
                raise
            code = _exit_code(leaving.code)
        except BaseException as error:
            if self._is_forked():
                raise
            code = -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            code = 0
        finally:
            _allow_interrupt(False)
            _signal.alarm(0)  # it would go off in the next job
        sys.modules["__main__"] = self._main  # lets go of the script's
        gc.collect(1)
        return self._flush() or code

    def _is_forked(self):
        return os.getpid() != self._pid

    def _usage(self):
        own = resource.getrusage(resource.RUSAGE_SELF)
        below = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime
        return cpu, own.ru_maxrss, below.ru_maxrss, below.ru_minflt

    def _take_peak(self, before, after):
        """Return the most memory that a job took; have the next one measured by itself.

        The peak of a process is that of all its jobs, that of its children is of all of them.
        """
        peak, below = after[1:3]
        if (peak - self._peak) * RSS_UNIT > _SLIGHT:  # seldom: it takes as long as a file
            with contextlib.suppress(OSError), open(_PEAKS, "w") as stream:
                stream.write("5")
            self._peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return max(peak, below) if below != before[2] else peak

    def _keep(self, data):
        self._result = data

    def _set_back(self, launch):
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = self._streams
        sys.excepthook = sys.__excepthook__
        launch.take_streams()
        sys.path[:] = self._path
        with contextlib.suppress(OSError):
            os.chdir(self._cwd)
        if os.environ._data != self._encoded:  # to decode each would take as long as a short job
            os.environ.clear()
            os.environ.update(self._environment)
        launch.announce()
        self._encoded = os.environ._data.copy()
        self._spare_gettext()

    def _spare_gettext(self):
        gettext = sys.modules.get("gettext")
        if gettext is not self._gettext:
            self._gettext = gettext
            untranslated.remember(gettext)

    def _flush(self):
        """Return what Python ends with where its output cannot be written."""
        is_written = [_flush(stream) for stream in (sys.stdout, sys.stderr)]
        for stream in self._streams[1:]:
            _flush(stream)
        return 0 if all(is_written) else 120


def _say_nothing(_):
    pass


def _flush(stream):
    """Flush as Python does at its end: what is closed needs none."""
    try:
        if stream is not None and not _is_closed(stream):
            stream.flush()
    except Exception:
        return False
    return True


def _is_closed(stream):
    try:
        return bool(getattr(stream, "closed", False))
    except Exception:  # its buffer has been detached
        return False


def _settings(stream):
    """Return how a stream writes; ``None`` of one that cannot any more."""
    try:
        return not stream.closed and (stream.encoding, stream.errors, stream.line_buffering)
    except Exception:
        return None


def _exit_code(given):
    if given is None:
        return 0
    if isinstance(given, int):
        return given & 0xFF if -(1 << 63) <= given < 1 << 63 else 0xFF  # as a C long
    sys.stderr.write(str(given) + "\n")
    return 1


def _allow_interrupt(is_allowed):
    """Let a cancelled job alone be interrupted, never the host between two jobs."""
    how = _signal.SIG_UNBLOCK if is_allowed else _signal.SIG_BLOCK
    _signal.pthread_sigmask(how, [_signal.SIGINT])  # that of the module signal makes enums


def _is_use_unseen():
    """Whether what children have used is no sign of them: the script does not wait for any."""
    return _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN


def _has_children():
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return True
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _to_nowhere():
    """Throw away what ``atexit`` prints: it belongs to no job."""
    handle = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(handle, number)


class HostLaunch:
    """The start of a host."""

    def __init__(self, worker, channel, queue):
        self._worker = worker
        self._channel = channel
        self._queue = queue

    def run(self):
        """Become the host and serve the worker."""
        self._worker.become_job()
        self._worker.reseed()
        Host(self._worker, self._channel, self._queue).serve()
