"""The shapes of points: each group has its own, for those whom colours do not tell apart."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

_SIDES = (0, 4, 3, 4, 5, 3, 6, 4)  # of the shape of each slot; 0 is a circle
_TURNS = (0.0, 0.25, 0.0, 0.0, 0.0, 0.5, 0.0, 0.125)


def draw_shape(painter: QPainter, centre: QPointF, slot: int, size: float) -> None:
    """Draw the shape that stands for a slot: it tells groups apart where colours do not."""
    corners = _corners(slot, size)
    if corners is None:
        painter.drawEllipse(centre, size, size)
    else:
        painter.drawPolygon(corners.translated(centre))


@lru_cache(maxsize=64)
def _corners(slot: int, size: float) -> QPolygonF | None:
    """Return the corners of a shape around nothing, ``None`` for a circle."""
    sides = _SIDES[slot % len(_SIDES)] if slot > 0 else 0
    if not sides:
        return None
    turn = _TURNS[slot % len(_TURNS)] / 2 - 0.25
    angles = [2 * math.pi * (side / sides + turn) for side in range(sides)]
    reach = 1.2 * size
    return QPolygonF([QPointF(reach * math.cos(a), reach * math.sin(a)) for a in angles])
