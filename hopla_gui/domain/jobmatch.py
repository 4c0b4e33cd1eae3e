"""Which jobs pass a filter: a query made into one function of many jobs at a time. Pure.

A call for each job would take longer than all the rest: columns are read and compared by the piece.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import repeat
from typing import Any as Any_

from hopla_gui.domain.columns import JobColumn, Source, fact, resolve
from hopla_gui.domain.job import JobState
from hopla_gui.domain.jobquery import (
    All,
    Any,
    Comparison,
    Not,
    Operator,
    Query,
    QueryError,
    Word,
    comparisons,
    unquoted,
)
from hopla_gui.domain.valuepath import parse_path

Test = Callable[[Sequence[int]], Sequence[bool]]
"""Tells of some jobs, each by its index, whether they pass."""
Reader = Callable[[JobColumn], Callable[[Sequence[int]], Sequence[object]]]
Find = Callable[[str], Test]
ValueTest = Callable[[Sequence[object]], Sequence[bool]]

_TEXTS = {str, JobState, type(None)}  # of which equal ones are alike; not so 1, 1.0 and True
_NUMBERS = {int, float, type(None)}

_ORDERED: dict[Operator, Callable[[Any_, Any_], bool]] = {
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}
_STATE_WORDS = {JobState.TIMEOUT: "timeout timed out", JobState.QUEUED: "queued waiting"}
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_MEGABYTES = {"kb": 0.001, "mb": 1.0, "gb": 1000.0, "tb": 1e6}
_UNITS = {"duration": _SECONDS, "cpu": _SECONDS, "memory": _MEGABYTES}
_NO_NUMBERS = {"none", "null", "nan"}  # though they are found among numbers
_NUMERIC_FACTS = {"exitcode", "attempt", "worker", *_UNITS}
_WITH_UNIT = re.compile(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]+)", re.IGNORECASE)


def column_of(name: str, parameters: Collection[str]) -> JobColumn:
    """Return the column that a name in a query means.

    Raises
    ------
    QueryError
        Where it can mean none.
    """
    try:
        return resolve(unquoted(name) if unquoted(name) in parameters else name, parameters)
    except ValueError as error:
        raise QueryError(f"{name[:60]} is no name of a parameter or value") from error


def columns_of(query: Query, parameters: Collection[str]) -> list[JobColumn]:
    """Return the columns that a query compares; `QueryError` as `column_of`."""
    match query:
        case Comparison(name):
            return [column_of(name, parameters)]
        case Not(part):
            return columns_of(part, parameters)
        case All(parts) | Any(parts):
            return [column for part in parts for column in columns_of(part, parameters)]
    return []


def matcher(query: Query, parameters: Collection[str], read: Reader, find: Find) -> Test:
    """Return the function that tells of some jobs whether they pass.

    Parameters
    ----------
    read
        Gives, for a column, the function from indices to values.
    find
        Gives, for a word, the function that tells in which jobs it is found.
    """
    match query:
        case Word(text):
            return find(text)
        case Comparison(name):
            column = column_of(name, parameters)
            value, test = read(column), value_test(query, column)
            return lambda jobs: test(value(jobs))
        case Not(part):
            inner = matcher(part, parameters, read, find)
            return lambda jobs: list(map(operator.not_, inner(jobs)))
        case Any(parts):
            either = [matcher(part, parameters, read, find) for part in parts]
            return lambda jobs: _any(test(jobs) for test in either)
        case All(parts):
            every = [matcher(part, parameters, read, find) for part in parts]
            return lambda jobs: _all(len(jobs), (test(jobs) for test in every))


def _any(found: Iterable[Sequence[bool]]) -> Sequence[bool]:
    return reduce(lambda one, other: list(map(operator.or_, one, other)), found)


def _all(total: int, found: Iterable[Sequence[bool]]) -> Sequence[bool]:
    return reduce(lambda one, other: list(map(operator.and_, one, other)), found, [True] * total)


def value_test(comparison: Comparison, column: JobColumn) -> ValueTest:
    """Return the function that tells which values pass a comparison."""
    tests = [_one_test(comparison.operator, text, column) for text in comparison.values]
    if len(tests) == 1:
        return tests[0]
    if comparison.operator is Operator.UNEQUAL:
        return lambda values: _all(len(values), (test(values) for test in tests))
    return lambda values: _any(test(values) for test in tests)


def _one_test(sign: Operator, text: str, column: JobColumn) -> ValueTest:
    number = as_number(text, column)
    if sign in _ORDERED and number is not None and column != fact("state"):
        return _number_test(_ORDERED[sign], number)
    return _for_each(_test_of_one(sign, text, number, column))


def _number_test(compare: Callable[[Any_, Any_], bool], number: float) -> ValueTest:
    def passing(values: Sequence[object]) -> Sequence[bool]:
        kinds = set(map(type, values))
        if type(None) not in kinds and kinds <= _NUMBERS:
            return list(map(compare, values, repeat(number)))
        if kinds <= _NUMBERS:
            return [value is not None and compare(value, number) for value in values]
        return [isinstance(value, int | float) and compare(value, number) for value in values]

    return passing


def _for_each(test: Callable[[object], bool]) -> ValueTest:
    """Test many values by the test of one: of a text that many jobs share, once."""

    def passing(values: Sequence[object]) -> Sequence[bool]:
        if not _TEXTS.issuperset(map(type, values)):
            return list(map(test, values))
        known = {value: test(value) for value in set(values)}
        return list(map(known.__getitem__, values))

    return passing


def _test_of_one(
    sign: Operator, text: str, number: float | None, column: JobColumn
) -> Callable[[object], bool]:
    if column.source is Source.FACT and column.name == "state":
        return _state_test(sign, text.casefold())
    if sign is Operator.CONTAINS:
        wanted = text.casefold()
        return lambda value: value is not None and wanted in as_text(value).casefold()
    if sign is Operator.UNEQUAL:
        equal = _equal_test(text, number)
        return lambda value: not equal(value)
    if sign is Operator.EQUAL:
        return _equal_test(text, number)
    return _order_test(_ORDERED[sign], text)


def _state_test(sign: Operator, wanted: str) -> Callable[[object], bool]:
    spelt = {state: _STATE_WORDS.get(state, state.value) for state in JobState}
    if sign in (Operator.CONTAINS, Operator.EQUAL, Operator.UNEQUAL):
        states = {state for state, said in spelt.items() if wanted in said}
        if not states:
            raise QueryError(f"there is no state {wanted[:60]}: {', '.join(JobState)}")
        if sign is Operator.UNEQUAL:
            states = set(JobState) - states
        return lambda value: value in states
    raise QueryError("a state has no order: state:failed, state!=failed")


def _equal_test(text: str, number: float | None) -> Callable[[object], bool]:
    wanted = text.casefold()
    if number is not None:
        return lambda value: (
            value == number
            if isinstance(value, int | float) and not isinstance(value, bool)
            else value is not None and as_text(value).casefold() == wanted
        )
    if wanted in ("none", "null"):
        return lambda value: value is None or value in ("None", "none", "null")
    return lambda value: value is not None and as_text(value).casefold() == wanted


def _order_test(compare: Callable[[Any_, Any_], bool], text: str) -> Callable[[object], bool]:
    wanted = text.casefold()
    return lambda value: isinstance(value, str) and compare(value.casefold(), wanted)


def as_text(value: object) -> str:
    """Return a value as a filter compares it: text as it stands, the rest as JSON has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > 4_000:
        return ""  # takes minutes to write, and Python refuses it
    return json.dumps(value, ensure_ascii=False, default=str)


