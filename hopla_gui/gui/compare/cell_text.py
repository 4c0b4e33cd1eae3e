"""The cells of a comparison as people read them. Pure functions; no Qt."""

from __future__ import annotations

from hopla_gui.domain.comparison import ABSENT, Delta, Quantity, Rest, Row, delta
from hopla_gui.domain.job import JobState
from hopla_gui.gui.jobs.formatting import STATE_WORDS, duration, exit_code, size, value_text

NOTHING = "—"
_BYTES_IN_A_MB = 1_000_000


def cell_text(row: Row, job: int, limit: int = 200) -> str:
    """Return what a job has; a dash where it has nothing.

    A text has quotes where other jobs have something else: ``"nan"`` is not the number ``nan``.
    """
    cell = row.cells[job]
    if cell is ABSENT:
        return NOTHING
    if isinstance(cell, Rest):
        return f"{cell.count:,} more"
    match row.quantity:
        case Quantity.STATE:
            return STATE_WORDS[JobState(str(cell))]
        case Quantity.EXIT_CODE if isinstance(cell, int):
            return exit_code(cell)
        case Quantity.SECONDS if isinstance(cell, int | float):
            return duration(cell)
        case Quantity.MEGABYTES if isinstance(cell, int | float):
            return size(cell * _BYTES_IN_A_MB)
    text = value_text(cell, limit)
    return f'"{text}"' if row.is_mixed and isinstance(cell, str) else text


def delta_text(row: Row, job: int, reference: int) -> str:
    """Return ``+0.02 (+4 %)``: how far a job's number lies from the reference's."""
    if row.quantity in (Quantity.STATE, Quantity.EXIT_CODE):
        return ""
    found = delta(row.cells[job], row.cells[reference])
    if found is None:
        return ""
    absolute = _amount(found, row.quantity)
    return absolute if found.relative is None else f"{absolute} ({_percent(found.relative)})"


def _amount(found: Delta, quantity: Quantity) -> str:
    sign = "+" if found.absolute > 0 else "-"
    if quantity is Quantity.SECONDS:
        return sign + duration(abs(found.absolute))
    if quantity is Quantity.MEGABYTES:
        return sign + size(abs(found.absolute) * _BYTES_IN_A_MB)
    return f"{sign}{abs(found.absolute):.4g}"


def _percent(share: float) -> str:
    percent = abs(share) * 100
    sign = "+" if share > 0 else "-"
    if percent >= 1_000:
        return f"x {1 + share:,.0f}" if share > 0 else f"{sign}{percent:,.0f} %"
    return f"{sign}{percent:.3g} %" if percent >= 0.1 else f"{sign}<0.1 %"
