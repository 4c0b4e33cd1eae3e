"""Runs code of the script's that may hang or end the process, in a forked child of the job."""

import os
import select
import signal
import sys
import time

EACH_S = 2.0
ALL_S = 10.0
MEMORY = 1 << 30  # bytes on top of what the job has

HAS_FORK = hasattr(os, "fork")


def run(names, compute, each, overall):
    """Return ``{name: (ASCII text, None) or (None, problem)}``, one line of text for each name.

    ``each`` and ``overall`` are the seconds that one of them, and all, may take.
    """
    results = {}
    if not HAS_FORK:  # Windows: no guard
        return {name: (compute(name), None) for name in names}
    deadline = time.monotonic() + overall
    while len(results) < len(names):
        rest = names[len(results) :]
        if time.monotonic() > deadline:
            results.update((name, (None, "no time left to represent it")) for name in rest)
            break
        lines, problem = _run_child(rest, compute, each, deadline)
        results.update((name, (line, None)) for name, line in zip(rest, lines))
        if len(lines) < len(rest):
            results[rest[len(lines)]] = None, problem
    return results


def _run_child(names, compute, each, end):
    """Return the lines that a child made, and why there are no more."""
    read_end, write_end = os.pipe()
    before = signal.signal(signal.SIGCHLD, signal.SIG_DFL) if _is_main_thread() else None
    try:
        pid = os.fork()
        if pid == 0:
            _be_child(names, compute, write_end)
        os.close(write_end)
        lines, problem = _read_lines(read_end, len(names), each, end)
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    except OSError as error:
        return [], "cannot be represented: " + str(error)
    finally:
        os.close(read_end)
        if before is not None:
            signal.signal(signal.SIGCHLD, before)
    return lines, problem or "its repr() ended the process ({})".format(_ending(status))


def _ending(status):
    if os.WIFSIGNALED(status):
        return "signal {}".format(os.WTERMSIG(status))
    return "exit code {}".format(os.WEXITSTATUS(status))


def _is_main_thread():
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()


def _be_child(names, compute, write_end):
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(quiet, number)
        sys.stdout = sys.stderr = os.fdopen(quiet, "w")
        _limit_memory()
        for name in names:
            data = compute(name).encode("ascii") + b"\n"
            while data:
                data = data[os.write(write_end, data) :]
    finally:
        os._exit(0)


def _limit_memory():
    """Let an endless repr() fail rather than fill the machine."""
    import resource

    try:
        with open("/proc/self/statm") as stream:
            now = int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, hard))
    except (OSError, ValueError):  # no /proc; a lower limit is set already
        pass


def _read_lines(handle, count, each, end):
    """Read until all is there, the child is gone, or a line takes too long."""
    data = b""
    deadline = min(time.monotonic() + each, end)
    while data.count(b"\n") < count:
        rest = deadline - time.monotonic()
        if rest <= 0 or not select.select([handle], [], [], rest)[0]:
            return _complete(data), "its repr() takes more than {:g} s".format(each)
        chunk = os.read(handle, 65536)
        if not chunk:
            return _complete(data), None
        if b"\n" in chunk:
            deadline = min(time.monotonic() + each, end)
        data += chunk
    return _complete(data), None


def _complete(data):
    return data.decode("ascii").split("\n")[:-1]
