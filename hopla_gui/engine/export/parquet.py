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
from hopla_gui.engine.export.job_table import JobTable, write_table
from hopla_gui.engine.export.results_json import run_facts
from hopla_gui.engine.export.steps import Progress
from hopla_gui.engine.replacing import replacing_file
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import UserError

if TYPE_CHECKING:
    import pyarrow

_FLOATS = {float, type(None)}
_GROUP_ROWS = 5_000
_GROUP_SIZE = 16_000_000  # bytes


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
    metadata = {"hopla_gui": json.dumps(to_json(run_facts(run)))}
    write_table(run, jobs, progress, lambda table: _write(table, path, metadata))


def _write(table: JobTable, path: Path, metadata: dict[str, str]) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema(
        [(str(to_json(column.title)), _arrow_type(column.kind)) for column in table.columns],
        metadata=metadata,
    )
    with (
        replacing_file(path) as temporary,
        temporary.open("wb") as stream,  # pyarrow wants names in UTF-8
        pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        for batches in _groups(_batches(table, schema)):
            writer.write_table(pyarrow.Table.from_batches(batches, schema))


def _batches(table: JobTable, schema: pyarrow.Schema) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow

    for page in table.pages():
        arrays = [
            pyarrow.array(_cells(column.kind, values), kind)
            for column, kind, values in zip(table.columns, schema.types, page, strict=True)
        ]
        yield pyarrow.record_batch(arrays, schema)


def _groups(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[list[pyarrow.RecordBatch]]:
    """Yield batches in groups that fit into memory: a group of a few rows packs badly."""
    group: list[pyarrow.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        rows = sum(one.num_rows for one in group)
        if rows >= _GROUP_ROWS or sum(one.nbytes for one in group) > _GROUP_SIZE:
            yield group
            group = []
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


def _cells(kind: ColumnKind, values: Sequence[Any]) -> Sequence[object]:
    """Return the cells of a column, as pyarrow takes them."""
    match kind:
        case ColumnKind.NUMBER if not _FLOATS.issuperset(map(type, values)):
            return list(map(number, values))
        case ColumnKind.TIME:
            return [None if value is None else round(value * 1e6) for value in values]
        case ColumnKind.TEXT if not "".join(filter(None, values)).isascii():
            return list(map(to_json, values))
        case ColumnKind.JSON:
            return [value if value is None else _json(value) for value in values]
    return values


def _json(value: object) -> str:
    return json.dumps(to_json(value), ensure_ascii=False)
