"""Pictures read off the main thread, their dimensions known before anything is unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageReader

from hopla_gui.gui.preview.local_file import Unshowable
from hopla_gui.gui.preview.svg import safe_svg

MOST_BYTES = 64_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4_096  # of what is kept of a picture
SVG_SIDE = 1_600

# The format is told to Qt by what the file begins with: nothing else is tried on it.
_FORMATS = {
    b"\x89PNG\r\n\x1a\n": b"png",
    b"\xff\xd8\xff": b"jpeg",
    b"GIF87a": b"gif",
    b"GIF89a": b"gif",
    b"BM": b"bmp",
}


@dataclass(frozen=True)
class Picture:
    """A picture, at most `LONGEST_SIDE` wide and high, and the size that it has itself."""

    image: QImage
    width: int
    height: int


def pixels_words(width: int, height: int) -> str:
    """Return the size of a picture in words."""
    return f"{width:,} × {height:,}"  # noqa: RUF001


def picture_format(head: bytes) -> bytes | None:
    """Return Qt's name of the format of a picture that begins so; ``None`` for no picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return b"webp"
    return next((name for start, name in _FORMATS.items() if head.startswith(start)), None)


def read_picture(file: IO[bytes], size: int, kind: bytes, most: int = LONGEST_SIDE) -> Picture:
    """Read a picture in a format of Qt's, scaled to at most so many pixels a side."""
    if size > MOST_BYTES:
        raise Unshowable("The file is too large to be shown here.")
    reader = _Reader(file.read(MOST_BYTES), kind)
    own = reader.size()
    if own.isEmpty():
        raise Unshowable("The picture is damaged, or has no size.")
    if own.width() * own.height() > MOST_PIXELS:
        pixels = pixels_words(own.width(), own.height())
        raise Unshowable(f"{pixels} pixels are too many to be shown here.")
    if max(own.width(), own.height()) > most:
        reader.setScaledSize(_fitting(own, most))
    return Picture(_read(reader), own.width(), own.height())


def draw_svg(data: bytes, most: int = SVG_SIDE) -> Picture:
    """Draw an SVG, with nothing that it names elsewhere."""
    # By Qt's reader, which lets other threads run meanwhile, where QSvgRenderer does not. Nor does
    # the reader when it is asked for the size.
    safe = safe_svg(data)
    own = QSizeF(safe.width, safe.height)
    reader = _Reader(safe.data, b"svg")
    reader.setScaledSize(_fitting(own, most))
    return Picture(_read(reader), round(own.width()), round(own.height()))


class _Reader(QImageReader):
    """Reads bytes in one format; no other is tried on them."""

    def __init__(self, data: bytes, kind: bytes) -> None:
        self._buffer = QBuffer()  # Qt's reader does not own what it reads from
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        super().__init__(self._buffer, QByteArray(kind))
        self.setAutoDetectImageFormat(False)
        self.setAutoTransform(True)


def _fitting(own: QSize | QSizeF, most: int) -> QSize:
    size = QSizeF(own).scaled(QSizeF(most, most), Qt.AspectRatioMode.KeepAspectRatio).toSize()
    return size.expandedTo(QSize(1, 1))


def _read(reader: QImageReader) -> QImage:
    image = reader.read()
    if image.isNull():
        raise Unshowable(f"The picture is damaged: {reader.errorString()}.")
    return image
