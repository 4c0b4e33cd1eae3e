"""A command as a line of bash: pure quoting, the same on every platform."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_ALL_PLAIN = re.compile(r"[\w@%+=:,./-]+(?:\0[\w@%+=:,./-]+)*", re.ASCII)
# What ends a line, or turns the order of what follows: the command would not read as it runs.
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "'": "\\'", "\\": "\\\\", "!": "\\041"}
_PLAIN_JSON = re.compile(r'\["[\w@%+=:,./-]+"(?:,"[\w@%+=:,./-]+")*\]', re.ASCII)


def shell_line_of_json(text: str) -> str:
    """Return `shell_line` of a command as compact JSON: most need not be taken apart."""
    if _PLAIN_JSON.fullmatch(text):
        return text[2:-2].replace('","', " ")
    return shell_line(json.loads(text))


def shell_line(argv: Iterable[str]) -> str:
    """Return a command as one line that pastes into bash: the same on every platform."""
    words = list(argv)
    joined = "\0".join(words)
    if _ALL_PLAIN.fullmatch(joined):  # as most are: one look instead of one a word
        return joined.replace("\0", " ")
    return " ".join(map(_quoted, words))


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    if not _CONTROL.search(text):
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if not _CONTROL.match(char):
        return char
    # octal: a hexadecimal escape would swallow a digit that follows
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
