"""What to make of what the jobs of a run took: a panel that opens below the head of the run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.advice import Advice
from hopla_gui.domain.advice_words import advice_lines, summary_words
from hopla_gui.gui.jobs.plain_view import copy_text, text_button
from hopla_gui.gui.jobs.text import tip
from hopla_gui.gui.theme import SPACING


class AdvicePanel(QFrame):
    """Shows advice, and offers to follow it.

    Parameters
    ----------
    button
        Opens and closes the panel; it is seen while there is advice, and says the best of it.

    Signals
    -------
    following_wanted
        The form is to follow the advice.
    """

    following_wanted = Signal()

    def __init__(self, button: QToolButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("message", "info")
        self.button = button
        self.button.toggled.connect(self.setVisible)
        self._lines = QLabel()
        self._lines.setTextFormat(Qt.TextFormat.PlainText)
        self._lines.setWordWrap(True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.follow_button = QPushButton()
        self.follow_button.setProperty("primary", True)
        self.follow_button.setToolTip("Change the form; undo takes it back")
        self.follow_button.clicked.connect(self.following_wanted)
        self.copy_button = text_button("Copy", "copy", "Copy the advice")
        self.copy_button.clicked.connect(lambda: copy_text(self.text(), self.copy_button))
        close = text_button("Close", "close", "Hide the advice")
        close.clicked.connect(lambda: self.button.setChecked(False))
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.SMALL)
        foot.addStretch(1)
        for widget in (self.copy_button, close, self.follow_button):
            foot.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(self._lines)
        column.addLayout(foot)
        self.show_advice(None)

    def show_advice(self, advice: Advice | None) -> None:
        """Offer advice behind the button; nothing for ``None``."""
        self._lines.setText("\n".join(advice_lines(advice)) if advice else "")
        self.button.setToolTip(tip(summary_words(advice)) if advice else "")
        self.button.setVisible(advice is not None)
        self.setVisible(advice is not None and self.button.isChecked())

    def offer(self, short: str, words: str) -> None:
        """Offer to follow the advice; nothing for empty words.

        Parameters
        ----------
        short
            What it comes down to, for the button that opens the panel.
        """
        self.button.setText(f"Advice: {short}" if short else "Advice")
        self.follow_button.setText(words)
        self.follow_button.setVisible(bool(words))

    def text(self) -> str:
        """Return all that it says."""
        return self._lines.text()
