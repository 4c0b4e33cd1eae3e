"""Where the jobs are run: here, or a scheduler, with a word on those that are not here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hopla_gui.engine.running.runners.cluster.backends import places
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.setup.plain_text import plain_label

_LOCAL = "local"


class PlaceField(QWidget):
    """A box of places; below it, what the chosen one lacks and how to get it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box = CalmComboBox()
        self.box.addItem("This machine", _LOCAL)
        self._missing: dict[str, str] = {}
        for place in places():
            text = place.title if place.missing is None else f"{place.title} (not here)"
            self.box.addItem(text, place.name)
            if place.missing is not None:
                self._missing[place.name] = place.missing
                self.box.setItemData(
                    self.box.count() - 1, place.missing, Qt.ItemDataRole.ToolTipRole
                )
        self._note = plain_label("", "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.box)
        column.addWidget(self._note)
        self.setFocusProxy(self.box)
        self.box.currentIndexChanged.connect(self._on_chosen)
        self._show_note()

    def value(self) -> str:
        """Return the word that ``on`` has for the place."""
        return str(self.box.currentData())

    def set_value(self, value: str) -> None:
        """Show a place."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def error(self) -> str | None:
        """Say that the place is not here."""
        missing = self._missing.get(self.value())
        return missing and f"{missing}"

    def _on_chosen(self, _place: int) -> None:
        self._show_note()
        self.changed.emit()

    def _show_note(self) -> None:
        missing = self._missing.get(self.value(), "")
        self._note.setText(missing)
        self._note.setVisible(bool(missing))
