"""Where a picture is drawn: axes, key, zoom, what is under the pointer, which job is selected."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from hopla_gui.gui.plots.axis import ScaleAxis
from hopla_gui.gui.plots.key import Key, KeyContent
from hopla_gui.gui.plots.pixels import PixelItem, Screen
from hopla_gui.gui.plots.shown import Layer, Shown
from hopla_gui.gui.theme import SPACING, colours
from hopla_gui.turns import main_thread_works

_MOST_RINGS = 100
_CLICK = 4  # pixels that a click may slip
_PAN = 0.15  # of what is in sight, by key
_ZOOM = 0.8


class PlotCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Shows one layer at a time.

    Dragging moves, the wheel zooms, a double click fits all in; so do the arrows, + and -, Home.

    Signals
    -------
    job_picked
        The index of the job that was clicked; -1 beside all of them, and on Escape.
    """

    job_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shown: Shown | None = None  # the base class changes the palette already
        super().__init__(parent, background=None)
        self._is_fitted = True
        self._pressed_at: QPoint | None = None
        self._bottom, self._left = ScaleAxis("bottom"), ScaleAxis("left")
        self.view = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.view.disableAutoRange()
        self.key = Key()
        self._selection = _Selection()
        self._lay_out()
        self._tip = _hover_label(self)
        self.view.sigRangeChangedManually.connect(self._on_moved)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Plot")
        self.show_theme()

    def _lay_out(self) -> None:
        layout = pg.GraphicsLayout(border=None)
        layout.setContentsMargins(SPACING.TINY, SPACING.SMALL, SPACING.TINY, SPACING.TINY)
        layout.setSpacing(0)
        layout.addItem(self._left, 0, 0)
        layout.addItem(self.view, 0, 1)
        layout.addItem(self._bottom, 1, 1)
        layout.addItem(self.key, 0, 2)
        layout.layout.setColumnStretchFactor(1, 1)
        for axis in (self._left, self._bottom):
            axis.linkToView(self.view)
        self.view.addItem(self._selection, ignoreBounds=True)
        self._selection.setZValue(10)
        self.setCentralItem(layout)

    # What is shown

    def show_picture(self, shown: Shown, *, keep_view: bool) -> None:
        """Show a picture in place of the one before.

        Parameters
        ----------
        keep_view
            Stay where somebody has moved to.
        """
        if self._shown is not None:
            self.view.removeItem(self._shown.layer)
        self._shown = shown
        self._selection.layer = shown.layer
        self._bottom.show_scale(shown.x)
        self._left.show_scale(shown.y)
        self.view.setMouseEnabled(x=True, y=shown.zooms_up)
        self.view.addItem(shown.layer, ignoreBounds=True)
        self.key.show_content(shown.key())
        self.viewport().update()
        self._tip.hide()
        if self._is_fitted or not keep_view:
            self.fit()

    @property
    def layer(self) -> Layer | None:
        """The marks that are shown."""
        return self._shown.layer if self._shown is not None else None

    @property
    def selected(self) -> tuple[int, ...]:
        """The jobs that have a ring around them."""
        return self._selection.jobs

    def titles(self) -> tuple[str, str]:
        """Return what the axes are called, along and up."""
        return self._bottom.title, self._left.title

    def axis_html(self) -> tuple[str, str]:
        """Return what is put down for the titles of the axes."""
        return self._bottom.labelString(), self._left.labelString()

    def fit(self) -> None:
        """Bring all marks into sight."""
        self._is_fitted = True
        area = (self._shown.layer.area() if self._shown else None) or QRectF(0.0, 0.0, 1.0, 1.0)
        left, right, low, high = area.left(), area.right(), area.top(), area.bottom()
        across, up = area.width(), area.height()
        self.view.setLimits(
            xMin=left - 2 * across,
            xMax=right + 2 * across,
            yMin=low - 2 * up,
            yMax=high + 2 * up,
            minXRange=across * 1e-7,
            minYRange=up * 1e-7,
        )
        self.view.setRange(xRange=(left, right), yRange=(low, high), padding=0.0)

    def show_selected(self, jobs: Sequence[int]) -> None:
        """Put a ring around the marks of some jobs, the first ones of many."""
        self._selection.jobs = tuple(jobs[:_MOST_RINGS])
        self._selection.update()

    def show_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.setBackgroundBrush(QColor(colours().base))
        self.view.setBorder(QPen(QColor(colours().border), 1))
        for axis in (self._bottom, self._left):
            axis.show_theme()
        self.key.show_content(self._shown.key() if self._shown else KeyContent())
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all there is, while readers wait."""
        main_thread_works()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self.show_theme()

    # Pointer and keys

    def _place(self, at: QPoint) -> QPointF | None:
        """Return the position under a pixel; ``None`` outside the plot."""
        in_scene = self.mapToScene(at)
        if not self.view.sceneBoundingRect().contains(in_scene):
            return None
        return QPointF(self.view.mapSceneToView(in_scene))

    def _pixel(self) -> tuple[float, float]:
        across, up = self.view.viewPixelSize()
        return abs(across), abs(up)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began."""
        self._pressed_at = event.position().toPoint()
        self._tip.hide()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the job that was clicked."""
        super().mouseReleaseEvent(event)
        at, began = event.position().toPoint(), self._pressed_at
        self._pressed_at = None
        is_click = began is not None and (at - began).manhattanLength() <= _CLICK
        if not is_click or event.button() != Qt.MouseButton.LeftButton or self._shown is None:
            return
        place = self._place(at)
        job = None if place is None else self._shown.layer.job_at(place, self._pixel())
        if place is not None:
            self.job_picked.emit(-1 if job is None else job)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Fit all in."""
        self.fit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        place = self._place(at) if self._pressed_at is None else None
        if place is None or self._shown is None:
            self._tip.hide()
        else:
            self._show_tip(at, self._shown.describe(place, self._pixel()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell nothing any more."""
        super().leaveEvent(event)
        self._tip.hide()

    def tip_text(self) -> str:
        """Return what is told of what is under the pointer."""
        return "" if self._tip.isHidden() else self._tip.text()

    def _show_tip(self, at: QPoint, text: str) -> None:
        if not text:
            self._tip.hide()
            return
        self._tip.setText(text)
        self._tip.adjustSize()
        size = self._tip.size()
        right = at.x() + 14 + size.width() <= self.width()
        left = at.x() + 14 if right else max(0, at.x() - 14 - size.width())
        top = max(0, min(at.y() + 12, self.height() - size.height() - 2))
        self._tip.move(left, top)
        self._tip.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and zoom."""
        key = Qt.Key
        moves = {
            key.Key_Left: (-1, 0),
            key.Key_Right: (1, 0),
            key.Key_Up: (0, 1),
            key.Key_Down: (0, -1),
        }
        zooms = {key.Key_Plus: _ZOOM, key.Key_Equal: _ZOOM, key.Key_Minus: 1 / _ZOOM}
        pressed = Qt.Key(event.key())
        (left, right), (low, high) = self.view.viewRange()
        if pressed in moves:
            x, y = moves[pressed]
            y *= self._zooms_up
            self.view.translateBy(x=x * _PAN * (right - left), y=y * _PAN * (high - low))
            self._is_fitted = False
        elif pressed in zooms:
            self.view.scaleBy((zooms[pressed], zooms[pressed] if self._zooms_up else 1.0))
            self._is_fitted = False
        elif pressed == key.Key_Home:
            self.fit()
        elif pressed == key.Key_Escape and self._selection.jobs:
            self.job_picked.emit(-1)
        else:
            event.ignore()

    @property
    def _zooms_up(self) -> bool:
        return self._shown is not None and self._shown.zooms_up

    def _on_moved(self, *_: object) -> None:
        self._is_fitted = False


class _Selection(PixelItem):
    """A ring around each of the jobs that are selected."""

    def __init__(self) -> None:
        super().__init__()
        self.layer: Layer | None = None
        self.jobs: tuple[int, ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def draw(self, painter: QPainter, screen: Screen, _area: QRectF) -> None:
        """Draw them, where the jobs are drawn."""
        found = map(self.layer.place_of, self.jobs) if self.layer is not None else ()
        places = [QPointF(screen.x(at.x()), screen.y(at.y())) for at in found if at is not None]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((colours().base, 5.0), (colours().text, 2.4)):
            painter.setPen(QPen(QColor(colour), width))
            for place in places:
                painter.drawEllipse(place, 9.0, 9.0)


def _hover_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFrameShape(QFrame.Shape.StyledPanel)
    label.setProperty("card", True)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setMargin(SPACING.TINY)
    label.hide()
    return label
