"""A table and the fields its columns go to: what a field gets, and what the form has already.

No Qt. A text or a number stays in its file, as a `Column`; where a cell must be read first (a
flag, a list), its values are copied into the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hopla_gui.domain.axes import Values
from hopla_gui.domain.fileaxes import Column
from hopla_gui.domain.sweep import Axis
from hopla_gui.engine.sweepfiles.table import ColumnMatch, Table, match_columns, table_block
from hopla_gui.gui.setup.axis_texts import beside
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.values import parse, parse_line

TABLE_SUFFIXES = (".tsv", ".csv", ".tab")
Mapped = Mapping[Field, str]  # the column that each field takes

_WORDS = {"1": "true", "yes": "true", "0": "false", "no": "false"}
_READ_FIRST = (Kind.FLAG, Kind.SWITCH, Kind.COUNT, Kind.WORDS)


def matched(table: Table, fields: Sequence[Field]) -> tuple[dict[Field, str], list[ColumnMatch]]:
    """Return the column for each field that bears its name, and what each column may mean."""
    by_dest: dict[str, Field] = {}
    for field in fields:
        by_dest.setdefault(field.param.dest, field)
    matches = match_columns(table, [field.param for field in by_dest.values()])
    found = {by_dest[m.parameter]: m.column for m in matches if m.parameter is not None}
    return found, matches


def axes(table: Table, mapped: Mapped, base: Path) -> dict[Field, Axis]:
    """Return what each field is given by; files are named relative to ``base``.

    Raises
    ------
    UserError
        Where the table has no rows, or not the column.
    """
    names = {str(place): column for place, column in enumerate(mapped.values())}
    found = table_block(table, names).axes.values()
    return {
        field: _copied(field, table.column(column)) if is_copied(field) else _named(axis, base)
        for (field, column), axis in zip(mapped.items(), found, strict=True)
    }


def _named(axis: Axis, base: Path) -> Axis:
    if isinstance(axis, Column):
        return Column(beside(axis.base / axis.table, base), axis.column, base)
    return axis


def is_copied(field: Field) -> bool:
    """Whether the cells of a column must be read to be values of the field."""
    return field.kind in _READ_FIRST or field.depth > 0


def _copied(field: Field, cells: Sequence[str]) -> Axis:
    return Values(tuple(_value(field, cell) for cell in cells))


def _value(field: Field, cell: str) -> object:
    if field.depth:
        return next(iter(parse_line(field, cell.replace("\n", " "), field.depth)), [])
    if field.kind in (Kind.FLAG, Kind.SWITCH):
        return parse(field, _WORDS.get(cell.strip().lower(), cell.strip()))
    return parse(field, cell)


def table_in(model: FormModel) -> Path | None:
    """Return the table that a block of the form takes columns of, if it is one table."""
    for block in model.blocks():
        columns = [axis for axis in _axes_of(model, block).values() if isinstance(axis, Column)]
        tables = {axis.base / axis.table for axis in columns}
        if len(tables) == 1:
            return tables.pop()
    return None


def recognised(model: FormModel, table: Table) -> dict[Field, str]:
    """Return the fields that have values of the table already, with their columns."""
    for block in model.blocks():
        found = {
            field: axis.column
            for field, axis in _axes_of(model, block).items()
            if isinstance(axis, Column) and axis.base / axis.table == table.path
        }
        if found:
            return found | _copies(model, table, [f for f in block if f not in found])
    return {}


def _copies(model: FormModel, table: Table, fields: Sequence[Field]) -> dict[Field, str]:
    found: dict[Field, str] = {}
    for field in filter(is_copied, fields):
        for column in table.columns:
            if _copied(field, table.column(column)) == model.state(field).axis:
                found.setdefault(field, column)
    return found


def _axes_of(model: FormModel, block: Sequence[Field]) -> dict[Field, Axis | None]:
    return {field: model.state(field).axis for field in block}
