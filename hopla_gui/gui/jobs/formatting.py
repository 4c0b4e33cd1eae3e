"""Numbers, states and values as people read them. Pure functions; no Qt."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast

from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.text import CELL_LIMIT, one_line

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


def value_type(value: object) -> str:
    """Return the type of a JSON value as Python calls it, with the size of what holds others."""
    if value is None:
        return "none"
    if isinstance(value, Mapping | list | tuple):
        return f"{type(value).__name__} · {len(value):,}"
    return type(value).__name__


def value_text(value: object, limit: int = CELL_LIMIT) -> str:
    """Return a value on one line: text as it stands, the rest as a sweep file has it."""
    if isinstance(value, str):
        return one_line(value, limit)
    if isinstance(value, bool | int | float | None):
        return _scalar(value, limit)
    pieces: list[str] = []
    length = 0
    for piece in _pieces(value, depth=0):
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            return one_line("".join(pieces)[:limit]) + "…"
    return one_line("".join(pieces), limit)


def _scalar(value: object, limit: int) -> str:
    # An integer of millions of digits takes minutes to write, and Python refuses it.
    if isinstance(value, int) and value.bit_length() > 4000:
        return f"int of {value.bit_length():,} bits"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return repr(value)[:limit]


def _pieces(value: object, depth: int) -> Iterator[str]:
    """Yield the pieces of a value's text, so that the caller can stop early."""
    if depth > 4 and isinstance(value, Mapping | list | tuple):
        yield "…"
    elif isinstance(value, Mapping):
        yield "{"
        for place, (key, item) in enumerate(value.items()):
            yield f"{', ' if place else ''}{one_line(str(key), 40)}: "
            yield from _pieces(item, depth + 1)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for place, item in enumerate(value):
            yield ", " if place else ""
            yield from _pieces(item, depth + 1)
        yield "]"
    elif isinstance(value, str):
        yield json.dumps(value[:CELL_LIMIT], ensure_ascii=False)
    else:
        yield _scalar(value, CELL_LIMIT)


_NUMBER = re.compile(r"(\d+)")

SortKey = tuple[int, object]


def sort_key(value: object) -> SortKey:
    """Return a key by which values of any types can be sorted: numbers, then text, then the rest.

    Text sorts as people count: ``sub-2`` before ``sub-10``.
    """
    if value is None:
        return (9, 0)
    if isinstance(value, bool | int | float):
        return (1, 0) if value != value else (0, value)  # NaN after the numbers
    if isinstance(value, str):
        return (2, _natural(value[:CELL_LIMIT]))
    return (3, value_text(value))


def sort_ranks(values: Sequence[object]) -> Sequence[float]:
    """Return a number for each value, such that the numbers sort as the values do.

    A sweep has few values and many jobs: each value is looked at once.
    """
    if all(type(value) in (int, float) and value == value for value in values):
        return cast("Sequence[float]", values)
    try:
        keys = {value: sort_key(value) for value in dict.fromkeys(values)}
        found = [keys[value] for value in values]
    except TypeError:  # lists and tables cannot be looked up
        found = [sort_key(value) for value in values]
    ranks: dict[SortKey, float] = {key: rank for rank, key in enumerate(sorted(set(found)))}
    return [ranks[key] for key in found]


def _natural(text: str) -> Sequence[object]:
    parts = _NUMBER.split(text.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
