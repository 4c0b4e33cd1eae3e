"""Some columns of some jobs as TSV, named and written as the export has them: what is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hopla_gui.domain.columns import JobColumn, Source, fact
from hopla_gui.engine.export.delimited import tsv_text
from hopla_gui.engine.export.fixed_columns import HEAD, OF_FACTS, TAIL
from hopla_gui.engine.export.job_table import Origin, Titles
from hopla_gui.engine.export.results_json import timestamp

_TIMES = (fact("started"), fact("ended"))


def columns_tsv(columns: Sequence[JobColumn], rows: Iterable[Sequence[object]]) -> str:
    """Return TSV with a header.

    Parameters
    ----------
    rows
        The values of each job in these columns, times in seconds since the epoch.
    """
    times = [place for place, column in enumerate(columns) if column in _TIMES]
    return tsv_text(_titles(columns), (_with_times(row, times) for row in rows))


def _titles(columns: Sequence[JobColumn]) -> list[str]:
    facts = {
        column: OF_FACTS.get(column.name, column.name) for column in columns if _is_fact(column)
    }
    titles = Titles()
    for title in dict.fromkeys((*HEAD, *TAIL, *facts.values())):
        titles.take(title, Origin.JOB)
    return [
        facts.get(column) or titles.take(column.name, Origin(column.source)) for column in columns
    ]


def _is_fact(column: JobColumn) -> bool:
    return column.source is Source.FACT


def _with_times(row: Sequence[object], times: Sequence[int]) -> Sequence[object]:
    found = list(row)
    for place in times:
        seconds = found[place]
        found[place] = timestamp(seconds) if isinstance(seconds, int | float) else None
    return found
