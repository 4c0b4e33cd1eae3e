"""Rows of the tree as text for the clipboard."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex

from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.nodes import Lines, Node


def table_text(model: JobModel, rows: Sequence[QModelIndex], columns: Sequence[int]) -> str:
    """Return rows as TSV with a header; no cell holds a tab or a line break."""
    lines = ["\t".join(model.column_title(column) for column in columns)]
    for row in rows:
        cells = (row.siblingAtColumn(column).data() for column in columns)
        lines.append("\t".join(str(cell or "") for cell in cells))
    return "\n".join(lines)


def node_text(node: Node) -> str:
    """Return all that a row below a job stands for, text as it is and the rest as JSON."""
    return value_as_text(node.value) if node.value is not None else node.text


def value_as_text(value: object) -> str:
    """Return a value in full: text as it is, lines one below the other, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Lines):
        return "\n".join(value)
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
