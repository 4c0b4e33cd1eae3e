"""Jobs side by side: their parameters, how they ended and what they found, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, StrEnum, auto

from hopla_gui.domain.errorline import error_line
from hopla_gui.domain.job import JobRecord

FEWEST_JOBS, MOST_JOBS = 2, 8
MOST_PARTS = 50  # of a list or table that get a row each; the rest has one together
MOST_ROWS = 2_000  # of values; what is below stays in one piece
_MOST_LINES = 500  # of a traceback


class Section(StrEnum):
    """The parts of a comparison, in the order in which they are read."""

    PARAMETERS = "Parameters"
    RESULT = "Result"
    VALUES = "Values"


class Quantity(Enum):
    """What the cells of a row are, which says how they are written."""

    VALUE = auto()
    STATE = auto()
    EXIT_CODE = auto()
    SECONDS = auto()
    MEGABYTES = auto()


class Absent(Enum):
    """Stands where a job has no such value; ``None`` is a value."""

    ABSENT = auto()


ABSENT = Absent.ABSENT


@dataclass(frozen=True)
class Rest:
    """Stands for the parts of a list or table that have no row of their own."""

    parts: Mapping[str, object] | Sequence[object]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.parts)


@dataclass(frozen=True)
class Delta:
    """How far a number lies from another one; ``relative`` is ``None`` where that is 0."""

    absolute: float
    relative: float | None


@dataclass(frozen=True)
class Row:
    """One fact of each job.

    Attributes
    ----------
    name
        A parameter, or where a value lies: ``outputs.scores[3]``.
    cells
        One a job, `ABSENT` where it has none.
    classes
        For each job a number; jobs with the same number have the same value.
    fact
        Which of `hopla_gui.domain.columns.FACTS` it tells; empty for what is none of them.
    """

    name: str
    cells: tuple[object, ...]
    classes: tuple[int, ...]
    quantity: Quantity = Quantity.VALUE
    fact: str = ""

    @property
    def differs(self) -> bool:
        """Whether not all jobs have the same."""
        return any(self.classes)

    @property
    def is_mixed(self) -> bool:
        """Whether some jobs have a text and others something else, which may read the same."""
        return len({isinstance(cell, str) for cell in self.cells if cell is not ABSENT}) > 1


@dataclass(frozen=True)
class Comparison:
    """Several jobs side by side.

    Attributes
    ----------
    names, tracebacks
        One a job.
    """

    names: tuple[str, ...]
    sections: Mapping[Section, tuple[Row, ...]]
    tracebacks: tuple[str | None, ...]

    @property
    def differences(self) -> int:
        """Number of rows in which the jobs differ."""
        return sum(row.differs for rows in self.sections.values() for row in rows)


def compare(records: Sequence[JobRecord]) -> Comparison:
    """Compare jobs, by what each of them was given and handed over.

    Numbers that are equal are the same, ``1`` and ``1.0`` too, and all NaN; ``true`` is not ``1``.
    """
    return Comparison(
        tuple(record.spec.name for record in records),
        {
            Section.PARAMETERS: tuple(_tables([record.spec.parameters for record in records])),
            Section.RESULT: tuple(_results(records)),
            Section.VALUES: tuple(_tables([record.outcome.values for record in records])),
        },
        tuple(record.outcome.traceback for record in records),
    )


def delta(value: object, reference: object) -> Delta | None:
    """Return how far a number lies from another; ``None`` for what is no number, or the same."""
    if isinstance(value, bool) or isinstance(reference, bool):
        return None
    if not isinstance(value, int | float) or not isinstance(reference, int | float):
        return None
    try:
        absolute = float(value - reference)
        relative = absolute / abs(reference) if reference else None
    except OverflowError:  # integers beyond the reach of a float
        return None
    return Delta(absolute, relative) if absolute else None


def traceback_difference(reference: str | None, other: str | None) -> list[str]:
    """Return the lines of both tracebacks, each behind ``- ``, ``+ `` or two blanks."""
    old, new = ((text or "").splitlines()[-_MOST_LINES:] for text in (reference, other))
    lines: list[str] = []
    for kind, first, last, start, stop in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            lines += (f"  {line}" for line in old[first:last])
        else:
            lines += (f"- {line}" for line in old[first:last])
            lines += (f"+ {line}" for line in new[start:stop])
    return lines


def _results(records: Sequence[JobRecord]) -> Iterator[Row]:
    outcomes = [record.outcome for record in records]
    for name, fact, quantity, cells in (
        ("State", "state", Quantity.STATE, [how.state for how in outcomes]),
        ("Exit code", "exitcode", Quantity.EXIT_CODE, [how.exit_code for how in outcomes]),
        ("Error", "", Quantity.VALUE, [_error(how.traceback) for how in outcomes]),
        ("Note", "note", Quantity.VALUE, [how.detail for how in outcomes]),
        ("Duration", "duration", Quantity.SECONDS, [how.duration_s for how in outcomes]),
        ("CPU time", "cpu", Quantity.SECONDS, [how.cpu_s for how in outcomes]),
        ("Peak memory", "memory", Quantity.MEGABYTES, [how.max_rss_mb for how in outcomes]),
        ("Attempt", "attempt", Quantity.VALUE, [record.attempt for record in records]),
        ("Host", "host", Quantity.VALUE, [how.hostname for how in outcomes]),
    ):
        known = tuple(ABSENT if cell is None else cell for cell in cells)
        if any(cell is not ABSENT for cell in known):
            yield Row(name, known, _classes(known), quantity, fact)


def _error(traceback: str | None) -> str | None:
    return error_line(traceback) if traceback else None


def _tables(tables: Sequence[Mapping[str, object]]) -> Iterator[Row]:
    budget = [MOST_ROWS]
    names = _keys(tables)
    for name in names[:MOST_ROWS]:
        yield from _rows(name, tuple(table.get(name, ABSENT) for table in tables), budget)
    if len(names) > MOST_ROWS:
        yield _rest("…", _without(tables, names[:MOST_ROWS]))


def _rows(name: str, cells: tuple[object, ...], budget: list[int]) -> Iterator[Row]:
    """Yield a row for a value of each job, or one for each part where all of them have parts."""
    given = [cell for cell in cells if cell is not ABSENT]
    budget[0] -= 1
    if budget[0] <= 0 or not any(given):
        yield Row(name, cells, _classes(cells))
    elif all(isinstance(cell, Mapping) for cell in given):
        yield from _parts_of_tables(name, cells, budget)
    elif all(isinstance(cell, list | tuple) for cell in given):
        yield from _parts_of_lists(name, cells, budget)
    else:
        yield Row(name, cells, _classes(cells))


def _parts_of_tables(name: str, cells: tuple[object, ...], budget: list[int]) -> Iterator[Row]:
    tables = [cell if isinstance(cell, Mapping) else {} for cell in cells]
    keys = _keys(tables)
    for key in keys[:MOST_PARTS]:
        parts = tuple(table.get(key, ABSENT) for table in tables)
        yield from _rows(f"{name}.{key}", parts, budget)
    if len(keys) > MOST_PARTS:
        yield _rest(f"{name}.…", _without(tables, keys[:MOST_PARTS]))


def _parts_of_lists(name: str, cells: tuple[object, ...], budget: list[int]) -> Iterator[Row]:
    lists = [cell if isinstance(cell, list | tuple) else () for cell in cells]
    longest = max(map(len, lists))
    for place in range(min(longest, MOST_PARTS)):
        parts = tuple(found[place] if place < len(found) else ABSENT for found in lists)
        yield from _rows(f"{name}[{place}]", parts, budget)
    if longest > MOST_PARTS:
        yield _rest(f"{name}[{MOST_PARTS}…]", [found[MOST_PARTS:] for found in lists])


def _rest(name: str, rests: Sequence[Mapping[str, object] | Sequence[object]]) -> Row:
    cells = tuple(Rest(rest) if rest else ABSENT for rest in rests)
    return Row(name, cells, _classes(rests))


def _without(
    tables: Sequence[Mapping[str, object]], shown: Sequence[str]
) -> list[Mapping[str, object]]:
    gone = set(shown)
    return [{key: item for key, item in table.items() if key not in gone} for table in tables]


def _keys(tables: Sequence[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(key for table in tables for key in table))


def _classes(cells: Sequence[object]) -> tuple[int, ...]:
    """Return a number for each job; those with the same value have the same number."""
    seen: list[object] = []
    numbers = []
    for cell in cells:
        places = (place for place, other in enumerate(seen) if _is_same(cell, other))
        number = next(places, len(seen))
        if number == len(seen):
            seen.append(cell)
        numbers.append(number)
    return tuple(numbers)


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return len(one) == len(other) and all(
            key in other and _is_same(value, other[key]) for key, value in one.items()
        )
    return bool(one == other) or (one != one and other != other)  # as NaN is
