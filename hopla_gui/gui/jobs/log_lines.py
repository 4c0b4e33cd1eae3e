"""From the bytes of a log to lines as a terminal would show them, as they arrive. No Qt."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from hopla_gui.gui.jobs.ansi import PLAIN, Style, goes_up, overwritten, redrawn, styled
from hopla_gui.gui.jobs.text import LINE_LIMIT, is_plain, many_lines

Pieces = list[tuple[str, Style]]
NEWLINE = ("\n", PLAIN)
_OPEN_LIMIT = 4 * LINE_LIMIT
_MOST_OPEN = 20  # lines, where a program goes back to those above: nested progress bars


@dataclass(frozen=True, slots=True)
class Lines:
    """Complete lines, and those still being written, which replace the ones given before.

    There is but one of the latter, unless the program goes back to lines above.
    """

    complete: list[Pieces]
    open: Pieces


class LogLines:
    """Takes in bytes piece by piece; those that are no UTF-8 are shown as escapes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="backslashreplace")
        self._open = ""
        self._goes_up = False
        self._style = PLAIN

    def feed(self, content: bytes) -> Lines:
        """Return what is shown now that more has been written."""
        text = self._open + self._decoder.decode(content)
        self._goes_up = self._goes_up or goes_up(text)
        complete, still_open = self._divided(text.split("\n"))
        if is_plain(text) and max(map(len, complete), default=0) <= LINE_LIMIT:
            shown = [[(line, self._style)] if line else [] for line in complete]
        else:
            shown = [self._line(line) for line in complete]
        return Lines(shown, _shown_open(still_open, self._style))

    def _divided(self, lines: list[str]) -> tuple[list[str], list[str]]:
        """Return the complete lines and the open ones; keep the latter for what comes next."""
        below, first = 0, len(lines) - 1
        if self._goes_up:
            lines, below = redrawn(lines, _MOST_OPEN)
            first = max(len(lines) - _MOST_OPEN, 0)
        still_open = [_squeezed(line) for line in lines[first:]]
        self._open = "\n".join(still_open) + (f"\x1b[{below}A" if below else "")
        return lines[:first], still_open

    def _line(self, line: str) -> Pieces:
        pieces, self._style = _shown(line, self._style)
        return pieces


def _squeezed(line: str) -> str:
    """Return an unfinished line without what has been overwritten and what is too long to show."""
    kept, last = overwritten(line), line.rpartition("\r")[2]
    if kept != last:  # only blanks since
        return f"{kept[:_OPEN_LIMIT]}\r{last[:_OPEN_LIMIT]}"
    return kept[:_OPEN_LIMIT]


def _shown_open(lines: list[str], style: Style) -> Pieces:
    shown: Pieces = []
    for line in lines:
        pieces, style = _shown(line, style)
        shown += [*pieces, NEWLINE]
    return shown[:-1]


def _shown(line: str, style: Style) -> tuple[Pieces, Style]:
    line = overwritten(line)
    length = len(line)
    pieces, style = styled(line[:_OPEN_LIMIT], style)
    shown = list(_bounded(pieces))
    if length > LINE_LIMIT:
        shown.append((f"… ({length:,} characters)", PLAIN))
    return shown, style


def _bounded(pieces: Pieces) -> Iterator[tuple[str, Style]]:
    room = LINE_LIMIT
    for text, style in pieces:
        if room > 0:
            yield many_lines(text[:room]), style
            room -= len(text)
