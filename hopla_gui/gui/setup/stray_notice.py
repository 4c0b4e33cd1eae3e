"""Tells what a set-up says of parameters that the script does not have."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING

_TEXT_AT_MOST = 400


class StrayNotice(QWidget):
    """Above the fields, as long as there are such parameters."""

    def __init__(self, model: FormModel) -> None:
        super().__init__()
        self._model = model
        self.label = plain_label()
        self.drop_button = QPushButton("Leave out")
        self.drop_button.clicked.connect(model.drop_strays)
        frame = QFrame()
        frame.setProperty("message", "warning")
        line = QHBoxLayout(frame)
        line.addWidget(self.label, 1)
        line.addWidget(self.drop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.LARGE, SPACING.TINY, SPACING.LARGE, SPACING.TINY)
        column.addWidget(frame)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        names = ", ".join(self._model.strays.names)
        if len(names) > _TEXT_AT_MOST:
            names = f"{names[:_TEXT_AT_MOST]}…"
        self.label.setText(f"The script has no parameter for: {names}")
        self.setVisible(bool(names))
