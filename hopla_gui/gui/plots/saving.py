"""A plot as a file or on the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSaveFile, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView

from hopla_gui.gui.theme import colours

SCALE = 2.0  # pixels of a saved picture to one on the screen


def picture_of(view: QGraphicsView) -> QImage:
    """Return what a view shows, at twice its size."""
    size = view.viewport().size()
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(colours().base))
    painter = QPainter(image)
    _render(view, painter, size)
    painter.end()
    return image


def svg_of(view: QGraphicsView, title: str) -> bytes:
    """Return what a view shows as an SVG document: shapes and text, no pixels of the screen."""
    size = view.viewport().size()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setResolution(view.logicalDpiX())  # axes are recorded for the screen's
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(colours().base))
    _render(view, painter, size)
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


def _render(view: QGraphicsView, painter: QPainter, size: QSize) -> None:
    target = QRectF(0, 0, size.width(), size.height())
    view.scene().render(painter, target, view.mapToScene(view.viewport().rect()).boundingRect())
