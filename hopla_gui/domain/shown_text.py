"""Text that comes from jobs, made safe to show: bounded, with nothing invisible left in it.

Control characters are named as ``⟨ESC⟩``, for many fonts have no symbols for them; characters that
reorder or hide text as ``⟨U+202E⟩``.
Pure functions; no Qt.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

CELL_LIMIT = 300
LINE_LIMIT = 5_000

_CUT = re.compile(r"… \((cut at [\d,]+ characters)\)\Z")  # as the capture of values writes it
_CUT_LENGTH = 50

_TAGS = range(0xE0000, 0xE0080)
_BIDI_AND_INVISIBLE = (
    *range(0x200E, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    0x061C,
    0x180E,
    0x200B,
    0xFEFF,
    *_TAGS,
)
_CONTROLS = (
    *("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR"),
    *("SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB"),
    *("ESC", "FS", "GS", "RS", "US"),
)
_SYMBOLS: dict[int, str] = {
    **{code: f"⟨{name}⟩" for code, name in enumerate(_CONTROLS)},
    0x7F: "⟨DEL⟩",
    **{code: f"⟨U+{code:04X}⟩" for code in (*range(0x80, 0xA0), *_BIDI_AND_INVISIBLE)},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # lone surrogates: Qt cannot hold them
}
_ONE_LINE = {**_SYMBOLS, 0x0A: "⏎", 0x09: " "}
_MANY_LINES = {code: text for code, text in _SYMBOLS.items() if code not in (0x09, 0x0A)}


def _any_of(codes: Iterable[int]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(re.escape(chr(code)) for code in codes)}]")


# Tags apart, for they lie beyond U+FFFF: with one of them in a set `re` tries each part in turn.
_SUSPECT, _SUSPECT_LINES = (_any_of(codes.keys() - _TAGS) for codes in (_ONE_LINE, _MANY_LINES))
_SUSPECT_TAG = re.compile(f"[{chr(_TAGS[0])}-{chr(_TAGS[-1])}]")


def one_line(text: str, limit: int = CELL_LIMIT) -> str:
    """Return ``text`` on one line, cut where it is longer than ``limit``."""
    shown = text[:limit]
    if _SUSPECT.search(shown) or _SUSPECT_TAG.search(shown):
        shown = shown.translate(_ONE_LINE)
    return shown if len(text) <= limit else f"{shown}… ({len(text):,} characters)"


def cut_words(text: str) -> str:
    """Return ``cut at 10,000,000 characters`` of a traced text that was; nothing of a whole one."""
    found = _CUT.search(text[-_CUT_LENGTH:])
    return found[1] if found else ""


def is_plain(text: str) -> bool:
    """Whether there is nothing in a text to be named: it may have line breaks and tabs."""
    return not (_SUSPECT_LINES.search(text) or _SUSPECT_TAG.search(text))


def name_controls(text: str) -> str:
    """Return a text with its line breaks and tabs, and the name of any other control character."""
    return text if is_plain(text) else text.translate(_MANY_LINES)


def many_lines(text: str, limit: int = 200_000, line_limit: int = LINE_LIMIT) -> str:
    """Return ``text`` with its line breaks; of what is too long the beginning and the end."""
    if len(text) > limit:
        half = limit // 2
        left_out = f"\n… {len(text) - 2 * half:,} characters left out …\n"
        text = text[:half] + left_out + text[-half:]
    text = name_controls(text.replace("\r\n", "\n"))
    if len(text) <= line_limit:
        return text
    return "\n".join(cut(line, line_limit) for line in text.split("\n"))


def tip(text: str) -> str:
    """Return a text as a tool tip, escaped: Qt would read what looks like HTML as HTML."""
    return f"<p>{html.escape(one_line(text, 1_000))}</p>" if text else ""


def cut(line: str, limit: int = LINE_LIMIT) -> str:
    """Return a line that a text widget can lay out at once."""
    return line if len(line) <= limit else f"{line[:limit]}… ({len(line):,} characters)"
