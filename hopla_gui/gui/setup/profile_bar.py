"""Above the cluster's options: the button of the profiles, and that of the batch script."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from hopla_gui.gui.theme import SPACING, icon


class ProfileBar(QWidget):
    """Two buttons; what they do is connected from outside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.profile_button = QToolButton()
        self.profile_button.setText("Profiles")
        self.profile_button.setIcon(icon("settings"))
        self.profile_button.setToolTip("Named options of a cluster: apply one, or keep these")
        self.profile_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.script_button = QToolButton()
        self.script_button.setText("Batch script…")
        self.script_button.setIcon(icon("script"))
        self.script_button.setToolTip("Show what would be submitted, and what it asks for in all")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, SPACING.SMALL)
        row.setSpacing(SPACING.SMALL)
        for button in (self.profile_button, self.script_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            row.addWidget(button)
        row.addStretch()
