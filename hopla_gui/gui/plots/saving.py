"""A plot as a file or on the clipboard: in the light theme, for it goes onto paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSaveFile, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from hopla_gui.gui.palette import LIGHT, used
from hopla_gui.gui.plots.canvas import PlotCanvas

SCALE = 2.0  # pixels of a saved picture to one on the screen
_PAPER = QColor(LIGHT.base)


def picture_of(canvas: PlotCanvas) -> QImage:
    """Return what a plot shows, at twice its size."""
    size = canvas.viewport().size()
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(_PAPER)
    painter = QPainter(image)
    _render(canvas, painter, size)
    painter.end()
    return image


def svg_of(canvas: PlotCanvas, title: str) -> bytes:
    """Return what a plot shows as an SVG document: shapes and text, no pixels of the screen."""
    size = canvas.viewport().size()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setResolution(canvas.logicalDpiX())  # axes are recorded for the screen's
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), _PAPER)
    _render(canvas, painter, size)
    painter.end()
    return bytes(buffer.data().data())


def png_of(image: QImage) -> bytes:
    """Return a picture as a PNG file; on any thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def write(path: Path, data: bytes) -> str:
    """Write a file whole or not at all; return why it cannot be, empty where it was."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return file.errorString()
    file.write(data)
    return "" if file.commit() else file.errorString()


def _render(canvas: PlotCanvas, painter: QPainter, size: QSize) -> None:
    target = QRectF(0, 0, size.width(), size.height())
    source = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    with _light(canvas):
        canvas.scene().render(painter, target, source)


@contextmanager
def _light(canvas: PlotCanvas) -> Iterator[None]:
    """Have a plot in the light theme; on the screen nothing of it is seen, for none is painted."""
    try:
        with used(LIGHT):
            canvas.show_theme()
            yield
    finally:
        canvas.show_theme()
