"""The one line of a traceback that says what went wrong."""

from __future__ import annotations

import re
from itertools import takewhile

_MARGIN = "  | "  # of an exception group
_HEADER = re.compile(
    r"^(?:Traceback|  \+ Exception Group Traceback) \(most recent call last\):$", re.MULTILINE
)


def error_line(traceback: str) -> str:
    """Return ``ValueError: x``: of a long message the first line, of a group the group's own.

    Parameters
    ----------
    traceback
        As Python shows it; of any other text it is the last line.
    """
    lines = _last_block(traceback)
    frames = [place for place, line in enumerate(lines) if line.startswith('  File "')]
    after = lines[frames[-1] + 1 :] if frames else lines[-1:]
    found = next((line for line in after if not line[0].isspace()), "".join(lines[-1:]))
    return found.strip()


def _last_block(traceback: str) -> list[str]:
    """Return what stands below the last header, without the members of a group."""
    headers = list(_HEADER.finditer(traceback))
    header = headers[-1] if headers else None
    lines = traceback[header.end() if header else 0 :].splitlines()
    if header is not None and header[0].startswith("  +"):
        own = takewhile(lambda line: line.startswith(_MARGIN), lines[1:])
        lines = [line[len(_MARGIN) :] for line in own]
    return [line for line in lines if line.strip()]
