"""Line icons drawn from SVG in the colours of the theme, sharp at every scale."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer

from hopla_gui import paths
from hopla_gui.domain.job import JobState
from hopla_gui.gui.palette import state_colour

Tint = Callable[[], QColor]


class _LineIcon(QIconEngine):
    """Paints ``resources/icons/<name>.svg``; asks for its colour each time it paints."""

    def __init__(self, name: str, tint: Tint) -> None:
        super().__init__()
        self._name = name
        self._tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw the icon in the middle of ``rect``."""
        _renderer(self._name, self._colour(mode).name()).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """Return the icon on a transparent ground, ``size`` in pixels of the screen."""
        if size.isEmpty():  # a button that is not laid out yet
            return QPixmap()
        colour = self._colour(mode).name()
        key = f"{self._name} {colour} {size.width()}x{size.height()}"
        pixmap = QPixmap()
        if not QPixmapCache.find(key, pixmap):  # buttons ask each time that they are painted
            pixmap = QPixmap(size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            _renderer(self._name, colour).render(painter, QRectF(pixmap.rect()))
            painter.end()
            QPixmapCache.insert(key, pixmap)
        return pixmap

    def _colour(self, mode: QIcon.Mode) -> QColor:
        if mode is QIcon.Mode.Disabled:
            return _palette_colour(QPalette.ColorRole.ButtonText, disabled=True)
        return self._tint()

    def clone(self) -> QIconEngine:
        """Return a copy, for an icon that is about to change."""
        return _LineIcon(self._name, self._tint)


def _palette_colour(role: QPalette.ColorRole, disabled: bool = False) -> QColor:
    group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
    return QGuiApplication.palette().color(group, role)


@cache
def _source(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = _source(name).replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return renderer


@cache
def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return an icon of ``resources/icons`` in a colour of the palette, whatever the theme."""
    _source(name)  # a name that is not there fails here, not in the middle of a paint event
    return QIcon(_LineIcon(name, lambda: _palette_colour(role)))


@cache
def tinted_icon(name: str, tint: Tint) -> QIcon:
    """Return an icon in the colour that ``tint()`` gives when it is painted."""
    _source(name)
    return QIcon(_LineIcon(name, tint))


@cache
def state_icon(state: JobState) -> QIcon:
    """Return the icon of a job state in that state's colour; each has a shape of its own."""
    return QIcon(_LineIcon(state.value, lambda: state_colour(state)))


@cache
def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(paths.resource("icons", "hopla_gui.svg")))
