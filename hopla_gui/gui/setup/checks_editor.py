"""Editors of values out of a few choices: check boxes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from hopla_gui.gui.flow_layout import FlowLayout
from hopla_gui.gui.setup.field import UNSET, Field, Kind
from hopla_gui.gui.setup.list_editors import LinesEdit
from hopla_gui.gui.setup.values import text_of, value_error
from hopla_gui.gui.theme import SPACING

_CHECKS_AT_MOST = 24


class ChecksEdit(QWidget):
    """Values out of the choices, checked in the order of the choices."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = _choices(field)
        flow = FlowLayout(self, SPACING.MEDIUM, SPACING.TINY)
        self._boxes = [QCheckBox(_choice_text(field, choice)) for choice in self._choices]
        for box in self._boxes:
            box.clicked.connect(self.changed)
            flow.addWidget(box)
        if self._boxes:
            self.setFocusProxy(self._boxes[0])

    @staticmethod
    def suits(field: Field) -> bool:
        """Whether the choices are few enough to be checked."""
        return 0 < len(_choices(field)) <= _CHECKS_AT_MOST

    @staticmethod
    def can_show(field: Field, items: Sequence[object]) -> bool:
        """Whether check boxes can tell these items: choices, in order, each once."""
        texts = [text_of(choice) for choice in _choices(field)]
        found = [text_of(item) for item in items]
        return found == [text for text in texts if text in found]

    def items(self) -> tuple[object, ...]:
        """Return the choices that are checked."""
        pairs = zip(self._choices, self._boxes, strict=True)
        return tuple(choice for choice, box in pairs if box.isChecked())

    def set_items(self, items: Sequence[object]) -> None:
        """Check the choices among the items."""
        texts = {text_of(item) for item in items}
        for choice, box in zip(self._choices, self._boxes, strict=True):
            box.setChecked(text_of(choice) in texts)


def _choices(field: Field) -> tuple[object, ...]:
    if field.kind in (Kind.FLAG, Kind.SWITCH):
        return (False, True)
    return field.param.choices or ()


def _choice_text(field: Field, choice: object) -> str:
    if isinstance(choice, bool):
        return "on" if choice else "off"
    return text_of(choice).replace("&", "&&")


class ChecksEditor(QWidget):
    """A list of choices: check boxes, or lines where the list has an order or doubles."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        self._shown: ChecksEdit | LinesEdit | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._show(ChecksEdit(field))

    @staticmethod
    def suits(field: Field) -> bool:
        """Whether the choices are few enough to be checked."""
        return ChecksEdit.suits(field)

    def value(self) -> object:
        """Return the list, `UNSET` where nothing is checked."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a list."""
        items = value if isinstance(value, (list, tuple)) else [] if value is UNSET else [value]
        checks = ChecksEdit.can_show(self._field, items)
        if checks != isinstance(self._shown, ChecksEdit):
            self._show(ChecksEdit(self._field) if checks else LinesEdit(self._field, 0))
        if self._shown is not None:
            self._shown.set_items(items)
        self._value = value

    def error(self) -> str | None:
        """Return what is wrong with the list."""
        return None if self._value is UNSET else value_error(self._field, self._value)

    def _show(self, widget: ChecksEdit | LinesEdit) -> None:
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = widget
        self._column.addWidget(widget)
        self.setFocusProxy(widget)
        widget.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        items = list(self._shown.items()) if self._shown else []
        self._value = items or UNSET
        self.changed.emit()
