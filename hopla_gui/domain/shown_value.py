"""A JSON value as people read it: on one line, bounded. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from hopla_gui.domain.shown_text import CELL_LIMIT, cut_words, one_line


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
        said = cut_words(value) if len(value) > limit else ""
        return f"{one_line(value[:limit], limit)}… ({said})" if said else one_line(value, limit)
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


def shown_key(key: object, limit: int) -> str:
    """Return a key on one line; an empty one quoted, so that it can be seen."""
    return one_line(str(key), limit) or '""'


def _scalar(value: object, limit: int) -> str:
    # An integer of millions of digits takes minutes to write, and Python refuses it.
    if isinstance(value, int) and value.bit_length() > 4000:
        return f"int of {value.bit_length():,} bits"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return one_line(repr(value), limit)


def _pieces(value: object, depth: int) -> Iterator[str]:
    """Yield the pieces of a value's text, so that the caller can stop early."""
    if depth > 4 and isinstance(value, Mapping | list | tuple):
        yield "…"
    elif isinstance(value, Mapping):
        yield "{"
        for place, (key, item) in enumerate(value.items()):
            yield f"{', ' if place else ''}{shown_key(key, 40)}: "
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
