"""The language of the filter box: text to a tree. Pure; nothing of it is Python.

::

    state:failed lr>0.01 outputs.score<0.5 "out of memory"

Terms that stand side by side must all hold; ``or`` holds where one side does, ``not`` or a ``-``
before a term turns it round, parentheses group. A term is a word (found anywhere in what a job
runs, or in why it failed), or a comparison: ``name:text`` (contains), ``=``, ``!=``, ``<``,
``<=``, ``>``, ``>=``. ``name:a,b`` holds for either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

MOST_DEPTH = 50

_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|$)'
_OPERATOR = r"!=|<=|>=|==|=|<|>|:"
_NAME = rf'(?:{_QUOTED}|[^\s"()<>=!:|,])+'
_COMPARISON = re.compile(rf"({_NAME})({_OPERATOR})", re.DOTALL)
_VALUE = re.compile(rf'({_QUOTED})|([^\s"(),]+)', re.DOTALL)
_SIGN = re.compile(r"!=|[<=>]+")
_WORD = re.compile(rf'({_QUOTED})|([^\s"()]+)', re.DOTALL)
_JOINT = re.compile(r"(and|or|not)(?=[\s()]|$)|([()|&])", re.IGNORECASE)
_MINUS = re.compile(r"-(?=[^\s\-)])")


class Operator(StrEnum):
    """How a value is compared."""

    CONTAINS = ":"
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Word:
    """A text that is found anywhere in what a job runs or in why it failed."""

    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column compared with one of several values."""

    name: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part does not."""

    part: Query


@dataclass(frozen=True, slots=True)
class All:
    """Holds where all parts do; with none, everywhere."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds where one of the parts does."""

    parts: tuple[Query, ...]


Query: TypeAlias = Word | Comparison | Not | All | Any
EVERYTHING = All(())


class QueryError(ValueError):
    """What is wrong with a query, in a few words."""


def parse_query(text: str) -> Query:
    """Return what a text asks for.

    Raises
    ------
    QueryError
        Where it is no query.
    """
    parser = _Parser(text)
    query = parser.any(0)
    if parser.joint() is not None:
        raise QueryError("a ) has no ( before it")
    return query


def unquoted(text: str) -> str:
    """Return a quoted text without its quotes; any other as it stands."""
    if not text.startswith('"'):
        return text
    inner = re.sub(r"\\(.)", r"\1", text[1:], flags=re.DOTALL)
    ends = len(text) > 1 and text.endswith('"') and not _ends_escaped(text)
    return inner[:-1] if ends else inner


def _ends_escaped(text: str) -> bool:
    before = text[1:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def joint(self) -> str | None:
        """Return the word or sign that joins terms and comes next, if one does."""
        self._skip_space()
        found = _JOINT.match(self._text, self._place)
        return found[0].casefold() if found else None

    def _skip_space(self) -> None:
        while self._place < len(self._text) and self._text[self._place].isspace():
            self._place += 1

    def _take(self, *joints: str) -> bool:
        found = self.joint()
        if found not in joints:
            return False
        self._place += len(found)
        return True

    def any(self, depth: int) -> Query:
        if depth > MOST_DEPTH:
            raise QueryError("parentheses are nested too deep")
        parts = [self._all(depth)]
        while self._take("or", "|"):
            if parts[-1] == EVERYTHING:
                raise QueryError("nothing stands before “or”")
            parts.append(self._all(depth))
            if parts[-1] == EVERYTHING:
                raise QueryError("nothing stands after “or”")
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self, depth: int) -> Query:
        parts: list[Query] = []
        while True:
            if self._take("and", "&"):
                continue
            if self.joint() in ("or", "|", ")") or self._place >= len(self._text):
                return parts[0] if len(parts) == 1 else All(tuple(parts))
            parts.append(self._one(depth))

    def _one(self, depth: int) -> Query:
        if self._takes_not():
            if depth > MOST_DEPTH:
                raise QueryError("“not” is nested too deep")
            if self.joint() in ("or", "|", ")", "and", "&") or self._place >= len(self._text):
                raise QueryError("nothing stands after “not”")
            return Not(self._one(depth + 1))
        if self._take("("):
            inner = self.any(depth + 1)
            if not self._take(")"):
                raise QueryError("a ( has no ) after it")
            return inner
        return self._comparison() or self._word()

    def _takes_not(self) -> bool:
        if self._take("not"):
            return True
        found = _MINUS.match(self._text, self._place)
        self._place = found.end() if found else self._place
        return found is not None

    def _comparison(self) -> Comparison | None:
        found = _COMPARISON.match(self._text, self._place)
        if found is None:
            return None
        self._place = found.end()
        name, sign = found[1], found[2]
        values = [self._value(name + sign)]
        while self._text.startswith(",", self._place):
            self._place += 1
            values.append(self._value(name + sign))
        return Comparison(name, Operator("=" if sign == "==" else sign), tuple(values))

    def _value(self, before: str) -> str:
        found = _VALUE.match(self._text, self._place)
        if found is None:
            raise QueryError(f"a value is missing after {before[:60]}")
        sign = _SIGN.match(found[0])
        if sign is not None:  # ``lr>>3``, ``lr=>3``: a slip, for hardly any value begins so
            said = f"{before[:60]}{sign[0]} is not understood"
            raise QueryError(f"{said}: a value that begins with {sign[0]} stands in quotes")
        self._place = found.end()
        return unquoted(found[0])

    def _word(self) -> Query:
        found = _WORD.match(self._text, self._place)
        if found is None:
            raise QueryError(f"“{self._text[self._place : self._place + 20]}” is not understood")
        self._place = found.end()
        text = unquoted(found[0])
        return Word(text) if text else EVERYTHING


def comparisons(query: Query) -> list[Comparison]:
    """Return every comparison of a query, from left to right."""
    match query:
        case Comparison():
            return [query]
        case Not(part):
            return comparisons(part)
        case All(parts) | Any(parts):
            return [found for part in parts for found in comparisons(part)]
    return []


def words(query: Query) -> list[str]:
    """Return every word of a query, from left to right."""
    match query:
        case Word(text):
            return [text]
        case Not(part):
            return words(part)
        case All(parts) | Any(parts):
            return [found for part in parts for found in words(part)]
    return []
