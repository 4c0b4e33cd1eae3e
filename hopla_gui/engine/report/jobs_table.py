"""The table of jobs in a report: as many rows and columns as a person can look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hopla_gui.domain.job import JobState
from hopla_gui.domain.shown_value import value_text
from hopla_gui.domain.wording import STATE_WORDS, duration, exit_code, size
from hopla_gui.engine.export.column_kinds import ColumnKind
from hopla_gui.engine.export.job_table import Column, JobTable, Origin
from hopla_gui.engine.report.markup import line, tag

MOST_ROWS = 1_000
MOST_COLUMNS = 12  # of parameters, and of values
_CELL = 80

_WORDS = {"name": "Job", "state": "State", "exitcode": "Exit", "failure": "Why",
          "duration_s": "Time", "max_rss_mb": "Memory"}  # fmt: skip


def jobs_section(table: JobTable, swept: Sequence[str], shown: int, total: int) -> Iterator[str]:
    """Yield the section, row by row.

    Parameters
    ----------
    table
        Of the jobs to show.
    total
        How many there are, shown or not.
    """
    chosen = _chosen(table.columns, swept)
    yield '<section id="jobs"><h2>Jobs</h2>'
    if shown < total:
        more = (
            f"The first {shown:,} of {total:,} jobs: export CSV, Parquet or JSON for all of them."
        )
        yield tag("p", line(more), class_="note")
    yield '<div class="scroll"><table class="jobs"><thead><tr>'
    for place in chosen:
        column = table.columns[place]
        number = "number" if _is_number(column) else ""
        title = _WORDS.get(column.title, column.title) if _is_ours(column) else column.title
        yield tag("th", line(title, _CELL), scope="col", class_=number)
    yield "</tr></thead><tbody>\n"
    columns = [table.columns[place] for place in chosen]
    for page in table.pages():
        for row in zip(*(page[place] for place in chosen), strict=True):
            yield tag("tr", *map(_cell, columns, row)) + "\n"
    yield "</tbody></table></div></section>"


def _is_ours(column: Column) -> bool:
    return column.origin is Origin.JOB


def _is_number(column: Column) -> bool:
    return column.kind in (ColumnKind.INTEGER, ColumnKind.NUMBER)


def _chosen(columns: Sequence[Column], swept: Sequence[str]) -> list[int]:
    """Return the places of the columns that are shown, in their order."""
    given = [p for p, c in enumerate(columns) if c.origin is Origin.PARAMETER and c.name in swept]
    plain = (ColumnKind.BOOLEAN, ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.TEXT)
    values = [p for p, c in enumerate(columns) if c.origin is Origin.VALUE and c.kind in plain]
    ours = {c.title: p for p, c in enumerate(columns) if _is_ours(c)}
    return [
        *(ours[title] for title in ("name", "state", "exitcode")),
        *given[:MOST_COLUMNS],
        *values[:MOST_COLUMNS],
        *(ours[title] for title in ("duration_s", "max_rss_mb", "failure")),
    ]


def _cell(column: Column, value: object) -> str:
    if value is None:
        return "<td></td>"
    if _is_ours(column):
        return _our_cell(column.title, value)
    if _is_number(column):
        return _number_cell(value)
    return tag("td", line(value_text(value, _CELL), _CELL))


def _number_cell(value: object) -> str:
    """Return a number in at most six figures, all of them where the mouse rests on it."""
    text = value_text(value, _CELL)
    brief = f"{value:.6g}" if isinstance(value, float) else text
    is_cut = len(brief) < len(text) - 1  # "2.0" is no longer than it has to be
    return tag("td", line(brief if is_cut else text), class_="number", title=text if is_cut else "")


def _our_cell(title: str, value: object) -> str:
    match title, value:
        case "state", str():
            state = JobState(value)
            dot = tag("i", class_=f"dot state-{state}")
            return tag("td", dot, line(STATE_WORDS[state]), class_="state")
        case "exitcode", int():
            return tag("td", line(exit_code(value)), class_="number")
        case "duration_s", float():
            return tag("td", line(duration(value)), class_="number")
        case "max_rss_mb", float():
            return tag("td", line(size(value * 1e6)), class_="number")
    return tag("td", line(str(value), 200))
