"""Cells as text that a spreadsheet takes and gives: tabs between them, a line for each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def tsv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as TSV; cells with tabs, quotes or line breaks stand in quotes."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def tsv_rows(text: str) -> list[list[str]]:
    """Return the cells of a text that was copied from a spreadsheet."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t") if row]


def without_titles(
    rows: Sequence[Sequence[str]], titles: Sequence[str]
) -> tuple[list[int] | None, Sequence[Sequence[str]]]:
    """Return the columns that a first row of titles names, and the rows below it.

    ``None`` where the first row is no row of titles.
    """
    known = {title: column for column, title in enumerate(titles)}
    if rows and len(rows) > 1 and all(cell in known for cell in rows[0]):
        return [known[cell] for cell in rows[0]], rows[1:]
    return None, rows
