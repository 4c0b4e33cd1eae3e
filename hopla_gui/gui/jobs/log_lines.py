"""From the bytes of a log to lines as a terminal would show them, as they arrive. No Qt."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from hopla_gui.gui.jobs.ansi import PLAIN, Style, overwritten, styled
from hopla_gui.gui.jobs.text import LINE_LIMIT, is_plain, many_lines

Pieces = list[tuple[str, Style]]
_OPEN_LIMIT = 4 * LINE_LIMIT


@dataclass(frozen=True, slots=True)
class Lines:
    """Complete lines, and the one still being written, which replaces the one given before."""

    complete: list[Pieces]
    open: Pieces


class LogLines:
    """Takes in bytes piece by piece; those that are no UTF-8 are shown as escapes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="backslashreplace")
        self._open = ""
        self._style = PLAIN

    def feed(self, content: bytes) -> Lines:
        """Return what is shown now that more has been written."""
        text = self._open + self._decoder.decode(content)
        *complete, last = text.split("\n")
        if is_plain(text) and max(map(len, complete), default=0) <= LINE_LIMIT:
            shown = [[(line, self._style)] if line else [] for line in complete]
        else:
            shown = [self._line(line) for line in complete]
        self._open = _squeezed(last)
        open_line, _ = _shown(self._open, self._style)
        return Lines(shown, open_line)

    def _line(self, line: str) -> Pieces:
        pieces, self._style = _shown(line, self._style)
        return pieces


def _squeezed(line: str) -> str:
    """Return an unfinished line without what has been overwritten and what is too long to show."""
    kept = line.rfind("\r", 0, len(line.rstrip("\r")))
    return line[kept + 1 :][:_OPEN_LIMIT]


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
