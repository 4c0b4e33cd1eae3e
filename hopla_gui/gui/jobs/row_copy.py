"""Rows of the tree as text for the clipboard."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex

from hopla_gui.engine.export.some_columns import columns_tsv
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.nodes import Lines, Node


def rows_text(model: JobModel, rows: Iterable[QModelIndex], columns: Sequence[int]) -> str:
    """Return the jobs among some rows as TSV; where there are none, the texts of the other rows."""
    rows = list(rows)
    jobs = [job for index in rows for job in model.jobs_at(index) if model.node(index) is None]
    if jobs:
        return table_text(model, list(dict.fromkeys(jobs)), columns)
    nodes = (node for index in rows if (node := model.node(index)) is not None)
    return "\n".join(map(node_text, nodes))


def table_text(model: JobModel, jobs: Iterable[int], columns: Sequence[int]) -> str:
    """Return jobs as TSV with a header: numbers to compute with, as exports have them."""
    cells, shown = model.cells(), [model.shown_columns[column] for column in columns]
    if cells is None:
        return ""
    rows = ([cells.plain(job, column) for column in shown] for job in jobs)
    return columns_tsv(shown, rows).removesuffix("\n")


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
