"""Which points of a grid exclusion rules leave out: marks over the blocks that a rule touches.

``null`` spreads as in SQL: what is computed with it, or by a division by zero, is null, and no
order holds for it.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, repeat
from math import prod
from typing import Any, TypeAlias

from hopla_gui.domain.grid import MAX_CELLS, Vector, spread, union
from hopla_gui.domain.monotone import Step, monotone_marks
from hopla_gui.domain.rules import COMPARISONS, Literal, Name, Node, Operation, Rule
from hopla_gui.errors import UserError

Binary: TypeAlias = Callable[[object, object], object]

_SIGNS: Mapping[str, Callable[..., object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_ORDERS = ("<", "<=", ">", ">=")
_MONOTONE = (*_ORDERS, "+", "-", "*", "/")  # all of them change in one direction with an operand
_NUMBERS = (int, float)
_PIECE = 1 << 14


def excluded(rule: Rule, columns: Mapping[str, Vector], lengths: Sequence[int]) -> Vector:
    """Return a 1 for each point that a rule leaves out, over the blocks that it touches.

    Parameters
    ----------
    columns
        The values that each parameter has.
    lengths
        Number of places of every block of the grid.

    Raises
    ------
    UserError
        Naming the rule and the place in it.
    """
    return _Judge(rule, columns, lengths).marks(rule.tree)


def either(marks: Iterable[Vector], lengths: Sequence[int]) -> Vector:
    """Return a 1 where at least one of the marks is."""
    every = list(marks)
    blocks = union(*every)
    total = 0
    for vector in every:
        total |= int.from_bytes(_bytes(spread(vector, blocks, lengths)), "big")
    size = len(spread(every[0], blocks, lengths)) if every else 1
    return Vector(blocks, total.to_bytes(size, "big"))


class _Judge:
    """Works a rule's tree out, each node over no more blocks than it depends on."""

    def __init__(self, rule: Rule, columns: Mapping[str, Vector], lengths: Sequence[int]) -> None:
        self._rule = rule
        self._columns = columns
        self._lengths = lengths

    def marks(self, node: Node) -> Vector:
        """Return a condition as marks."""
        if not isinstance(node, Operation):
            return self._boolean(node)
        if node.operator in ("and", "or"):
            one, other = map(self.marks, node.operands)
            return self._logic(node, one, other)
        if node.operator == "not":
            found = self.marks(node.operands[0])
            return Vector(found.blocks, _bytes(found.items).translate(_INVERTED))
        if node.operator in COMPARISONS:
            return self._comparison(node)
        return self._boolean(node)

    def _boolean(self, node: Node) -> Vector:
        found = self._values(node)
        if not all(item is True or item is False for item in found.items):
            column = node.column if isinstance(node, Name | Operation) else 0
            odd = next(item for item in found.items if not isinstance(item, bool))
            raise self._rule.error(
                column, f"{odd!r} is neither true nor false: compare it with something"
            )
        return Vector(found.blocks, bytes(map(bool, found.items)))

    def _logic(self, node: Operation, one: Vector, other: Vector) -> Vector:
        blocks, left, right = self._aligned(node, one, other)
        a, b = (int.from_bytes(_bytes(items), "big") for items in (left, right))
        both = a & b if node.operator == "and" else a | b
        return Vector(blocks, both.to_bytes(len(left), "big"))

    def _comparison(self, node: Operation) -> Vector:
        if node.operator in _ORDERS and (found := self._monotone(node)):
            return found
        one, other = map(self._values, node.operands)
        if node.operator in ("in", "not in"):
            return self._membership(node, one, other)
        blocks, left, right = self._aligned(node, one, other)
        compare = _SIGNS[node.operator]
        if not (_all_numbers(one.items) and _all_numbers(other.items)):
            compare = self._careful(node)
        return Vector(blocks, b"".join(map(bytes, _mapped(compare, left, right))))

    def _monotone(self, node: Operation) -> Vector | None:
        """Compare along the innermost block, where only one place of the rule looks at it."""
        blocks = self._blocks(node)
        if len(blocks) < 2 or prod(self._lengths[block] for block in blocks) > MAX_CELLS:
            return None
        above = node
        inner: Node = node
        steps: list[Step] = []
        while self._blocks(inner) != blocks[-1:]:
            if not isinstance(inner, Operation) or inner.operator not in _MONOTONE:
                return None
            inside = [blocks[-1] in self._blocks(operand) for operand in inner.operands]
            if all(inside) or (inner.operator == "/" and inside[1]):
                return None
            above, inner = inner, inner.operands[inside.index(True)]
            other = above.operands[inside.index(False)]
            found = self._values(other) if above is node else self._numbers(other, above)
            others = spread(found, blocks[:-1], self._lengths)
            steps.insert(0, Step(_SIGNS[above.operator], others, inside[1]))
        rows = prod(self._lengths[block] for block in blocks[:-1])
        numbers = self._values(inner) if above is node else self._numbers(inner, above)
        marks = monotone_marks(numbers, rows, steps)
        return None if marks is None else Vector(blocks, marks)

    def _blocks(self, node: Node) -> tuple[int, ...]:
        """Return the blocks that a part of the rule depends on."""
        if isinstance(node, Literal):
            return ()
        if isinstance(node, Name):
            return self._column(node).blocks
        return tuple(sorted({block for one in node.operands for block in self._blocks(one)}))

    def _membership(self, node: Operation, one: Vector, other: Vector) -> Vector:
        wanted = node.operator == "in"
        blocks, left, right = self._aligned(node, one, other)
        if not all(isinstance(item, tuple | list | str) for item in other.items):
            raise self._rule.error(node.column, "what stands behind 'in' is a list or a text")
        found = (_contains(group, item) is wanted for item, group in zip(left, right, strict=True))
        return Vector(blocks, bytes(found))

    def _careful(self, node: Operation) -> Binary:
        """Return a comparison for values of any kind."""
        compare = _SIGNS[node.operator]
        unequal = {"==": False, "!=": True}

        def judge(one: object, other: object) -> object:
            one, other = _alike(one, other)
            if node.operator in unequal:
                is_alike = _kind(one) == _kind(other)
                return compare(one, other) if is_alike else unequal[node.operator]
            if one is None or other is None:
                return False
            if _kind(one) == _kind(other) != "bool":
                with contextlib.suppress(TypeError):  # lists of unlike things
                    return compare(one, other)
            raise self._rule.error(
                node.column, f"{one!r} and {other!r} have no order, one before the other"
            )

        return judge

    def _values(self, node: Node) -> Vector:
        if isinstance(node, Literal):
            return Vector((), [node.value])
        if isinstance(node, Name):
            return self._column(node)
        if node.operator in ("and", "or", "not", *COMPARISONS):
            marks = self.marks(node)
            return Vector(marks.blocks, list(map(bool, marks.items)))
        operands = [self._numbers(operand, node) for operand in node.operands]
        if node.operator == "negative":
            operands.insert(0, Vector((), [0]))
        blocks, left, right = self._aligned(node, *operands)
        calculate = _SIGNS["-" if node.operator == "negative" else node.operator]
        try:
            return Vector(blocks, list(chain.from_iterable(_mapped(calculate, left, right))))
        except (TypeError, ZeroDivisionError, OverflowError):  # some have no result
            careful = _careful_calculation(calculate)
            return Vector(blocks, list(map(careful, left, right)))

    def _numbers(self, node: Node, above: Operation) -> Vector:
        found = self._values(node)
        if _all_numbers(found.items):
            return found
        items = [_number(item) for item in found.items]
        for before, after in zip(found.items, items, strict=True):
            if after is None and before is not None:
                raise self._rule.error(above.column, f"{before!r} is no number to compute with")
        return Vector(found.blocks, items)

    def _column(self, node: Name) -> Vector:
        if node.name in self._columns:
            return self._columns[node.name]
        close = get_close_matches(node.name, self._columns, 1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        quotes = "" if close else "; a text goes in quotes"
        raise self._rule.error(node.column, f"no parameter is named {node.name!r}{meant}{quotes}")

    def _aligned(
        self, node: Operation, one: Vector, other: Vector
    ) -> tuple[tuple[int, ...], Sequence[object], Sequence[object]]:
        blocks = union(one, other)
        try:
            left = spread(one, blocks, self._lengths)
            right = spread(other, blocks, self._lengths)
        except UserError as error:
            raise self._rule.error(node.column, error.what) from None
        return blocks, left, right


_INVERTED = bytes([1, 0, *range(2, 256)])


def _bytes(items: Sequence[object]) -> bytes:
    assert isinstance(items, bytes)
    return items


def _all_numbers(items: Sequence[object]) -> bool:
    return set(chain.from_iterable(map(set, _mapped(type, items)))) <= set(_NUMBERS)


def _mapped(function: Callable[..., Any], *columns: Sequence[object]) -> Iterator[Iterator[Any]]:
    """Yield what a function makes of the rows of some columns, a piece at a time.

    A function in C goes through all rows without letting go of Python's lock: for a million of
    them, that would hold the window up.
    """
    for start in range(0, len(columns[0]), _PIECE):
        yield map(function, *(column[start : start + _PIECE] for column in columns))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, _NUMBERS) else type(value).__name__


def _alike(one: object, other: object) -> tuple[object, object]:
    """Read a text as the number that it is compared with; a tuple is a list."""
    if _kind(one) == "number" and isinstance(other, str):
        return one, _number(other) if _number(other) is not None else other
    if _kind(other) == "number" and isinstance(one, str):
        return _number(one) if _number(one) is not None else one, other
    if isinstance(one, tuple) or isinstance(other, tuple):
        return _as_list(one), _as_list(other)
    return one, other


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _number(value: object) -> object:
    """Return a number, also that which a text says; ``None`` where there is none."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value if _kind(value) == "number" else None


def _contains(group: object, item: object) -> bool:
    if isinstance(group, str):
        return isinstance(item, str) and item in group
    assert isinstance(group, Sequence)
    return any(
        _kind(one) == _kind(other) and one == other
        for one, other in map(_alike, group, repeat(item))
    )


def _careful_calculation(calculate: Callable[..., object]) -> Binary:
    def careful(one: object, other: object) -> object:
        if one is None or other is None:
            return None
        try:
            return calculate(one, other)
        except (ZeroDivisionError, OverflowError):
            return None

    return careful
