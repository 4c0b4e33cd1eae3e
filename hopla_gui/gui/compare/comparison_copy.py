"""A comparison as text for the clipboard."""

from __future__ import annotations

from hopla_gui.domain.comparison import ABSENT, Comparison, Rest, Row
from hopla_gui.engine.export.delimited import tsv_text
from hopla_gui.engine.export.fixed_columns import OF_FACTS

_TITLES = ("section", "name")


def comparison_tsv(comparison: Comparison, *, differences_only: bool) -> str:
    """Return a comparison as TSV with a header: values in full, named and written as in exports.

    How far numbers lie apart is left out: cells are to compute with.
    """
    rows = (
        (section.value.lower(), _name(row), *map(_plain, row.cells))
        for section, rows in comparison.sections.items()
        for row in rows
        if row.differs or not differences_only
    )
    return tsv_text((*_TITLES, *comparison.names), rows).removesuffix("\n")


def _name(row: Row) -> str:
    return OF_FACTS.get(row.fact, row.fact) or row.name


def _plain(cell: object) -> object:
    if cell is ABSENT:
        return None
    return cell.parts if isinstance(cell, Rest) else cell
