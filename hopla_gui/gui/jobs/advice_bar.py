"""What the jobs of a run took, in a line; what to make of it below, folded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hopla_gui.domain.advice import Advice
from hopla_gui.domain.advice_words import advice_lines, summary_words
from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, text_button
from hopla_gui.gui.theme import SPACING, icon


class AdviceBar(QWidget):
    """Shows advice, and offers to follow it.

    Signals
    -------
    following_wanted
        The form is to follow the advice.
    """

    following_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = dim_label()
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.follow_button = text_button("", "success", "Change the form; undo takes it back")
        self.follow_button.clicked.connect(self.following_wanted)
        self.fold_button = text_button("Advice", "chevron-right", "What to make of it")
        self.fold_button.setCheckable(True)
        self.fold_button.toggled.connect(self._on_fold_toggled)
        self._details = QLabel()
        self._details.setTextFormat(Qt.TextFormat.PlainText)
        self._details.setWordWrap(True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = text_button("Copy", "copy", "Copy the advice")
        self.copy_button.clicked.connect(lambda: copy_text(self.text()))
        self._lay_out()
        self.show_advice(None)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACING.TINY)
        line.addWidget(self._summary, 1)
        for button in (self.follow_button, self.copy_button, self.fold_button):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addLayout(line)
        column.addWidget(self._details)

    def show_advice(self, advice: Advice | None) -> None:
        """Show advice, or nothing."""
        self._summary.setText(summary_words(advice) if advice else "")
        self._details.setText("\n".join(advice_lines(advice)) if advice else "")
        self.setVisible(advice is not None)
        self._on_fold_toggled(self.fold_button.isChecked())

    def offer(self, words: str) -> None:
        """Offer to follow the advice; nothing for empty words."""
        self.follow_button.setText(words)
        self.follow_button.setVisible(bool(words))

    def text(self) -> str:
        """Return all that it says."""
        return self._details.text()

    @Slot(bool)
    def _on_fold_toggled(self, opened: bool) -> None:
        self.fold_button.setIcon(icon("chevron-down" if opened else "chevron-right"))
        self._details.setVisible(opened)
        self.copy_button.setVisible(opened)
