"""How far an export is, with a button that gives it up."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from hopla_gui.gui.jobs.plain_view import dim_label
from hopla_gui.gui.theme import SPACING

_AFTER_MS = 300  # what is done sooner is not worth a flicker
_STEPS = 1_000


class ExportBar(QWidget):
    """A line with a bar that fills; appears when the export lasts."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = dim_label()
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setFixedWidth(240)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.MEDIUM, 0)
        layout.setSpacing(SPACING.SMALL)
        layout.addWidget(self.bar)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.cancel_button)
        self._later = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._later.timeout.connect(self.show)
        self.hide()

    def start(self, text: str) -> None:
        """Say what is under way."""
        self._label.setText(text)
        self.bar.setValue(0)
        self.cancel_button.setEnabled(True)
        self._later.start()

    def set_fraction(self, fraction: float) -> None:
        """Show how far it is, from 0 to 1."""
        self.bar.setValue(round(fraction * _STEPS))

    def stop(self) -> None:
        """Show nothing more."""
        self._later.stop()
        self.hide()
