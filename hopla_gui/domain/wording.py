"""Times, sizes, states and exit codes as people read them. Pure functions."""

from __future__ import annotations

import signal
from datetime import datetime
from functools import lru_cache

from hopla_gui.domain.job import JobState

STATE_WORDS = {
    JobState.QUEUED: "Queued",
    JobState.RUNNING: "Running",
    JobState.SUCCEEDED: "Succeeded",
    JobState.FAILED: "Failed",
    JobState.TIMEOUT: "Timed out",
    JobState.CANCELLED: "Cancelled",
    JobState.LOST: "Lost",
}
STATE_EXPLANATIONS = {
    JobState.QUEUED: "Waits for a worker",
    JobState.RUNNING: "Runs now",
    JobState.SUCCEEDED: "Ended with exit code 0",
    JobState.FAILED: "Ended with an error",
    JobState.TIMEOUT: "Stopped by the run's time limit",
    JobState.CANCELLED: "Stopped by you",
    JobState.LOST: "Its worker vanished before it ended: run it again",
}
# Exit codes that mean the same thing nearly everywhere.
_KNOWN_CODES = {
    2: "wrong usage: argparse did not accept the command",
    126: "the command could not be executed",
    127: "command not found",
}
_SIGNAL_HINTS = {
    "SIGKILL": "ended by force, often for lack of memory",
    "SIGTERM": "asked to end",
    "SIGINT": "interrupted",
    "SIGSEGV": "crashed: invalid memory access",
    "SIGABRT": "aborted itself",
    "SIGBUS": "crashed: bad memory access, or a full disk",
    "SIGFPE": "crashed: arithmetic error",
    "SIGILL": "crashed: invalid instruction",
    "SIGXCPU": "over its limit of CPU time",
    "SIGXFSZ": "over its limit of file size",
    "SIGPIPE": "wrote to a pipe that nobody read",
}


def duration(seconds: float | None) -> str:
    """Return ``34 ms``, ``1.25 s``, ``2 min 05 s``, ``3 h 20 min``, ``2 d 4 h``."""
    if seconds is None:
        return ""
    seconds = max(seconds, 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return elapsed(seconds)


def elapsed(seconds: float) -> str:
    """Return a duration that is still growing, in whole seconds."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def took_words(seconds: float) -> str:
    """Return ``took 2 min 05 s``."""
    return f"took {elapsed(seconds)}" if seconds >= 1 else "took less than a second"


def still_words(seconds: float, took: float | None) -> str:
    """Return ``stood still for 2 min 05 s``; nothing where a job that took so long hardly did."""
    is_noticed = seconds >= max(0.5, 0.01 * (took or 0.0))
    return f"stood still for {duration(seconds)}" if is_noticed else ""


def time_words(seconds: float) -> str:
    """Return ``a few seconds``, ``about 40 s``, ``about 3 min``, ``about 2 h 30 min``: no finer."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} s"
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return f"about {minutes} min"
    if minutes < 600:
        hours, minutes = divmod(round(minutes / 10) * 10, 60)
        return f"about {hours} h {minutes} min" if minutes else f"about {hours} h"
    hours = round(seconds / 3600)
    return f"about {hours} h" if hours < 48 else f"about {round(hours / 24)} days"


def size(count: float | None) -> str:
    """Return a number of bytes as ``512 B``, ``14.2 MB``, ``1.5 GB`` (powers of 1000)."""
    if count is None:
        return ""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.5 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def clock_time(seconds: float | None) -> str:
    """Return a wall-clock time in the time zone of this machine."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def when(seconds: float, now: datetime) -> str:
    """Return ``today 14:05``, ``yesterday 09:12``, ``12 Nov 17:30``, ``2025-03-01 08:00``."""
    at = datetime.fromtimestamp(seconds).astimezone()
    days = (now.date() - at.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d %H:%M}"


def signal_name(number: int) -> str:
    """Return ``SIGKILL`` for 9; ``signal 64`` where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@lru_cache(maxsize=512)
def exit_code(code: int | None) -> str:
    """Return ``1``, or ``-9 · SIGKILL``; nothing where the process never ended by itself."""
    if code is None:
        return ""
    if code < 0:
        return f"{code} · {signal_name(-code)}"
    return f"{code} · 0x{code:08X}" if code > 0xFFFF else str(code)


@lru_cache(maxsize=512)
def exit_code_words(code: int | None) -> str:
    """Return what an exit code means, in words."""
    if code is None:
        return "no exit code: the process did not end by itself"
    if code == 0:
        return "exit code 0: no error"
    if code < 0:
        name = signal_name(-code)
        hint = _SIGNAL_HINTS.get(name)
        return f"killed by {name}" + (f": {hint}" if hint else "")
    known = _KNOWN_CODES.get(code)
    if known is None and 128 < code < 160:
        known = f"shells report a program killed by {signal_name(code - 128)} like this"
    return f"exit code {exit_code(code)}" + (f": {known}" if known else "")
