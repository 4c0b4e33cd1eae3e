"""A picture that fits its pane; a click shows it pixel by pixel, and once more the whole of it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

_STEP = 1.25
_LEAST, _MOST = 0.02, 32.0  # pixels of the screen for one of the picture
_MOST_FITTING = 4.0  # a tiny picture is enlarged so far to fit


class ImageView(QGraphicsView):
    """Shows a picture; plus, minus, 0 and Ctrl with the wheel change its scale.

    Signals
    -------
    scale_changed
        Pixels of the screen for one of the picture.
    """

    scale_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = QGraphicsScene(self)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        scene.addItem(self._item)
        self.setScene(scene)
        self._fits = True
        self._pressed_at: QPoint | None = None
        self._ratio = 1.0  # pixels of the picture itself for one of what was kept of it
        self.setMinimumSize(40, 40)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName("Picture")
        self.setToolTip("Click: pixel by pixel, or the whole · Ctrl and wheel: zoom")

    def show_image(self, image: QImage, width: int) -> None:
        """Show a picture, which is so many pixels wide itself."""
        shown = image
        if image.hasAlphaChannel():  # drawn for paper: what is transparent is white in dark, too
            shown = QImage(image.size(), QImage.Format.Format_RGB32)
            shown.fill(QColor("white"))
            painter = QPainter(shown)
            painter.drawImage(0, 0, image)
            painter.end()
        self._ratio = width / max(image.width(), 1)
        self._item.setPixmap(QPixmap.fromImage(shown))
        self.setSceneRect(QRectF(self._item.boundingRect()))
        self.fit()

    @property
    def shown_scale(self) -> float:
        """Pixels of the screen for one of the picture."""
        return self.transform().m11() * self.devicePixelRatioF() / self._ratio

    def fit(self) -> None:
        """Show the whole picture."""
        self._fits = True
        self.resetTransform()
        room, size = self.viewport().rect(), self.sceneRect()
        if size.isEmpty() or room.isEmpty():
            return
        fitting = min((room.width() - 2) / size.width(), (room.height() - 2) / size.height())
        fitting = min(fitting, _MOST_FITTING * self._ratio)
        self.scale(fitting, fitting)
        self._take_note()

    def show_pixels(self) -> None:
        """Show the picture pixel by pixel."""
        self.zoom(1.0 / self.shown_scale)

    def zoom(self, factor: float) -> None:
        """Enlarge what is shown."""
        wanted = min(max(self.shown_scale * factor, _LEAST), _MOST)
        self._fits = False
        self.scale(wanted / self.shown_scale, wanted / self.shown_scale)
        self._take_note()

    def _take_note(self) -> None:
        mode = QGraphicsView.DragMode
        self.setDragMode(mode.NoDrag if self._fits else mode.ScrollHandDrag)
        self.scale_changed.emit(self.shown_scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole in sight."""
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, or to drag the picture."""
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Change between the whole and its pixels, where the mouse did not move."""
        super().mouseReleaseEvent(event)
        place, self._pressed_at = self._pressed_at, None
        is_click = place is not None and (event.position().toPoint() - place).manhattanLength() < 4
        if is_click and event.button() == Qt.MouseButton.LeftButton:
            if self._fits:
                self.show_pixels()
            else:
                self.fit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by keys."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _STEP)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self.show_pixels()
            case _:
                super().keyPressEvent(event)
