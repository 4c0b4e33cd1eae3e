"""Text from jobs, made safe to show: see `hopla_gui.domain.shown_text`."""

from hopla_gui.domain.shown_text import (
    CELL_LIMIT,
    LINE_LIMIT,
    cut,
    cut_words,
    is_plain,
    many_lines,
    one_line,
    tip,
)

__all__ = [
    "CELL_LIMIT",
    "LINE_LIMIT",
    "cut",
    "cut_words",
    "is_plain",
    "many_lines",
    "one_line",
    "tip",
]
