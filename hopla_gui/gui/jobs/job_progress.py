"""How far a job says it is: what a progress bar left at the end of its log. No Qt."""

from __future__ import annotations

import re
from pathlib import Path

from hopla_gui.gui.jobs.ansi import plain

TAIL = 2048

_LINE_END = re.compile(r"[\r\n]")
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?%")
_OF = re.compile(r"(?<![\d/])(\d{1,12})/(\d{1,12}) *\[")


def read_tail(path: Path, size: int) -> bytes:
    """Return the last bytes of a log of that size; nothing where it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(max(size - TAIL, 0))
            return file.read(TAIL)
    except OSError:
        return b""


def fraction_in(tail: bytes) -> float | None:
    """Return the share that the last line speaks of, from 0 to 1; ``None`` where it speaks of none.

    ``45%`` and ``9/20 [00:05<00:06]`` count, as tqdm and its like write them.
    """
    lines = _LINE_END.split(plain(tail.decode("utf-8", "replace")))
    last = next((line for line in reversed(lines) if line.strip()), "")
    if percents := _PERCENT.findall(last):
        share = float(percents[-1]) / 100
        return share if share <= 1 else None
    if counted := _OF.findall(last):
        done, total = map(int, counted[-1])
        return done / total if 0 < total >= done else None
    return None
