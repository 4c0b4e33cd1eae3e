"""What can be told of every job of a run: a parameter, a fact about the job, a traced value.

A plain name means the parameter of that name, where the run has none the fact, else the value at
that dotted path. ``param.``, ``job.`` and ``value.`` before a name say which one is meant.

A fourth kind of column bears no name: where a word is found in each job.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from hopla_gui.domain.valuepath import Path, parse_path

FACTS = (
    "name",
    "state",
    "exitcode",
    "duration",
    "cpu",
    "memory",
    "host",
    "worker",
    "attempt",
    "started",
    "ended",
    "note",
    "failure",
)
"""Seconds, MB (10**6 bytes) and seconds since the epoch; ``worker`` counts from 0.

``failure`` is the text of a `hopla_gui.domain.causes.Cause`: the same for jobs that failed alike.
"""


class Source(StrEnum):
    """Where a column comes from; the value is the prefix that says so."""

    PARAMETER = "param"
    FACT = "job"
    VALUE = "value"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class JobColumn:
    """One column over all jobs of a run.

    Attributes
    ----------
    name
        The parameter's name, one of `FACTS`, the path of a traced value, or a word looked for.
    """

    source: Source
    name: str

    def __str__(self) -> str:
        """Return the name that means this column whatever else bears the plain one."""
        return f"{self.source}.{self.name}"

    @property
    def path(self) -> Path:
        """Steps of the path of a traced value."""
        return parse_path(self.name)

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list: one of many, and less telling than what has a name."""
        return self.source is Source.VALUE and any(step.isdigit() for step in self.path[1:])


def parameter(name: str) -> JobColumn:
    """Return the column of a parameter."""
    return JobColumn(Source.PARAMETER, name)


def fact(name: str) -> JobColumn:
    """Return the column of a fact about each job, one of `FACTS`."""
    return JobColumn(Source.FACT, name)


def traced(path: str) -> JobColumn:
    """Return the column of the values at a dotted path."""
    return JobColumn(Source.VALUE, path)


def word(text: str) -> JobColumn:
    """Return the column that tells where in each job a word is found: see `WordFound`."""
    return JobColumn(Source.WORD, text.lower())


class WordFound(IntFlag):
    """Where in a job a word is found."""

    NOWHERE = 0
    IN_COMMAND = 1  # or in the names and values of its parameters
    IN_OUTCOME = 2  # in its traceback, or the word on its state


def column_named(text: str) -> JobColumn | None:
    """Return the column whose ``str`` is given; ``None`` where it is that of none that is shown."""
    prefix, _, name = text.partition(".")
    if prefix == Source.FACT:
        return fact(name) if name in FACTS else None
    if prefix in (Source.PARAMETER, Source.VALUE) and name:
        return JobColumn(Source(prefix), name)
    return None


def resolve(name: str, parameters: Collection[str]) -> JobColumn:
    """Return the column that a name means in a run with these parameters.

    Raises
    ------
    ValueError
        Where it can mean none: what is no fact of a job, no path of a value.
    """
    if name in parameters:
        return parameter(name)
    prefix, _, rest = name.partition(".")
    if prefix == Source.PARAMETER and rest in parameters:
        return parameter(rest)
    if prefix == Source.FACT and rest in FACTS:
        return fact(rest)
    if name in FACTS:
        return fact(name)
    path = rest if prefix == Source.VALUE and rest else name
    parse_path(path)
    return traced(path)


def plain_name(column: JobColumn, parameters: Collection[str]) -> str:
    """Return the shortest name that means a column in a run with these parameters."""
    return column.name if resolve(column.name, parameters) == column else str(column)
