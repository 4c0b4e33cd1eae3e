"""How argparse reads the strings of a command line, from Python 3.6 to 3.14.

Where versions differ, or where the ``inspect`` JSON does not tell (``allow_abbrev``, the prefix
characters of a subparser), the reading that needs more care is taken: a string that some version
could read as a flag reads as a flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hopla_gui.domain.params import Nargs, ParamSpec

REMAINDER = "..."
PARSER = "A..."

# -1 and -.5 are values in every version; -1e-5 only in those that look at the first digit alone
_NEGATIVE_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
_LIKE_A_NEGATIVE_NUMBER = re.compile(r"-\.?\d")

# argparse's own patterns of a positional: A a value, O a flag, - the separator "--"
_PATTERNS = {
    None: "(-*A-*)",
    "?": "(-*A?-*)",
    "*": "(-*[A-]*)",
    "+": "(-*A[A-]*)",
    REMAINDER: "([-AO]*)",
    PARSER: "(-*A[-AO]*)",
}


class ArgReader:
    """Reads strings as one parser does: the program's own, or that of a subcommand."""

    def __init__(
        self, params: Iterable[ParamSpec], prefix_chars: str, python: tuple[int, ...] = (3, 6)
    ) -> None:
        self._options = {flag for param in params for flag in param.flags}
        self._prefix_chars = frozenset(prefix_chars) | {flag[0] for flag in self._options}
        self._has_numeric_flags = any(map(_LIKE_A_NEGATIVE_NUMBER.match, self._options))
        # 3.6 and 3.7 do not take -ovalue apart where abbreviations are off
        self._splits_short_flags = python >= (3, 8)
        # before 3.13 a "--" attached to its flag is dropped
        self.keeps_attached_dashes = python >= (3, 13)

    def is_flag(self, text: str) -> bool:
        """Whether the string could be read as a flag, known or not, or as the ``--`` separator."""
        if text == "--" or text in self._options:
            return True
        if len(text) < 2 or text[0] not in self._prefix_chars:
            return False
        if text.partition("=")[0] in self._options or self._matches(text):
            return True
        if _NEGATIVE_NUMBER.fullmatch(text) and not self._has_numeric_flags:
            return False
        return " " not in text

    def is_ambiguous(self, text: str) -> bool:
        """Whether it abbreviates several flags: older parsers end there, wherever it stands."""
        if len(text) < 2 or text[0] not in self._prefix_chars or text == "--":
            return False
        if text in self._options or text.partition("=")[0] in self._options:
            return False
        return len(self._matches(text)) > 1

    def attached(self, flag: str, text: str) -> str:
        """Return flag and value as one string: ``--opt=value``, ``-ovalue``."""
        glued = flag + text
        is_short = len(flag) == 2 and flag[1] not in self._prefix_chars
        if is_short and self._splits_short_flags and text and self._matches(glued) == {flag}:
            stem = glued.partition("=")[0]
            if stem not in self._options and glued not in self._options:
                return glued
        return f"{flag}={text}"

    def _matches(self, text: str) -> set[str]:
        """Return the flags that the string may stand for, by abbreviation or as ``-ovalue``."""
        stem = text.partition("=")[0]
        found = {option for option in self._options if option.startswith(stem)}
        if text[1] not in self._prefix_chars and text[:2] in self._options:
            found.add(text[:2])
        return found


def match_positionals(nargs: Sequence[Nargs], pattern: str) -> list[int]:
    """Return how many strings of the pattern each positional takes, as argparse shares them out.

    Positionals for which no string is left over are missing at the end.
    """
    for length in range(len(nargs), 0, -1):
        wanted = "".join(map(_pattern, nargs[:length]))
        if found := re.match(wanted, pattern):
            return [len(group) for group in found.groups()]
    return []


def _pattern(nargs: Nargs) -> str:
    if isinstance(nargs, int):
        return f"(-*{'-*'.join('A' * nargs)}-*)"
    return _PATTERNS[nargs]