def as_number(text: str, column: JobColumn) -> float | None:
    """Return the number that a text means for a column: with a unit, or a time, where it fits."""
    try:
        found = int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        found = None
    if column.source is not Source.FACT or found is not None:
        return None if found is not None and found != found else found
    if column.name in ("started", "ended"):
        return _time(text)
    with_unit = _WITH_UNIT.fullmatch(text)
    factor = _UNITS.get(column.name, {}).get(with_unit[2].casefold()) if with_unit else None
    if with_unit is None or factor is None:
        return None
    try:
        return float(with_unit[1]) * factor
    except ValueError:
        return None


def _time(text: str) -> float | None:
    """Return seconds since the epoch of a date, or a time of today, of this machine's zone."""
    try:
        if re.fullmatch(r"\d{1,2}:\d\d(?::\d\d)?", text):
            today = datetime.now().astimezone().date()
            text = f"{today.isoformat()} {text:0>5}"
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def note_on(
    query: Query,
    parameters: Collection[str],
    paths: Collection[str],
    loaded: Callable[[JobColumn], Sequence[object] | None],
) -> str:
    """Return what to bear in mind about what a query finds; mostly nothing.

    Parameters
    ----------
    paths
        At which jobs are known to have handed over values; items of long lists are not among them.
    loaded
        Gives the values of a column, ``None`` where they have not been read (yet).
    """
    for comparison in comparisons(query):
        name, column = comparison.name, column_of(comparison.name, parameters)
        values = loaded(column)
        is_none = values is not None and all(value is None for value in values)
        if is_none and not is_known(name, parameters, paths):
            return f"no job has a parameter or a value {name[:60]} (yet)"
        if _is_numeric(column, values):
            found = next(_notes_on_numbers(comparison, column, values is not None), "")
            if found:
                return found
    return ""


def _notes_on_numbers(comparison: Comparison, column: JobColumn, is_read: bool) -> Iterator[str]:
    """Yield what to bear in mind where a column of numbers is compared."""
    name, is_search = comparison.name[:60], comparison.operator is Operator.CONTAINS
    for text in comparison.values:
        shown, is_number = text[:20], as_number(text, column) is not None
        if is_search and is_number:
            said = f"{name}:{shown} looks for the text {shown}"
            yield f"{said}; {name}={shown} for the number"
        elif is_read and not (is_search or is_number or text.casefold() in _NO_NUMBERS):
            yield f"{name} holds numbers, and “{shown}” is no number"


def _is_numeric(column: JobColumn, values: Sequence[object] | None) -> bool:
    """Whether all that a column has are numbers, as far as they have been read."""
    if column.source is Source.FACT:
        return column.name in _NUMERIC_FACTS
    kinds = set(map(type, values or ()))
    return kinds <= _NUMBERS and bool(kinds - {type(None)})


def is_known(name: str, parameters: Collection[str], paths: Collection[str]) -> bool:
    """Whether a name means a parameter, a fact, or lies at, above or below a path that is known."""
    column = column_of(name, parameters)
    if column.source is not Source.VALUE:
        return True
    steps = column.path
    return any(_is_prefix(steps, parse_path(path)) for path in paths)


def _is_prefix(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
