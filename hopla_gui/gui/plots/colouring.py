"""The colours of groups and shades in the theme in use."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QColor

from hopla_gui.domain.plots.palette import category_colours, ramp
from hopla_gui.gui.theme import colours, is_dark

RAMP = "viridis"


class HasSlot(Protocol):
    """Whatever has a place among the category colours."""

    @property
    def slot(self) -> int:
        """Return the place; below 0 for none."""


def group_colour(group: HasSlot) -> QColor:
    """Return the colour of a group; grey for one without a slot."""
    if group.slot < 0:
        return QColor(colours().disabled)
    found = category_colours(dark=is_dark())
    return QColor(found[group.slot % len(found)])


def shade_colours(steps: int) -> list[QColor]:
    """Return the colours of a ramp, but for the end that the ground would swallow."""
    spare = steps // 8
    found = ramp(RAMP, steps + spare)
    return [QColor(colour) for colour in (found[spare:] if is_dark() else found[:steps])]
