"""Shows what a run would submit: what it asks for in all, what may go wrong, the batch scripts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.api import Preflight, Written
from hopla_gui.engine.commands.command import shell_line
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING, fixed_font, icon


class SubmissionDialog(QDialog):
    """Read only; the text can be copied."""

    def __init__(self, parent: QWidget, ahead: Preflight, scripts: Sequence[Written]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Batch script")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._scripts = scripts
        self.request = plain_label(f"This asks for {ahead.request}.")
        self.chooser = QComboBox()
        self.chooser.addItems([written.script.name for written in scripts])
        self.chooser.setAccessibleName("Batch script")
        self.chooser.setVisible(len(scripts) > 1)
        self.chooser.currentIndexChanged.connect(self._show)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Text of the batch script")
        self.command = plain_label("", "dim")
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = QPushButton(icon("copy"), "Copy")
        self.copy_button.clicked.connect(self._on_copy)
        self.buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.rejected.connect(self.reject)
        self._arrange(ahead)
        self._show(0)

    def _arrange(self, ahead: Preflight) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(self.request)
        for warning in ahead.warnings:
            column.addWidget(plain_label(warning, "warning"))
        column.addWidget(self.chooser)
        column.addWidget(self.text, 1)
        column.addWidget(self.command)
        column.addWidget(self.buttons)
        self.resize(QSize(720, 560).boundedTo(self.screen().availableSize()))

    @Slot(int)
    def _show(self, place: int) -> None:
        if not self._scripts:
            self.text.setPlainText("")
            return
        written = self._scripts[place]
        self.text.setPlainText(written.text)
        self.command.setText(f"Submitted by: {shell_line(written.command)}")

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
