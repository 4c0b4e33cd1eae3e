"""Many points as one picture: a label a pixel, grown to a disc, whatever the number of points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Labels = NDArray[np.uint8]
Ranked = NDArray[np.uint32]  # a label in the lowest byte, what is on top in those above


def label_image(
    xs: NDArray[np.float64], ys: NDArray[np.float64], labels: Labels, width: int, height: int
) -> Ranked:
    """Return the labels of the points at their pixels, 0 where there is none.

    Which one is on top is left to chance, always the same: neither the last group nor the highest
    value hides the others.
    """
    image = np.zeros((height, width), np.uint32)
    inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    rows, columns = ys[inside].astype(np.intp), xs[inside].astype(np.intp)
    order = np.random.default_rng(0).permutation(len(xs)).astype(np.uint32)
    np.maximum.at(image, (rows, columns), ((order << 8) | labels)[inside])
    return image


def grown(image: Ranked, radius: int) -> Labels:
    """Return the labels with every point a disc: rows of growing width, laid over one another."""
    result = image.copy()
    row, reach = image, 0
    for dy in range(radius, -1, -1):
        half = int((radius * radius + radius - dy * dy) ** 0.5)
        while reach < half:
            row = _widened(row)
            reach += 1
        if dy:
            np.maximum(result[dy:], row[:-dy], out=result[dy:])
            np.maximum(result[:-dy], row[dy:], out=result[:-dy])
        else:
            np.maximum(result, row, out=result)
    return (result & 0xFF).astype(np.uint8)


def _widened(image: Ranked) -> Ranked:
    wide = image.copy()
    np.maximum(wide[:, 1:], image[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], image[:, 1:], out=wide[:, :-1])
    return wide


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
