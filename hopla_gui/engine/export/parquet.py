"""A stored run → Parquet, with typed columns, where pyarrow is there (the extra ``parquet``)."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopla_gui.domain.jsonvalue import to_json
from hopla_gui.engine.export.column_kinds import ColumnKind, number
from hopla_gui.engine.export.job_table import JobTable
from hopla_gui.engine.export.results_json import run_facts
from hopla_gui.engine.export.steps import Progress
from hopla_gui.engine.replacing import replacing_file
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import UserError

if TYPE_CHECKING:
    import pyarrow

_GROUP_ROWS = 5_000
_GROUP_SIZE = 16_000_000  # characters of text in a group of rows


def check_parquet() -> None:
    """Refuse where there is no pyarrow, and say how to get it.

    Raises
    ------
    UserError
    """
    if not has_parquet():
        raise UserError(parquet_advice())


def has_parquet() -> bool:
    """Whether pyarrow is there."""
    return importlib.util.find_spec("pyarrow") is not None


def parquet_advice() -> str:
    """Return how to get pyarrow."""
    if getattr(sys, "frozen", False):
        return "Parquet needs pyarrow, which this app has not; hopla-gui from pip can have it"
    return f"Parquet needs pyarrow: {sys.executable} -m pip install pyarrow"


def write_parquet(
    run: StoredRun, path: Path, jobs: Sequence[int] | None, progress: Progress
) -> None:
    """Write a run, or some of its jobs, as Parquet."""
    check_parquet()
    import pyarrow
    import pyarrow.parquet

    table = JobTable(run, jobs, progress)
    schema = pyarrow.schema(
        [(str(to_json(column.title)), _arrow_type(column.kind)) for column in table.columns],
        metadata={"hopla_gui": json.dumps(to_json(run_facts(run)))},
    )
    with (
        replacing_file(path) as temporary,
        pyarrow.parquet.ParquetWriter(str(temporary), schema, compression="zstd") as writer,
    ):
        for rows in _groups(table.rows()):
            cells = zip(*rows, strict=True)
            arrays = [
                pyarrow.array([_cell(column.kind, value) for value in found], kind)
                for column, kind, found in zip(table.columns, schema.types, cells, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema))


def _groups(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Yield rows in groups that fit into memory."""
    group: list[list[Any]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(group) == _GROUP_ROWS or size > _GROUP_SIZE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _arrow_type(kind: ColumnKind) -> pyarrow.DataType:
    import pyarrow

    match kind:
        case ColumnKind.BOOLEAN:
            return pyarrow.bool_()
        case ColumnKind.INTEGER:
            return pyarrow.int64()
        case ColumnKind.NUMBER:
            return pyarrow.float64()
        case ColumnKind.NUMBERS:
            return pyarrow.list_(pyarrow.float64())
        case ColumnKind.TIME:
            return pyarrow.timestamp("us", "UTC")
    return pyarrow.string()


def _cell(kind: ColumnKind, value: Any) -> object:  # noqa: ANN401 - JSON
    if value is None:
        return None
    match kind:
        case ColumnKind.NUMBER:
            return number(value)
        case ColumnKind.TIME:
            return round(value * 1e6)
        case ColumnKind.TEXT:
            return to_json(value)
        case ColumnKind.JSON:
            return json.dumps(to_json(value), ensure_ascii=False)
    return value
