"""What a terminal would show of a program's output: colours, and lines overwritten in place.

Pure functions; no Qt. Colours of SGR sequences are kept, those that go up to a line above are
followed, and every other control sequence is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

# CSI … final byte; OSC, DCS, SOS, PM and APC … BEL or ST; and the two-byte escapes. Bounded, so
# that an unfinished one does not swallow what follows.
_SEQUENCE = re.compile(
    r"\x1b\[([0-9;:<=>?]{0,64})[ -/]{0,4}([@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)"
    r"|\x1b[ -/]{0,4}[0-~]"
)
_UP = re.compile(r"\x1b\[(\d{0,4})A")
_ERASE_LINE = re.compile(r"\x1b\[[012]?K")


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks; colours are indices 0-255 of xterm, or ``(r, g, b)``."""

    foreground: int | tuple[int, int, int] | None = None
    background: int | tuple[int, int, int] | None = None
    is_bold: bool = False
    is_dim: bool = False
    is_italic: bool = False
    is_underlined: bool = False


PLAIN = Style()
_FLAGS = {
    1: {"is_bold": True},
    2: {"is_dim": True},
    3: {"is_italic": True},
    4: {"is_underlined": True},
    22: {"is_bold": False, "is_dim": False},
    23: {"is_italic": False},
    24: {"is_underlined": False},
    39: {"foreground": None},
    49: {"background": None},
}


def overwritten(line: str) -> str:
    """Return what carriage returns leave of a line: the last state of a progress bar."""
    if "\r" not in line:
        return line
    shown = [part for part in line.split("\r") if _ERASE_LINE.sub("", part).strip()]
    return shown[-1] if shown else ""


def goes_up(text: str) -> bool:
    """Tell whether a text goes back to lines above, as nested progress bars do."""
    return _UP.search(text) is not None


def redrawn(lines: list[str], most: int) -> tuple[list[str], int]:
    """Return lines with what was written after going up put where it belongs.

    Parameters
    ----------
    most
        How many lines, from the last one, can still be reached.

    Returns
    -------
        The lines, and how many of them are below the one that is being written.
    """
    rows: list[str] = []
    place = -1
    for line in lines:
        place += 1
        if place == len(rows):
            rows.append("")
        else:
            rows[place] += "\r"
        text, *moves = _UP.split(line)
        rows[place] = _without_cleared(rows[place] + text)
        for up, text in zip(moves[::2], moves[1::2], strict=True):
            place = max(place - int(up or 1), len(rows) - most, 0)
            rows[place] = _without_cleared(rows[place] + text)
    return rows, len(rows) - 1 - place


def _without_cleared(row: str) -> str:
    """Return a row, or the blanks that were written over it: a bar that is not to stay."""
    last = row.rpartition("\r")[2]
    return last if last and not _ERASE_LINE.sub("", last).strip() else row


def styled(line: str, style: Style = PLAIN) -> tuple[list[tuple[str, Style]], Style]:
    """Return the (text, style) pieces of a line, and the style that the next line begins with."""
    pieces: list[tuple[str, Style]] = []
    end = 0
    for found in _SEQUENCE.finditer(line):
        if found.start() > end:
            pieces.append((line[end : found.start()], style))
        end = found.end()
        if found[2] == "m":
            style = _with_codes(style, found[1])
    if end < len(line):
        pieces.append((line[end:], style))
    return pieces, style


def plain(line: str) -> str:
    """Return a line without its control sequences."""
    return _SEQUENCE.sub("", line) if "\x1b" in line else line


@lru_cache(maxsize=1024)  # a log has few styles, and changes between them on every line
def _with_codes(style: Style, text: str) -> Style:
    codes = [int(code) for code in re.split("[;:]", text) if code.isdigit()] or [0]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = PLAIN
        elif code in _FLAGS:
            style = replace(style, **_FLAGS[code])  # type: ignore[arg-type]
        elif code in (38, 48):
            colour = _extended(codes)
            style = replace(style, **{"foreground" if code == 38 else "background": colour})  # type: ignore[arg-type]
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = replace(style, foreground=code - 30 if code < 90 else code - 82)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = replace(style, background=code - 40 if code < 100 else code - 92)
    return style


def _extended(codes: list[int]) -> int | tuple[int, int, int] | None:
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return min(codes.pop(0), 255)
    if kind == 2 and len(codes) >= 3:
        red, green, blue = (min(codes.pop(0), 255) for _ in range(3))
        return red, green, blue
    return None
