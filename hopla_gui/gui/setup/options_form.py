"""A page of options: a row for each, with a hint, a mark for what is wrong and a way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.errors import UserError
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.option_fields import OptionField
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING, icon


class OptionsForm(QScrollArea):
    """Edits options; each row can be set back.

    Parameters
    ----------
    fields
        The rows by their labels, as they begin: that is what they are set back to.
    hints
        A line below a row; rows without one have none.
    head
        What stands above the rows.
    """

    changed = Signal()

    def __init__(
        self,
        fields: Mapping[str, OptionField],
        hints: Mapping[str, str],
        head: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self._hints = hints
        self._defaults = {label: field.value() for label, field in fields.items()}
        self._message = plain_label("", "error")
        self._message.setContentsMargins(0, 0, 0, SPACING.SMALL)
        self._resets = {label: self._reset_button(label) for label in fields}
        self._arrange(head)
        for field in fields.values():
            field.changed.connect(self._on_edited)
        self._show_marks()

    def _arrange(self, head: QWidget | None) -> None:
        content = QWidget()
        form = QFormLayout(content)
        form.setContentsMargins(SPACING.LARGE, SPACING.MEDIUM, SPACING.LARGE, SPACING.LARGE)
        form.setHorizontalSpacing(SPACING.MEDIUM)
        form.setVerticalSpacing(SPACING.TINY)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        if head is not None:
            form.addRow(head)
        form.addRow(self._message)
        for label, field in self._fields.items():
            form.addRow(_label(label), self._row(label, field))
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _row(self, label: str, field: OptionField) -> QVBoxLayout:
        assert isinstance(field, QWidget)
        field.setAccessibleName(label)
        line = QHBoxLayout()
        line.setSpacing(SPACING.TINY)
        line.addWidget(field, 1)
        line.addWidget(self._resets[label], 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, SPACING.SMALL)
        column.setSpacing(2)
        column.addLayout(line)
        if self._hints.get(label):
            column.addWidget(plain_label(self._hints[label], "dim"))
        return column

    def _reset_button(self, label: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("reset"))
        button.setAutoRaise(True)
        button.setToolTip("Set back to the default")
        button.setAccessibleName(f"Set {label.lower()} back to the default")
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.clicked.connect(lambda: self.reset(label))
        return button

    def show_values(self, said: Mapping[str, Any]) -> None:
        """Show values by the labels of their rows; nobody is told."""
        was_blocked = self.blockSignals(True)
        for label, value in said.items():
            self._fields[label].set_value(value)
        self.blockSignals(was_blocked)
        self._show_marks()

    def problems(self) -> list[UserError]:
        """Return what is wrong in the form."""
        told = ((label, field.error()) for label, field in self._fields.items())
        return [UserError(f"{label}: {error}") for label, error in told if error]

    def reset(self, label: str) -> None:
        """Set a row back to its default."""
        self._fields[label].set_value(self._defaults[label])
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._show_marks()
        self.changed.emit()

    def _show_marks(self) -> None:
        problems = self.problems()
        self._message.setText("\n".join(problem.what for problem in problems))
        self._message.setVisible(bool(problems))
        for label, field in self._fields.items():
            error = field.error()
            assert isinstance(field, QWidget)
            set_look(field, "error", bool(error))
            is_default = not error and field.value() == self._defaults[label]
            self._resets[label].setVisible(not is_default)


def _label(text: str) -> QLabel:
    label = plain_label(text, wrap=False)
    label.setContentsMargins(0, 4, 0, 0)
    return label
