"""A table as the sweep: its columns are mapped to parameters by name, its rows become jobs.

Cells are texts as they stand. A table from a file stays in the file (`Column` axes, as a sweep
file says them); a pasted one becomes lists of values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from hopla_gui.domain.axes import Values
from hopla_gui.domain.fileaxes import Column, parse_table, read_table
from hopla_gui.domain.params import ParamSpec
from hopla_gui.domain.sweep import Axis, Block
from hopla_gui.errors import UserError


@dataclass(frozen=True)
class Table:
    """A table with a header row.

    Attributes
    ----------
    rows
        Cells by row, each row as long as the header.
    delimiter
        What separates its cells: a tab, a comma, …
    path
        The file it was read from, ``None`` for a pasted one.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    path: Path | None = None

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column."""
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What a column may mean.

    Attributes
    ----------
    parameter
        The ``dest`` of the parameter with the same name, but for case, dashes and underscores;
        ``None`` where there is none.
    suggestions
        Parameters of similar names, the nearest first.
    """

    column: str
    parameter: str | None
    suggestions: tuple[str, ...] = ()


def open_table(path: Path) -> Table:
    """Read a CSV or TSV file.

    Raises
    ------
    UserError
        Where it cannot be read, is empty, or has rows of another length than its header.
    """
    path = path.absolute()
    header, rows, delimiter = read_table(path)
    return _checked(header, rows, delimiter, path, str(path))


def paste_table(text: str) -> Table:
    """Read a table from text, such as cells copied from a spreadsheet.

    Raises
    ------
    UserError
        Where it is no table.
    """
    header, rows, delimiter = parse_table(text, "the pasted table", None)
    return _checked(header, rows, delimiter, None, "the pasted table")


def match_columns(table: Table, parameters: Iterable[ParamSpec]) -> list[ColumnMatch]:
    """Find the parameter that each column means: ``participant_id`` is ``--participant-id``.

    A parameter is matched once, by the first column of its name.
    """
    by_name: dict[str, str] = {}
    for param in parameters:
        if not param.ends_the_script:
            for name in (param.dest, *param.flags):
                by_name.setdefault(_normal(name), param.dest)
    taken: set[str] = set()
    matches = []
    for column in table.columns:
        found = by_name.get(_normal(column))
        parameter = found if found not in taken else None
        taken.update([parameter] if parameter else [])
        matches.append(ColumnMatch(column, parameter, _similar(column, by_name)))
    return matches


def table_block(table: Table, mapping: Mapping[str, str]) -> Block:
    """Return the block that makes a job of each row.

    Parameters
    ----------
    mapping
        Parameter → column; columns that are not in it are left alone.

    Raises
    ------
    UserError
        Where a column does not exist, or the table has no rows.
    """
    if not table.rows:
        raise UserError("the table has no rows")
    return Block({name: _axis(table, column) for name, column in mapping.items()})


def _axis(table: Table, column: str) -> Axis:
    if column not in table.columns:
        raise UserError(f"the table has no column {column!r}")
    if table.path is not None:
        return Column(table.path.name, column, table.path.parent)
    return Values(table.column(column))


def _similar(column: str, by_name: Mapping[str, str]) -> tuple[str, ...]:
    close = get_close_matches(_normal(column), by_name, 3)
    return tuple(dict.fromkeys(by_name[name] for name in close))


def _normal(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _checked(
    header: Sequence[str],
    rows: Sequence[tuple[int, list[str]]],
    delimiter: str,
    path: Path | None,
    what: str,
) -> Table:
    for name in header:
        if header.count(name) > 1:
            raise UserError(f"{what} has several columns {name!r}")
    for line, row in rows:
        if len(row) != len(header):
            cells = f"{len(row)} cell{'s' * (len(row) != 1)}"
            raise UserError(f"{what}, line {line}: {cells}, but {len(header)} columns")
    cells_of = (tuple(row) for _, row in rows)
    return Table(tuple(header), tuple(cells_of), delimiter, path)
