"""What the window is doing that takes a while."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from hopla_gui.gui.theme import SPACING

_AFTER_MS = 150  # what is done sooner is not worth a flicker


class BusyBar(QWidget):
    """A line with a moving bar; appears when the work lasts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        moving = QProgressBar()
        moving.setRange(0, 0)
        moving.setTextVisible(False)
        moving.setFixedWidth(120)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.MEDIUM, 0)
        layout.addWidget(moving)
        layout.addWidget(self._label, 1)
        self._later = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._later.timeout.connect(self.show)
        self.hide()

    @Slot(str)
    def set_text(self, text: str) -> None:
        """Say what is under way; nothing for an empty text."""
        self._label.setText(text)
        if text:
            self._later.start()
        else:
            self._later.stop()
            self.hide()
