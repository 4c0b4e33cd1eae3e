"""What stands beside the ticks and in the key for long texts: the part of each that tells it apart.

Of ``/data/study/sub-01/anat/sub-01_T1w.nii.gz`` and its likes that is ``…sub-01…``. Cut in the
middle, as there is room, they would all read the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONG = 16  # characters; with shorter texts only, all stay as they are
_SEPARATORS = re.compile(r"([/\\\s_,;:=|]+)")
_CUT = "…"


def telling(texts: Sequence[str]) -> tuple[str, ...]:
    """Return texts without the words that all of them share, as far as those are alike in build.

    Texts that differ still do.
    """
    if len(texts) < 2 or max(map(len, texts)) <= LONG:
        return tuple(texts)
    words = [_SEPARATORS.split(text) for text in texts]
    if len({len(found) for found in words}) > 1:
        return tuple(texts)
    kept = _differing(list(zip(*words, strict=True)))
    if not kept:
        return tuple(texts)
    return tuple("".join(_joined(found, kept)) for found in words)


def _differing(columns: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the places of words that differ, those that only repeat another one left out."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for place, column in enumerate(columns):
        if len(set(column)) > 1 and column not in seen:
            seen.add(column)
            kept.append(place)
    return kept


def _joined(words: Sequence[str], kept: Sequence[int]) -> Iterator[str]:
    """Yield the kept words; what was between them as it was where it is only a separator."""
    last = -1
    for place in kept:
        between = words[last + 1 : place]
        if last >= 0 and len(between) == 1:
            yield between[0]
        elif any(between):
            yield _CUT
        yield words[place]
        last = place
    if any(words[last + 1 :]):
        yield _CUT
