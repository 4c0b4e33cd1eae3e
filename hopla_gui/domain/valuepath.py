"""Where a value lies in what a job handed over: ``outputs.score``, ``outputs.scores.0``.

A path names keys and list indices, joined by dots; ``scores[0]`` says the same as ``scores.0``. A
key that holds anything but letters, digits, ``_`` and ``-`` stands in double quotes, with a
backslash before a quote or a backslash in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

MOST_DEPTH = 6
MOST_ITEMS = 8  # of a list; a longer one is data, not a row of named things

_STEP = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|\[(-?\d+)\]|([^.\["]+))', re.DOTALL)
_PLAIN = re.compile(r"[^\W]+(?:-+[^\W]+)*", re.ASCII)

Path = tuple[str, ...]


def parse_path(text: str) -> Path:
    """Return the steps of a path.

    Raises
    ------
    ValueError
        Where it is none.
    """
    steps: list[str] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None or (not steps and text[place] == "."):
            raise ValueError(f"{text!r} is no path of a value")
        quoted, index, plain = found.groups()
        steps.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else index or plain)
        place = found.end()
    if not steps:
        raise ValueError("an empty text is no path of a value")
    return tuple(steps)


def path_text(steps: Sequence[str]) -> str:
    """Return a path as it is written; `parse_path` gives the steps back."""
    return ".".join(step if _PLAIN.fullmatch(step) else _quoted(step) for step in steps)


def _quoted(step: str) -> str:
    escaped = step.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def dig(value: object, steps: Sequence[str]) -> object:
    """Return what lies at a path, ``None`` where nothing does."""
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple):
            value = _item(value, step)
        else:
            return None
    return value


def _item(values: Sequence[object], step: str) -> object:
    try:
        place = int(step)
        return values[place] if place >= 0 else None
    except (ValueError, IndexError):
        return None


def leaves(value: object, steps: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield (path, value) of each number, text or truth value, of short lists each item's too."""
    if isinstance(value, Mapping):
        parts: Iterator[tuple[str, object]] = ((str(key), part) for key, part in value.items())
    elif isinstance(value, list | tuple) and len(value) <= MOST_ITEMS:
        parts = ((str(place), part) for place, part in enumerate(value))
    else:
        if steps and isinstance(value, bool | int | float | str):
            yield steps, value
        return
    if len(steps) < MOST_DEPTH:
        for step, part in parts:
            yield from leaves(part, (*steps, step))
