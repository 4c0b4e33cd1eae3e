"""What many jobs hand over, nested as it is → columns, one a path.

A page of jobs at a time: a look at each value of each job would take several times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

DEPTH = 8

Path = tuple[str, ...]
Table = dict[str, object]

_EMPTY: Table = {}


def parsed(texts: Iterable[str]) -> list[Any]:
    """Return what JSON texts say: read in one go, which is faster than one by one."""
    found: list[Any] = json.loads(f"[{','.join(texts)}]")
    return found


def names_of(tables: Iterable[Table]) -> dict[str, None]:
    """Return the names in tables, in the order in which they come."""
    return dict.fromkeys(chain.from_iterable(tables))


def column_of(tables: Iterable[Table], name: str) -> list[object]:
    """Return what tables have under a name, ``None`` where they have nothing."""
    return [table.get(name) for table in tables]


def spread(
    path: Path, column: list[object], most: int, depth: int = DEPTH
) -> dict[Path, list[object]] | None:
    """Return a column for each path below one, ``None`` where there would be more than ``most``."""
    found: dict[Path, list[object]] = {}
    return found if _spread(found, path, column, most, depth) else None


def _spread(
    found: dict[Path, list[object]], path: Path, column: list[object], most: int, depth: int
) -> bool:
    tables: Sequence[Table] = ()
    if len(path) < depth and dict in set(map(type, column)):
        tables = [value if type(value) is dict else _EMPTY for value in column]
    names = names_of(tables)
    if len(found) + len(names) > most:
        return False
    if not names:
        found[path] = column
        return True
    apart = [None if type(value) is dict and value else value for value in column]
    if any(value is not None for value in apart):  # no table, or one with nothing in it
        found[path] = apart
    return all(
        _spread(found, (*path, name), column_of(tables, name), most, depth) for name in names
    )
