"""The colours of a terminal, light and dark, as text formats."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QTextCharFormat

from hopla_gui.gui.jobs.ansi import Style
from hopla_gui.gui.theme import dim_colour

# The 16 named colours, each readable on the base colour of its theme.
_ON_LIGHT = (
    *("#1c2128", "#b3261e", "#00704f", "#855400", "#0b65b8", "#8a2f8f", "#00687a", "#59626f"),
    *("#59626f", "#c8372d", "#1a7f37", "#9a6700", "#0969da", "#a040a0", "#0b7285", "#3b434d"),
)
_ON_DARK = (
    *("#8b949e", "#ff8f84", "#43cfa0", "#e3b341", "#6fb8ff", "#d8a0e8", "#5fd3e0", "#c9d1d9"),
    *("#a1aab6", "#ffa198", "#56d364", "#f2cc60", "#8cc8ff", "#e8b8f5", "#80e5f0", "#ffffff"),
)


@lru_cache(maxsize=512)
def text_format(style: Style, dark: bool) -> QTextCharFormat:
    """Return the format of a style in a theme."""
    found = QTextCharFormat()
    if style.foreground is not None:
        found.setForeground(_colour(style.foreground, dark))
    elif style.is_dim:
        found.setForeground(dim_colour())
    if style.background is not None:
        found.setBackground(_colour(style.background, dark))
        if style.foreground is None:
            light_ground = _colour(style.background, dark).lightness() > 128
            found.setForeground(QColor("#1c2128" if light_ground else "#ffffff"))
    if style.is_bold:
        found.setFontWeight(QFont.Weight.Bold)
    found.setFontItalic(style.is_italic)
    found.setFontUnderline(style.is_underlined)
    return found


def _colour(colour: int | tuple[int, int, int], dark: bool) -> QColor:
    if isinstance(colour, tuple):
        return QColor(*colour)
    if colour < 16:
        return QColor((_ON_DARK if dark else _ON_LIGHT)[colour])
    if colour >= 232:
        grey = 8 + 10 * (colour - 232)
        return QColor(grey, grey, grey)
    cube = colour - 16
    levels = [(cube // step) % 6 for step in (36, 6, 1)]
    return QColor(*(55 + 40 * level if level else 0 for level in levels))
