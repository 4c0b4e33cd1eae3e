"""The button that opens the editor, and its menu: which editor that is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.outside.editors import CHOICES
from hopla_gui.gui.theme import icon


class EditorButton(QToolButton):
    """Opens the editor where the cursor is; the arrow beside it leads to the choice.

    Signals
    -------
    choice_made
        A word or a command: see `editors`.
    """

    choice_made = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = next(iter(CHOICES))
        self.setText("Editor")
        self.setIcon(icon("open"))
        self.setToolTip("Open the frame at the cursor in the editor (Ctrl+Enter)")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.menu_ = QMenu(self)
        self.menu_.aboutToShow.connect(self._fill_menu)
        self.setMenu(self.menu_)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def set_choice(self, choice: str) -> None:
        """Show which editor is used."""
        self._choice = choice

    def _fill_menu(self) -> None:
        self.menu_.clear()
        group = QActionGroup(self.menu_)
        for choice, title in CHOICES.items():
            self._add(group, choice, title)
        if self._choice not in CHOICES:
            self._add(group, self._choice, one_line(self._choice, 60).replace("&", "&&"))
        self.menu_.addSeparator()
        self.menu_.addAction("Another command…").triggered.connect(self.ask_for_command)

    def _add(self, group: QActionGroup, choice: str, title: str) -> None:
        action = QAction(title, group)
        action.setCheckable(True)
        action.setChecked(choice == self._choice)
        action.triggered.connect(lambda: self._choose(choice))
        self.menu_.addAction(action)

    def _choose(self, choice: str) -> None:
        self._choice = choice
        self.choice_made.emit(choice)

    def ask_for_command(self) -> None:
        """Ask for a command of the user's own."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Editor")
        dialog.setLabelText(
            "Command that opens a file, for example  subl {file}:{line}\n"
            "Without {file}, the file goes at the end. No shell reads it."
        )
        dialog.setTextValue("" if self._choice in CHOICES else self._choice)
        dialog.resize(460, dialog.sizeHint().height())
        dialog.textValueSelected.connect(self._on_command_given)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_command_given(self, text: str) -> None:
        if text.strip():
            self._choose(text.strip())
