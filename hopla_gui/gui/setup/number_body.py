"""The few numbers that make an axis: start, stop, step, n, seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from hopla_gui.domain.sweep import Axis
from hopla_gui.errors import UserError
from hopla_gui.gui.flow_layout import FlowLayout
from hopla_gui.gui.setup.axis_texts import MODE_FIELDS, WHOLE, axis_from_texts, texts_of
from hopla_gui.gui.setup.draft import number_in
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.list_body import ListBody
from hopla_gui.gui.setup.mode import Mode
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.theme import SPACING, icon

_WORDS = {"stop": "to before", "start": "from", "first": "10^", "last": "to 10^", "seed": "seed"}
_OF_MODE: Mapping[tuple[Mode, str], str] = {
    (Mode.LINSPACE, "stop"): "to",
    (Mode.UNIFORM, "low"): "from",
    (Mode.UNIFORM, "high"): "to",
    (Mode.LOGUNIFORM, "low"): "from",
    (Mode.LOGUNIFORM, "high"): "to",
}
_HINTS = {
    "stop": "The range ends before this number",
    "first": "Exponent of the first power of ten: -3 for 0.001",
    "last": "Exponent of the last power of ten",
    "n": "How many values",
    "seed": "The same seed gives the same values, on any machine",
    "span": "The whole width, half of it to either side",
}


class NumberFields(QWidget):
    """Labelled fields in a line, or in several where there is no room."""

    changed = Signal()

    def __init__(self, mode: Mode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, SPACING.SMALL, SPACING.TINY)
        self.edits: dict[str, QLineEdit] = {}
        for name in MODE_FIELDS[mode]:
            flow.addWidget(self._labelled(mode, name))
        self.setFocusProxy(next(iter(self.edits.values())))

    def _labelled(self, mode: Mode, name: str) -> QWidget:
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING.TINY)
        label = QLabel(_OF_MODE.get((mode, name)) or _WORDS.get(name, name))
        label.setProperty("dim", True)
        edit = QLineEdit()
        edit.setFixedWidth(46 if name in WHOLE else 60)
        edit.setAccessibleName(name)
        edit.setToolTip(tooltip(_HINTS.get(name, "")))
        edit.textEdited.connect(self._on_text_edited)
        self.edits[name] = edit
        line.addWidget(label)
        line.addWidget(edit)
        if name == "seed":
            line.addWidget(self._redraw_button())
        return whole

    def _redraw_button(self) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("refresh"))
        button.setAutoRaise(True)
        button.setToolTip(tooltip("Draw anew, with another seed"))
        button.setAccessibleName("Draw anew")
        button.clicked.connect(self.redraw)
        self.redraw_button = button
        return button

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {name: edit.text() for name, edit in self.edits.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Fill the fields; what already says the same is left as it is typed."""
        for name, edit in self.edits.items():
            if edit.text() != texts.get(name, ""):
                edit.setText(texts.get(name, ""))
        self._show_wrong()

    def _show_wrong(self) -> None:
        """Mark fields that hold no number; one that is still empty is told in words."""
        for name, edit in self.edits.items():
            set_look(edit, "error", bool(edit.text().strip()) and not self._is_number(name))

    def _is_number(self, name: str) -> bool:
        try:
            number_in(self.texts(), name, whole=name in WHOLE)
        except UserError:
            return False
        return True

    @Slot()
    def redraw(self) -> None:
        """Take another seed."""
        self.edits["seed"].setText(str(random.randrange(1000)))
        self._on_text_edited()

    @Slot()
    def _on_text_edited(self) -> None:
        self._show_wrong()
        self.changed.emit()


class NumberBody(NumberFields):
    """An axis that is made of a few numbers."""

    def __init__(self, mode: Mode, base: Path, parent: QWidget | None = None) -> None:
        super().__init__(mode, parent)
        self._mode = mode
        self._base = base

    def axis(self) -> Axis:
        """Return the axis, or a draft of it."""
        return axis_from_texts(self._mode, self.texts(), self._base)

    def set_axis(self, axis: Axis) -> None:
        """Show what makes an axis."""
        self.set_texts(texts_of(axis))

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""
        redraw = [self.redraw_button] if "seed" in self.edits else []
        return [*self.edits.values(), *redraw]


class ChoiceBody(QWidget):
    """A list to pick from at random, and how often."""

    changed = Signal()

    def __init__(self, field: Field, base: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = base
        self.list = ListBody(field)
        self.numbers = NumberFields(Mode.CHOICE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addWidget(self.list)
        column.addWidget(self.numbers)
        self.list.changed.connect(self.changed)
        self.numbers.changed.connect(self.changed)
        self.setFocusProxy(self.list)

    def axis(self) -> Axis:
        """Return the axis, or a draft of it."""
        texts = self.numbers.texts()
        return axis_from_texts(Mode.CHOICE, texts, self._base, self.list.items())

    def set_axis(self, axis: Axis) -> None:
        """Show the list and the numbers of an axis."""
        self.list.set_items(getattr(axis, "items", ()))
        self.numbers.set_texts(texts_of(axis))

    def line_error(self) -> str | None:
        """Return the first line that does not fit."""
        return self.list.line_error()

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""
        edits = list(self.numbers.edits.values())
        return [*self.list.focusable(), *edits, self.numbers.redraw_button]
