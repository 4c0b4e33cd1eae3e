"""Many points as one picture: a label a pixel, a disc a point."""

from __future__ import annotations

import numpy as np
from numpy.random import default_rng  # at once: numpy puts it off to the first use
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Floats = NDArray[np.float64]
Labels = NDArray[np.uint8]

_PIECE = 50_000  # points at a time: each takes some hundred bytes


def discs(xs: Floats, ys: Floats, labels: Labels, width: int, height: int, radius: int) -> Labels:
    """Return the labels of points, each a disc around its pixel; 0 where there is none.

    Which one is on top is left to chance, always the same: neither the last group nor the highest
    value hides the others.
    """
    margin = 2 * radius  # for discs that reach over the edge
    room = width + 2 * margin
    image = np.zeros((height + 2 * margin) * room, np.uint8)
    reach = np.arange(-radius, radius + 1)
    disc = np.flatnonzero(reach**2 + reach[:, None] ** 2 <= radius * radius + radius)
    offsets = reach[disc // len(reach)] * room + reach[disc % len(reach)]
    is_near = (xs >= -radius) & (xs < width + radius) & (ys >= -radius) & (ys < height + radius)
    order = default_rng(0).permutation(len(xs))
    order = order[is_near[order]]
    for start in range(0, len(order), _PIECE):
        piece = order[start : start + _PIECE]
        rows, columns = (np.floor(places[piece]).astype(np.intp) + margin for places in (ys, xs))
        image[(rows * room + columns)[:, None] + offsets] = labels[piece, None]
    return image.reshape(-1, room)[margin:-margin, margin:-margin]


def coloured(
    image: Labels, colours: list[QColor], opacity: NDArray[np.float64] | None = None
) -> QImage:
    """Return a picture of labels; the first colour is that of label 1."""
    table = np.zeros(256, np.uint32)
    table[1 : len(colours) + 1] = [colour.rgba() for colour in colours]
    height, width = image.shape
    pixels = np.ascontiguousarray(table[image])
    if opacity is not None:
        pixels &= 0xFFFFFF
        pixels |= np.rint(255 * opacity).astype(np.uint32) << 24
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
