"""A stored run → CSV or TSV for spreadsheets, pandas and R.

CSV begins with a byte order mark, without which Excel takes UTF-8 for something else; TSV has none.
Text that a spreadsheet would run as a formula gets an apostrophe in front. So does text that has
one there already, so that taking one away gives back what was written.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hopla_gui.engine.export.column_kinds import NON_FINITE, ColumnKind
from hopla_gui.engine.export.job_table import JobTable, write_table
from hopla_gui.engine.export.results_json import timestamp
from hopla_gui.engine.export.steps import Progress
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.results.stored_run import StoredRun

_SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - wide signs count as well
_SUSPECT = frozenset(f"'{_SIGNS}")
_FORMULA = re.compile(f"'*[{re.escape(_SIGNS)}]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def write_csv(run: StoredRun, path: Path, jobs: Sequence[int] | None, progress: Progress) -> None:
    """Write a run, or some of its jobs, as comma-separated values (RFC 4180)."""
    write_table(run, jobs, progress, lambda table: _write(table, path, csv.excel, "utf-8-sig"))


def write_tsv(run: StoredRun, path: Path, jobs: Sequence[int] | None, progress: Progress) -> None:
    """Write a run, or some of its jobs, as tab-separated values."""
    write_table(run, jobs, progress, lambda table: _write(table, path, _Tabs, "utf-8"))


def tsv_text(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows of JSON values as `write_tsv` writes them."""
    text = io.StringIO()
    writer = csv.writer(text, _Tabs)
    writer.writerow(map(_text, titles))
    writer.writerows(_cells(ColumnKind.JSON, row) for row in rows)
    return text.getvalue()


class _Tabs(csv.excel_tab):
    lineterminator = "\n"


def _write(table: JobTable, path: Path, dialect: type[csv.Dialect], encoding: str) -> None:
    kinds = [column.kind for column in table.columns]
    with replacing(path, encoding=encoding, errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, dialect)
        writer.writerow([_text(column.title) for column in table.columns])
        for page in table.pages():
            writer.writerows(zip(*map(_cells, kinds, page), strict=True))


_PLAIN = {int, float, type(None)}  # which the writer makes text of as we would
_JSON = json.JSONEncoder(ensure_ascii=False)


def _cells(kind: ColumnKind, values: Sequence[Any]) -> Sequence[object]:
    """Return the cells of a column, as the writer takes them."""
    match kind:
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            return values
        case ColumnKind.TIME:
            return list(map(timestamp, values))
        case ColumnKind.TEXT:
            given = [value for value in values if value is not None]
            firsts = {text[:1] for text in given}
            if firsts.isdisjoint(_SUSPECT) and "\0" not in "".join(given):  # as most are
                return values
    return [value if type(value) in _PLAIN else _cell(value) for value in values]


def _cell(value: object) -> str:
    return _text(value) if isinstance(value, str) else _JSON.encode(value)


def _text(text: str) -> str:
    if text[:1] in _SUSPECT and _is_formula(text):
        text = f"'{text}"
    return text.replace("\0", "␀")  # which many readers take for the end


def _is_formula(text: str) -> bool:
    is_number = _NUMBER.fullmatch(text) or text in NON_FINITE
    return bool(_FORMULA.match(text)) and not is_number
