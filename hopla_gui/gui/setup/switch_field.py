"""A run option that is on or off."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox


class SwitchField(QCheckBox):
    """On unless somebody switches it off; ``text`` says what is done while it is on."""

    changed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setChecked(True)
        self.clicked.connect(lambda _: self.changed.emit())

    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Show whether it is on."""
        self.setChecked(value)

    def error(self) -> None:
        """Nothing can be wrong."""
