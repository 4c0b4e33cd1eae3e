"""Messages with what varies in them masked: numbers, paths, quoted texts and the like.

`mask_message` looks at one message: messages that differ in such parts alone have one mask.
`shared_message` looks at several of one mask, and keeps of those parts what is the same in all.
Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

MASK = "…"
MOST = 300  # characters of a masked message
_PASSES = 8

_VARIABLE_PARTS = re.compile(
    r"""
      (?P<uuid>(?<!W)[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?!W))
    | (?P<hex>(?<!W)0[xX][0-9a-fA-F]+(?!W))
    | (?P<quoted>(?<!W)(?:'[^'\n]*' | "[^"\n]*" | `[^`\n]*`)(?!W))
    | (?P<curly>\u2018[^\u2019\n]*\u2019 | \u201c[^\u201d\n]*\u201d)
    | (?P<path>(?<![.])(?<!W)(?:[A-Za-z]:)?(?:[\\/]|\.{1,2}/|~/)[^\s:,;'"()<>\[\]{}…]+)
    | (?P<digest>(?<!W)(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,}(?!W))
    | (?P<number>(?<![.])(?<!W)[-+]?(?:\d[\d_]*(?:[.,]\d+)*|\.\d+)(?:[eE][-+]?\d+)?)
    """.replace(
        "W", rf"[\w{MASK}]"
    ),  # what is masked already is a word: masking again does nothing
    re.VERBOSE,
)
_MASKED_RUNS = re.compile(rf"{MASK}(?:,\s*{MASK})+")

_FINE = (_VARIABLE_PARTS,)
_WHOLE = (_VARIABLE_PARTS, _MASKED_RUNS)  # "(1, 2)" and "(1, 2, 3)" are one


def first_line(text: str) -> str:
    """Return the first line of a message, as far as it is looked at."""
    return text[: 8 * MOST].strip().partition("\n")[0].strip()[: 4 * MOST]


def mask_message(text: str) -> str:
    """Return the first line of a message with numbers, paths, quoted texts, … masked."""
    masked = first_line(text)
    # As `_taken_apart`, in half the time: this is done for each job that fails.
    for _ in range(_PASSES):  # what is masked may have been in the way of something else
        before, masked = masked, _MASKED_RUNS.sub(MASK, _VARIABLE_PARTS.sub(MASK, masked))
        if masked == before:
            break
    return masked if len(masked) <= MOST else masked[: MOST - 1] + MASK


def shared_message(message: str, other: str) -> str:
    """Return what two messages of one mask say alike.

    Parameters
    ----------
    message
        The first line of a message, or what several share.
    other
        The first line of another one.

    Returns
    -------
    str
        ``message`` with those of its variable parts masked that differ; with all of them masked
        where the two are not built alike.
    """
    if message == other or _covers(message, other):
        return message
    for patterns in (_FINE, _WHOLE):
        mask, parts = _taken_apart(message, patterns)
        other_mask, others = _taken_apart(other, patterns)
        if mask == other_mask:
            pairs = zip(parts, others, strict=True)
            return _filled(mask, (one if one == two else MASK for one, two in pairs))
    return mask_message(message)


def _covers(message: str, other: str) -> bool:
    """Whether a message says what another one does, whatever its masks stand for.

    Most jobs of a large group tell nothing new: this is much faster than to take both apart.
    """
    first, *rest = message.split(MASK)
    if not rest or not other.startswith(first):
        return False
    *between, last = rest
    at = len(first)
    for said in between:
        found = other.find(said, at)
        if found < 0:
            return False
        at = found + len(said)
    return other.endswith(last) and len(other) - len(last) >= at


def _taken_apart(text: str, patterns: Iterable[re.Pattern[str]]) -> tuple[str, list[str]]:
    """Return a line masked, and what each mask in it stands for."""
    parts = [MASK] * text.count(MASK)
    for _ in range(_PASSES):
        before = text
        for pattern in patterns:
            text, parts = _masked_once(pattern, text, parts)
        if text == before:
            break
    return text, parts


def _masked_once(
    pattern: re.Pattern[str], text: str, parts: Iterable[str]
) -> tuple[str, list[str]]:
    """Mask what a pattern finds; masks within that are part of what the new one stands for."""
    left = iter(parts)
    found: list[str] = []
    said: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        said.append(text[end : match.start()])
        found += islice(left, said[-1].count(MASK))
        found.append(_filled(match[0], left))
        end = match.end()
    said.append(text[end:])
    return MASK.join(said), [*found, *left]


def _filled(text: str, parts: Iterable[str]) -> str:
    """Return a text with its masks replaced by the next parts."""
    given: Iterator[str] = iter(parts)
    first, *rest = text.split(MASK)
    return first + "".join(f"{next(given)}{said}" for said in rest)
