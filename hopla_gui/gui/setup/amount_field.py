"""The field for an amount of bytes: what is typed may be in another unit than the field's."""

from __future__ import annotations

import re

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox

_BYTES = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_UNIT = re.compile(r"\s*([kmgt])i?b?$", re.IGNORECASE)
_DECIMALS = 6  # a KB is still told in GB
_SHORTEST = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value


class AmountField(QDoubleSpinBox):
    """An amount in one unit, 0 for no limit; the wheel leaves it alone without the focus.

    What is no amount leaves it as it was before somebody typed.
    """

    changed = Signal()

    def __init__(self, unit: str, step: float, highest: float = 100_000) -> None:
        super().__init__()
        self._bytes = _BYTES[unit[0].lower()]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(0, highest)
        self.setDecimals(_DECIMALS)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}")
        self.setSpecialValueText("no limit")
        self.setKeyboardTracking(False)  # else the start of what is no amount would be kept
        self.lineEdit().setTextMargins(5, 0, 0, 0)
        self._is_typed = False
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self.valueChanged.connect(lambda _: self.changed.emit())
        self.editingFinished.connect(self._on_editing_finished)

    def value(self) -> float:
        """Return the amount, also while it is typed."""
        amount = self._amount(self.text())
        return super().value() if amount is None else amount

    def set_value(self, value: float) -> None:
        """Show an amount."""
        self.setValue(value)

    def error(self) -> str | None:
        """Say what is no amount, as long as it stands there."""
        if self._amount(self.text()) is not None:
            return None
        typed = self.text().removesuffix(self.suffix()).strip()
        problem = f"“{typed}” is no amount that can be had here" if typed else "no amount"
        return f"{problem}; write 500 MB or 1.5 GB, 0 for no limit"

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Tell whether a text is an amount; the unit that is typed takes the place of the own."""
        bare = text.removesuffix(self.suffix())
        if _UNIT.search(bare):
            text, place = bare, min(place, len(bare))
        is_amount = self._amount(text) is not None
        states = QValidator.State
        return states.Acceptable if is_amount else states.Intermediate, text, place

    @Slot()
    def _on_text_edited(self) -> None:
        self._is_typed = True
        self.changed.emit()

    @Slot()
    def _on_editing_finished(self) -> None:
        """Tell that what was no amount has gone; nothing where the focus has only passed by."""
        if self._is_typed:
            self._is_typed = False
            self.changed.emit()

    def fixup(self, text: str) -> str:
        """Leave it: Qt would make 15 of 1,5."""
        return text

    def valueFromText(self, text: str) -> float:
        """Return an amount in the field's unit."""
        return self._amount(text) or 0.0

    def textFromValue(self, value: float) -> str:
        """Return no more decimals than there are."""
        text = self.locale().toString(value, "f", _SHORTEST)
        return text.replace(self.locale().groupSeparator(), "")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def _amount(self, text: str) -> float | None:
        """Return the amount, ``None`` for what is none that the field can hold."""
        if text == self.specialValueText():
            return 0.0
        bare = text.removesuffix(self.suffix()).strip()
        unit = _UNIT.search(bare)
        number, is_number = self.locale().toDouble(bare[: unit.start()] if unit else bare)
        factor = _BYTES[unit[1].lower()] / self._bytes if unit else 1
        amount = round(number * factor, _DECIMALS)
        is_held = is_number and amount <= self.maximum() and (amount > 0 or number == 0)
        return amount if is_held else None
