"""Times as people write them: 90, 10 min, 1h30m."""

from __future__ import annotations

import re

_SECONDS = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*")


def parse_duration(text: str) -> float | None:
    """Return seconds, ``None`` for what is no time."""
    rest, total = text.strip().lower(), 0.0
    while rest:
        found = _PART.match(rest)
        if found is None or found[2] not in _SECONDS:
            return None
        total += float(found[1]) * _SECONDS[found[2]]
        rest = rest[found.end() :]
    return total if text.strip() else None


def duration_text(seconds: float) -> str:
    """Return a time that `parse_duration` reads back."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.15g} s"
