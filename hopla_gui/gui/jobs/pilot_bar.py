"""A bar that stays while jobs wait behind the pilot: to run them, or not, after a look."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.theme import SPACING, icon


class PilotBar(QFrame):
    """Says how many jobs wait for a word.

    Signals
    -------
    go_on_wanted, cancel_wanted
        The word.
    """

    go_on_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("message", "info")
        self._label = QLabel()
        self._label.setWordWrap(True)
        self.go_on_button = QPushButton("Run the rest")
        self.go_on_button.setProperty("primary", True)
        self.go_on_button.clicked.connect(self.go_on_wanted)
        self.cancel_button = QPushButton("Cancel the rest")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        row.setSpacing(SPACING.SMALL)
        row.addWidget(IconLabel(icon("flag")))
        row.addWidget(self._label, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.go_on_button)
        self.hide()

    def show_waiting(self, jobs: int) -> None:
        """Say that jobs wait; nothing for none."""
        self._label.setText(
            f"{jobs:,} jobs wait behind the pilot" if jobs > 1 else "1 job waits behind the pilot"
        )
        self.setVisible(bool(jobs))

    def text(self) -> str:
        """Return what it says."""
        return self._label.text()
