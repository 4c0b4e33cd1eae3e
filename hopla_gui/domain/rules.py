"""Exclusion rules, ``lr > 0.1 and batch == 8``: their text to a tree. Nothing of it is Python.

    or ─ and ─ not ─ comparison (== != < <= > >= in, not in) ─ sum (+ -) ─ product (* / %) ─ atom

Atoms are numbers, texts in quotes, true, false, null, names of parameters (between backquotes
where they are no plain words), lists in brackets and anything in parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

from hopla_gui.errors import UserError

MAX_TEXT = 4000
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |`(?P<quoted>[^`]+)`
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>==|!=|<=|>=|[<>+\-*/%(),\[\]])
    |(?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_CONSTANTS = {"true": True, "false": False, "null": None, "True": True, "False": False}
_CONSTANTS["None"] = None
_WORDS = ("and", "or", "not", "in")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


class Literal(NamedTuple):
    """A value that is written down."""

    value: object
    depth: int = 1


class Name(NamedTuple):
    """A parameter."""

    name: str
    column: int
    depth: int = 1


class Operation(NamedTuple):
    """An operator and what it works on; ``negative`` is the minus of one number."""

    operator: str
    operands: tuple[Node, ...]
    column: int
    depth: int


Node: TypeAlias = Literal | Name | Operation


@dataclass(frozen=True)
class Rule:
    """A condition on a job's parameters: jobs that fulfil it are left out."""

    text: str

    @cached_property
    def tree(self) -> Node:
        """The condition.

        Raises
        ------
        UserError
            Where it cannot be read, with a caret below the place.
        """
        return _Reader(self).read()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it looks at."""
        return tuple(dict.fromkeys(node.name for node in _names(self.tree)))

    def renamed(self, new_name: Callable[[str], str]) -> Rule:
        """Return the rule with other names of parameters, all else as it is written."""
        text = self.text
        for node in sorted(_names(self.tree), key=lambda node: -node.column):
            new = new_name(node.name)
            start, end = node.column, node.column + len(node.name)
            if text[start - 1 : start] != "`" and not _is_plain(new):
                new = f"`{new}`"
            text = text[:start] + new + text[end:]
        return Rule(text)

    def error(self, column: int, what: str) -> UserError:
        """Return an error that shows the place in the rule."""
        shown = self.text.replace("\n", " ").replace("\t", " ")
        where = f"rule {shown!r}, column {column + 1}: {what}"
        return UserError(where, f"{shown}\n{' ' * column}^")


def _is_plain(name: str) -> bool:
    """Whether a name needs no backquotes."""
    return name.isidentifier() and name not in _CONSTANTS and name not in _WORDS


def _names(node: Node) -> Iterator[Name]:
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Operation):
        for operand in node.operands:
            yield from _names(operand)


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class _Reader:
    """Reads one rule, a token ahead."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        if len(rule.text) > MAX_TEXT:
            raise rule.error(0, f"longer than {MAX_TEXT} characters")
        self._tokens = self._split()
        self._next = next(self._tokens)
        self._open = 0

    def read(self) -> Node:
        if self._next.kind == "end":
            raise self._rule.error(0, "it is empty")
        node = self._or()
        if self._next.kind != "end":
            raise self._unexpected("an operator")
        return node

    def _split(self) -> Iterator[_Token]:
        text, place = self._rule.text, 0
        while True:
            found = _TOKEN.match(text, place)
            if not found:
                column = place + len(text[place:]) - len(text[place:].lstrip())
                raise self._rule.error(column, _unreadable(text[column:]))
            kind = str(found.lastgroup)
            yield _Token(kind, found[kind], found.start(kind))
            place = found.end()

    # -- from the loosest operator to the tightest -----------------------------------------------

    def _or(self) -> Node:
        return self._chain("or", self._and)

    def _and(self) -> Node:
        return self._chain("and", self._not)

    def _chain(self, word: str, read: Callable[[], Node]) -> Node:
        node = read()
        while self._is(word):
            column = self._take().column
            node = self._node(word, (node, read()), column)
        return node

    def _not(self) -> Node:
        if not self._is("not"):
            return self._comparison()
        column = self._take().column
        return self._deeper(lambda: self._node("not", (self._not(),), column))

    def _comparison(self) -> Node:
        left = self._sum()
        found: Node | None = None
        while token := self._comparison_sign():
            right = self._sum()
            one = self._node(token.text, (left, right), token.column)
            found = one if found is None else self._node("and", (found, one), token.column)
            left = right
        return left if found is None else found

    def _comparison_sign(self) -> _Token | None:
        if self._next.text in COMPARISONS and self._next.kind in ("sign", "word"):
            return self._take()
        if not self._is("not"):
            return None
        token = self._take()
        if not self._is("in"):
            raise self._unexpected("'in' behind 'not'")
        self._take()
        return _Token("word", "not in", token.column)

    def _sum(self) -> Node:
        node = self._product()
        while self._next.kind == "sign" and self._next.text in ("+", "-"):
            token = self._take()
            node = self._node(token.text, (node, self._product()), token.column)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while self._next.kind == "sign" and self._next.text in ("*", "/", "%"):
            token = self._take()
            node = self._node(token.text, (node, self._signed()), token.column)
        return node

    def _signed(self) -> Node:
        if not (self._next.kind == "sign" and self._next.text == "-"):
            return self._atom()
        column = self._take().column
        return self._deeper(lambda: self._node("negative", (self._signed(),), column))

    def _atom(self) -> Node:
        token = self._next
        if token.kind == "sign" and token.text in ("(", "["):
            return self._deeper(self._list if token.text == "[" else self._parentheses)
        if token.kind in ("end", "sign") or (token.kind == "word" and token.text in _WORDS):
            raise self._unexpected("a value or a parameter")
        self._take()
        if token.kind == "number":
            whole = token.text.isdigit()
            return Literal(
                int(token.text) if whole and len(token.text) < 300 else float(token.text)
            )
        if token.kind == "text":
            return Literal(_unquoted(token.text))
        if token.kind == "word" and token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        return Name(token.text, token.column)

    def _parentheses(self) -> Node:
        self._take()
        node = self._or()
        self._close(")")
        return node

    def _list(self) -> Node:
        self._take()
        items: list[object] = []
        while not self._is("]"):
            items.append(self._constant())
            if not self._is("]"):
                self._close(",")
        self._take()
        return Literal(tuple(items))

    def _constant(self) -> object:
        token = self._next
        node = self._signed()
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Operation) and node.operator == "negative":
            [operand] = node.operands
            if isinstance(operand, Literal) and isinstance(operand.value, int | float):
                return -operand.value
        raise self._rule.error(token.column, "a list holds numbers and texts only")

    # -- tokens ----------------------------------------------------------------------------------

    def _is(self, text: str) -> bool:
        return self._next.kind in ("word", "sign") and self._next.text == text

    def _take(self) -> _Token:
        token = self._next
        self._next = next(self._tokens)
        return token

    def _close(self, sign: str) -> None:
        if not self._is(sign):
            raise self._unexpected(repr(sign))
        self._take()

    def _node(self, operator: str, operands: tuple[Node, ...], column: int) -> Node:
        depth = 1 + max(operand.depth for operand in operands)
        if depth > MAX_DEPTH:
            raise self._rule.error(column, f"nested deeper than {MAX_DEPTH} levels")
        return Operation(operator, operands, column, depth)

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._open += 1
        if self._open > MAX_DEPTH:
            raise self._rule.error(self._next.column, f"nested deeper than {MAX_DEPTH} levels")
        node = read()
        self._open -= 1
        return node

    def _unexpected(self, wanted: str) -> UserError:
        token = self._next
        found = "the rule ends" if token.kind == "end" else f"there is {token.text!r}"
        return self._rule.error(token.column, f"{found} where {wanted} is expected")


def _unreadable(rest: str) -> str:
    known = {"=": "'=' compares nothing; write '=='", "&": "'&'; write 'and'"}
    known |= {"|": "'|'; write 'or'", "!": "'!'; write 'not', or '!='", ".": "'.' is no operator"}
    if rest[:1] in "\"'`":
        return "a quote that is not closed"
    return known.get(rest[:1], f"{rest[:1]!r} has no meaning here")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.S)
