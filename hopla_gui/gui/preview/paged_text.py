"""A text of any length, page by page, and where words are found in it. Pure; no Qt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from hopla_gui.gui.jobs.text import many_lines

PAGE = 40_000  # characters, laid out at once even where they are one line
MOST_MATCHES = 10_000
_STRETCH = 1_000_000  # characters searched before anybody else gets a turn
_CHUNKS = 10_000

_ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class PagedText:
    """A text cut into pages of equal length."""

    text: str

    def __len__(self) -> int:
        return max(1, -(-len(self.text) // PAGE))

    def page(self, number: int) -> str:
        """Return a page as it is shown, with nothing invisible in it."""
        return _shown(self.text[number * PAGE : (number + 1) * PAGE])

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the places of the first and the last character of a page, from 1."""
        return min(number * PAGE + 1, len(self.text)), min((number + 1) * PAGE, len(self.text))

    def place(self, position: int, length: int) -> tuple[int, int, int]:
        """Return where a stretch of the text is shown: its page, and from where to where in it."""
        number = min(position, max(len(self.text) - 1, 0)) // PAGE
        start = number * PAGE
        end = min(position + length, start + PAGE)
        before = len(_shown(self.text[start:position]))
        return number, before, before + len(_shown(self.text[position:end]))


def _shown(text: str) -> str:
    # A line break that stands alone at the end of a stretch is one all the same.
    return many_lines(text, limit=2 * PAGE, line_limit=2 * PAGE)


def whole_text(value: object, is_stale: Callable[[], bool]) -> str:
    """Return a value in full: a text as it is, the rest as JSON, indented."""
    if isinstance(value, str):
        return value
    pieces: list[str] = []
    # By Python's own encoder, not by the one in C, which would let nobody else run meanwhile.
    for number, piece in enumerate(_ENCODER.iterencode(value)):
        if number % _CHUNKS == 0 and is_stale():
            break
        pieces.append(piece)
    return "".join(pieces)


def find_all(text: str, words: str, is_stale: Callable[[], bool]) -> list[int]:
    """Return where words are found, upper and lower case alike; the first `MOST_MATCHES` places."""
    if not words:
        return []
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    found: list[int] = []
    for start in range(0, max(len(text), 1), _STRETCH):
        if is_stale() or len(found) >= MOST_MATCHES:
            break
        end = start + _STRETCH + len(words) - 1  # words that stand across the border, too
        last = found[-1] if found else -1
        places = (match.start() for match in pattern.finditer(text, start, end))
        found += (place for place in places if place > last)
    return found[:MOST_MATCHES]
