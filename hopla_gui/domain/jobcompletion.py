"""What may come next in the filter box: names, states and values at the cursor. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MOST = 30

_TOKEN = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^\s"()])*$', re.DOTALL)
_SPLIT = re.compile(
    r'((?:"(?:[^"\\]|\\.)*"|[^\s"()<>=!:|,])+)(!=|<=|>=|==|=|<|>|:)(.*)$', re.DOTALL
)
_NEEDS_QUOTES = re.compile(r'[\s"(),<>=!:|]')


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be put in, and a word on what it is."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand in place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(
    text: str,
    cursor: int,
    names: Iterable[Candidate],
    values_of: Callable[[str], Sequence[str]],
) -> Completion:
    """Return what may stand at the cursor of a query.

    Parameters
    ----------
    names
        All columns that can be compared.
    values_of
        Returns values that the column of a name has.
    """
    found = _TOKEN.search(text[:cursor])
    token = found[0] if found else ""
    start = cursor - len(token)
    if token.startswith("-") and not token.startswith("--"):
        token, start = token[1:], start + 1
    compared = _SPLIT.match(token)
    if compared is None:
        return Completion(start, cursor, tuple(_best(token, names)))
    last = compared[3].rpartition(",")[2]
    values = (Candidate(quoted(value)) for value in values_of(compared[1]))
    return Completion(cursor - len(last), cursor, tuple(_best(last, values)))


def _best(typed: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates that hold what is typed, those that begin with it first."""
    wanted = typed.casefold().strip('"')
    begin, hold = [], []
    for one in candidates:
        shown = one.text.casefold().strip('"')
        if shown.startswith(wanted):
            begin.append(one)
        elif wanted in shown:
            hold.append(one)
    found = (begin + hold)[:MOST]
    return [] if [one.text for one in found] == [typed] else found


def quoted(text: str) -> str:
    """Return a value as it is written in a query."""
    if text and not _NEEDS_QUOTES.search(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
