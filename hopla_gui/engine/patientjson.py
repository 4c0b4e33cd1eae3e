"""JSON of many megabytes, read and written piece by piece.

Python's reader and writer hold the interpreter's lock until they are done, a second for a list of a
million numbers: no other thread runs meanwhile, and a window stands still. Here they get a piece at
a time. What is small goes to them as it is.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping

LARGE = 500_000  # characters of text from which it is read in pieces
PIECE = 100_000
SHORT = 2_000  # characters of a list or table that is read at once
MOST_ITEMS = 2_000  # values of a piece that is written

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\n\r]*")
_SPECIAL = re.compile(r'[][{}"]')
_MOST_ESCAPE = 12  # characters of two escapes that are one character


def loads(text: str, decoder: json.JSONDecoder = _DECODER) -> object:
    """Read JSON, as ``decoder`` reads it.

    Raises
    ------
    ValueError
        Where it is none.
    RecursionError
        Where it is nested too deep.
    """
    if len(text) <= LARGE:
        return decoder.decode(text)
    try:
        reader = _Reader(text, decoder)
        value, end = reader.value(reader.skip(0))
        if reader.skip(end) != len(text):
            raise ValueError("something follows the JSON")
    except (StopIteration, IndexError) as error:
        raise ValueError("the JSON ends in its midst, or holds what is none") from error
    return value


class _Reader:
    """Reads one text; each method takes a place and returns a value and where it ends."""

    def __init__(self, text: str, decoder: json.JSONDecoder) -> None:
        self._text = text
        self._decode = decoder.decode
        self._scan = decoder.scan_once  # type: ignore[attr-defined]

    def skip(self, place: int) -> int:
        """Return where the blanks from a place on end."""
        found = _BLANK.match(self._text, place)
        return found.end() if found else place

    def value(self, place: int) -> tuple[object, int]:
        """Read the value that begins at a place."""
        mark = self._text[place]
        if mark == '"':
            return self._string(place)
        if mark not in "[{":
            value, end = self._scan(self._text, place)
            return value, end
        with contextlib.suppress(ValueError, StopIteration):  # it does not end so soon
            value, length = self._scan(self._text[place : place + SHORT], 0)
            return value, place + length
        return self._table(place + 1) if mark == "{" else self._list(place + 1)

    def _table(self, place: int) -> tuple[dict[str, object], int]:
        found: dict[str, object] = {}
        place = self.skip(place)
        if self._text[place] == "}":
            return found, place + 1
        while True:
            if self._text[place] != '"':
                raise ValueError("a key of a table is no text")
            key, place = self._string(place)
            place = self._after(place, ":")
            found[key], place = self.value(place)
            place = self.skip(place)
            if self._text[place] == "}":
                return found, place + 1
            place = self._after(place, ",")

    def _list(self, place: int) -> tuple[list[object], int]:
        found: list[object] = []
        place = self.skip(place)
        if self._text[place] == "]":
            return found, place + 1
        while True:
            flat, place = self._flat(place)
            found += flat
            if not flat:
                item, place = self.value(place)
                found.append(item)
                place = self.skip(place)
            if self._text[place] == "]":
                return found, place + 1
            place = self._after(place, ",")

    def _flat(self, place: int) -> tuple[list[object], int]:
        """Read items that are numbers and the like; stop before what follows the last of them."""
        special = _SPECIAL.search(self._text, place, place + PIECE)
        if special and special[0] == "]":
            end = special.start()
        else:
            end = self._text.rfind(",", place, special.start() if special else place + PIECE)
        if end <= place:
            return [], place
        items = self._decode(f"[{self._text[place:end]}]")
        return list(items), end

    def _string(self, place: int) -> tuple[str, int]:
        end = self._text.find('"', place + 1, place + PIECE)
        if end < 0:
            return self._long_string(place)
        value, end = self._scan(self._text, place)
        return value, end

    def _long_string(self, place: int) -> tuple[str, int]:
        """Read a text that may be long, cut where no escape is cut."""
        end = self._end_of_string(place + 1)
        pieces: list[str] = []
        start = place + 1
        while end - start > PIECE:
            cut = self._safe_cut(start + PIECE, start)
            pieces.append(self._decode(f'"{self._text[start:cut]}"'))
            start = cut
        pieces.append(self._decode(f'"{self._text[start:end]}"'))
        return "".join(pieces), end + 1

    def _end_of_string(self, place: int) -> int:
        while True:
            end = self._text.index('"', place)
            before = end
            while self._text[before - 1] == "\\":
                before -= 1
            if (end - before) % 2 == 0:
                return end
            place = end + 1

    def _safe_cut(self, cut: int, start: int) -> int:
        """Return a place near ``cut`` that lies in no escape, nor between two that are one."""
        for place in range(cut, max(cut - 2_000, start + _MOST_ESCAPE), -1):
            if "\\" not in self._text[place - _MOST_ESCAPE : place]:
                return place
        return self._after_escapes(start, cut)

    def _after_escapes(self, start: int, cut: int) -> int:
        """Return the first place from ``cut`` on that is no midst of an escape, or of a pair."""
        place = start
        while place < cut:
            place = _next_character(self._text, place)
        return place

    def _after(self, place: int, mark: str) -> int:
        place = self.skip(place)
        if self._text[place] != mark:
            raise ValueError(f"{mark!r} is missing")
        return self.skip(place + 1)


def _next_character(text: str, place: int) -> int:
    """Return where the character that is written at a place ends."""
    if text[place] != "\\":
        return place + 1
    if text[place + 1] != "u":
        return place + 2
    is_first_half = text[place + 2 : place + 4].lower() in ("d8", "d9", "da", "db")
    is_pair = is_first_half and text[place + 6 : place + 8] == "\\u"
    return place + (12 if is_pair else 6)


def dumps(value: object, encoder: json.JSONEncoder) -> str:
    """Write JSON, as ``encoder`` writes it on one line."""
    return encoder.encode(value) if is_small(value) else "".join(_pieces(value, encoder))


def _pieces(value: object, encoder: json.JSONEncoder) -> Iterator[str]:
    if isinstance(value, dict) and not is_small(value):
        mark = "{"
        for key, item in value.items():
            yield f"{mark}{encoder.encode({key: None})[1:-5]}"
            yield from _pieces(item, encoder)
            mark = encoder.item_separator
        yield "}"
    elif isinstance(value, list) and not is_small(value):
        yield "["
        yield from _items(value, MOST_ITEMS, encoder)
        yield "]"
    else:
        yield encoder.encode(value)


def _items(items: list[object], step: int, encoder: json.JSONEncoder) -> Iterator[str]:
    """Write as many items at once as are few values together."""
    mark = ""
    for start in range(0, len(items), step):
        part = items[start : start + step]
        yield mark
        if is_small(part):
            yield encoder.encode(part)[1:-1]
        elif len(part) == 1:
            yield from _pieces(part[0], encoder)
        else:
            yield from _items(part, max(step // 20, 1), encoder)
        mark = encoder.item_separator


def is_small(value: object) -> bool:
    """Whether a value holds but few values, at all depths."""
    waiting = [value]
    seen = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            seen += len(item)
            waiting += item.values() if seen <= MOST_ITEMS else ()
        elif isinstance(item, list):
            seen += len(item)
            waiting += (x for x in item if isinstance(x, list | dict)) if seen <= MOST_ITEMS else ()
        if seen > MOST_ITEMS:
            return False
    return True
