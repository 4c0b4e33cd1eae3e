"""JSON text nested deeper than anybody reads, and than Python's own reader can go."""

from __future__ import annotations

import re

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)


def cut_nesting(text: bytes, levels: int, instead: bytes) -> bytes:
    """Return JSON text with ``instead`` in the place of each container below so many levels."""
    kept: list[bytes] = []
    start = depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in (b"[", b"{"):
            depth += 1
            if depth == levels + 1:
                kept += text[start : token.start()], instead
        elif token[0] in (b"]", b"}"):
            depth -= 1
            if depth == levels:
                start = token.end()
    return b"".join([*kept, text[start:] if depth <= levels else b""])
