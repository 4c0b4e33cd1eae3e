"""The processes of a task on its node."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path


def processes_of(task):
    """Return all processes of a task: those of its session, and what these have started."""
    parents, sessions = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)], sessions[int(entry.name)] = int(fields[1]), int(fields[3])
    found = {pid for pid, session in sessions.items() if session == task.process.pid}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return found


def kill_session(task, number):
    for pid in processes_of(task) if number == signal.SIGKILL else session_of(task):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def kill_one_by_one(task):
    """End a task as slowly as a daemon on a busy node: those that could tell of it come last."""
    found = sorted(processes_of(task))
    for pid in found[2:] + found[:2]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def cut_power(task):
    """End all processes of a task at once: none of them sees another one end."""
    found = processes_of(task)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def session_of(task):
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == task.process.pid:
                found.append(int(entry.name))
        except ProcessLookupError:
            pass
    return found


def session_mb(task):
    total = 0
    for pid in processes_of(task):
        with contextlib.suppress(OSError, IndexError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6
