"""A line through the means of a group, with a bar at each for their spread."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from hopla_gui.domain.plots.points import Group
from hopla_gui.gui.plots.colouring import group_colour
from hopla_gui.gui.plots.pixels import Floats, Screen, floats
from hopla_gui.gui.plots.shapes import draw_shape

_FEW = 200  # means in sight that have a mark and a bar each
_CAP = 4.0  # pixels to each side
_FAR = 1e5  # pixels; beyond, lines are cut


def draw_line(painter: QPainter, screen: Screen, area: QRectF, group: Group, dodge: float) -> None:
    """Draw the line of a group, ``dodge`` aside of its positions."""
    summary = group.summary
    if summary is None or not summary.xs:
        return
    colour = group_colour(group)
    xs = screen.across(floats(summary.xs) + dodge)
    seen = in_sight(xs, area)
    xs = xs[seen]
    means, lows, highs = (
        np.clip(screen.down(floats(each)[seen]), -_FAR, _FAR)
        for each in (summary.means, summary.lows, summary.highs)
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(xs) <= _FEW)
    painter.setPen(QPen(colour, 2.0 if len(xs) <= _FEW else 1.0))
    painter.drawLines(_segments(*thinned(np.clip(xs, -_FAR, _FAR), means)))
    if len(xs) > _FEW:
        return
    painter.setPen(QPen(colour, 1.4))
    painter.drawLines(_bars(xs, lows, highs))
    painter.setPen(QPen(colour.darker(150), 0.8))
    painter.setBrush(colour)
    for x, mean in zip(xs.tolist(), means.tolist(), strict=True):
        draw_shape(painter, QPointF(x, mean), group.slot, 4.6)


def in_sight(xs: Floats, area: QRectF) -> slice:
    """Return the positions in sight and the next one to each side; they go from left to right."""
    first = int(np.searchsorted(xs, area.left())) - 1
    last = int(np.searchsorted(xs, area.right(), side="right")) + 1
    return slice(max(first, 0), last)


def thinned(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Return what is seen of a line: of many positions in one column of pixels both extremes."""
    if len(xs) <= 2 * _FEW:
        return xs, ys
    columns = xs.astype(np.int64)
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    low, high = np.minimum.reduceat(ys, starts), np.maximum.reduceat(ys, starts)
    thin = np.empty(2 * len(starts))
    thin[0::2], thin[1::2] = low, high
    return np.repeat(xs[starts], 2), thin


def _segments(xs: Floats, ys: Floats) -> list[QLineF]:
    # One line after another: Qt takes seconds for a thick line of thousands of corners.
    points = list(zip(xs.tolist(), ys.tolist(), strict=True))
    return [QLineF(*one, *next_one) for one, next_one in pairwise(points)]


def _bars(xs: Floats, lows: Floats, highs: Floats) -> list[QLineF]:
    found = []
    for x, low, high in zip(xs.tolist(), lows.tolist(), highs.tolist(), strict=True):
        if low != high:
            found.append(QLineF(x, low, x, high))
            found += [QLineF(x - _CAP, end, x + _CAP, end) for end in (low, high)]
    return found
