"""A bar that stays above the jobs while some of them wait for a word."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.theme import SPACING, icon


class OfferBar(QFrame):
    """Says what waits, and offers what can be done with it.

    Parameters
    ----------
    accept, decline
        Words of the buttons; no second button where they are empty.

    Signals
    -------
    accepted, declined
        The button that was pressed.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(
        self, icon_name: str, accept: str, decline: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("message", "info")
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self.accept_button = QPushButton(accept)
        self.accept_button.setProperty("primary", True)
        self.accept_button.clicked.connect(self.accepted)
        self.decline_button = QPushButton(decline)
        self.decline_button.clicked.connect(self.declined)
        self.decline_button.setVisible(bool(decline))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        row.setSpacing(SPACING.SMALL)
        row.addWidget(IconLabel(icon(icon_name)))
        row.addWidget(self._label, 1)
        row.addWidget(self.decline_button)
        row.addWidget(self.accept_button)
        self.hide()

    def show_text(self, text: str) -> None:
        """Say something; nothing hides the bar."""
        self._label.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Return what it says."""
        return self._label.text()
