"""What stands in the form's place: an invitation, a wait, or why there is no form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.errors import HoplaError
from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING, error_colour, fixed_font, icon, tinted_icon

_DETAIL_AT_MOST = 200_000


class EmptyPage(QWidget):
    """Says what to do before there is a script."""

    script_wanted = Signal()
    sweep_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = _column(self)
        column.addStretch(2)
        column.addWidget(IconLabel(icon("script"), 40), 0, Qt.AlignmentFlag.AlignHCenter)
        text = plain_label(
            "Choose a Python script that uses argparse, or drop it here. Its parameters become"
            " a form, and any of them can be given several values.",
            "dim",
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(text)
        script = QPushButton(icon("open"), "Choose script…")
        sweep = QPushButton(icon("sweep"), "Open sweep file…")
        demo = QPushButton(icon("demo"), "Try the demo")
        for button, wanted in (
            (script, self.script_wanted),
            (sweep, self.sweep_wanted),
            (demo, self.demo_wanted),
        ):
            button.clicked.connect(wanted)
            button.setMinimumWidth(180)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)


class InspectingPage(QWidget):
    """Says that the script's parser is being read."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = plain_label("", "dim")
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        moving = QProgressBar()
        moving.setRange(0, 0)
        moving.setTextVisible(False)
        moving.setFixedWidth(160)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.cancel_wanted)
        column = _column(self)
        column.addStretch(2)
        column.addWidget(self._text)
        column.addWidget(moving, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_path(self, path: Path) -> None:
        """Name the script."""
        self._text.setText(f"Reading the parameters of {path.name}…")


class ProblemPage(QWidget):
    """Says why a script has no form, with what the script said."""

    retry_wanted = Signal()
    python_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = plain_label("", "heading")
        self._detail = QPlainTextEdit()
        self._detail.setReadOnly(True)
        self._detail.setFont(fixed_font())
        self._detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._detail.setAccessibleName("What the script said")
        retry = QPushButton(icon("retry"), "Try again")
        retry.clicked.connect(self.retry_wanted)
        python = QPushButton("Another Python…")
        python.clicked.connect(self.python_wanted)
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        sign: QIcon = tinted_icon("error", error_colour)
        head.addWidget(IconLabel(sign, 20), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._what, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING.SMALL)
        buttons.addWidget(retry)
        buttons.addWidget(python)
        buttons.addStretch()
        column = _column(self)
        column.addLayout(head)
        column.addLayout(buttons)
        column.addWidget(self._detail, 1)
        column.addStretch()

    def show_error(self, error: HoplaError) -> None:
        """Show the reason and the script's own words."""
        self._what.setText(error.what)
        self._detail.setPlainText(error.detail[-_DETAIL_AT_MOST:])
        self._detail.setVisible(bool(error.detail))


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(SPACING.LARGE, SPACING.LARGE, SPACING.LARGE, SPACING.LARGE)
    column.setSpacing(SPACING.MEDIUM)
    return column
