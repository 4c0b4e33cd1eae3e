"""What the window shows before a script is open: what to do, in three buttons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.theme import SPACING, app_icon, icon

_RECENT_SHOWN = 5
_TEXT_WIDTH = 520
_FOLDER_AT_MOST = 60


class EmptyState(QWidget):
    """Invites to open a script, a sweep file, the demo or a recent file."""

    script_wanted = Signal()
    sweep_wanted = Signal()
    demo_wanted = Signal()
    recent_wanted = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_button = _big_button("open", "Open a Python script…", primary=True)
        self.sweep_button = _big_button("sweep", "Open a sweep file…")
        self.demo_button = _big_button("demo", "Try the demo")
        self.open_button.clicked.connect(self.script_wanted)
        self.sweep_button.clicked.connect(self.sweep_wanted)
        self.demo_button.clicked.connect(self.demo_wanted)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_title = _label("Recent", "dim")
        self._arrange()
        self.set_recent([])
        self.setFocusProxy(self.open_button)

    def set_recent(self, files: Sequence[Path]) -> None:
        """List the files opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in files[:_RECENT_SHOWN]:
            self._recent.addWidget(self._recent_button(path))
        self._recent_title.setVisible(bool(files))

    def _recent_button(self, path: Path) -> QPushButton:
        name = "sweep" if path.suffix == ".toml" else "script"
        button = QPushButton(icon(name), f"{path.name}   {_folder(path)}")
        button.setFlat(True)
        button.setToolTip(str(path))
        button.setProperty("start", True)
        button.clicked.connect(lambda: self.recent_wanted.emit(path))
        return button

    def _arrange(self) -> None:
        text = _label(
            "Pick a script that reads its arguments with argparse. Its parameters become a form;"
            " give some of them several values, run every combination, and look at the results."
            " The script is not changed.",
            "dim",
        )
        text.setWordWrap(True)
        text.setFixedWidth(_TEXT_WIDTH)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setMinimumHeight(text.heightForWidth(_TEXT_WIDTH))  # a centred label does not ask
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING.SMALL)
        for button in (self.open_button, self.sweep_button, self.demo_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(SPACING.MEDIUM)
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(app_icon(), 72), 0, centre)
        column.addWidget(_label("Turn a script into a window", "title"), 0, centre)
        column.addWidget(text, 0, centre)
        column.addSpacing(SPACING.SMALL)
        column.addLayout(buttons)
        column.setAlignment(buttons, centre)
        column.addWidget(_label("or drop a file anywhere in this window", "dim"), 0, centre)
        column.addSpacing(SPACING.LARGE)
        column.addWidget(self._recent_title, 0, centre)
        column.addLayout(self._recent)
        column.setAlignment(self._recent, centre)
        column.addStretch(3)


def _big_button(name: str, text: str, *, primary: bool = False) -> QPushButton:
    role = QPalette.ColorRole.HighlightedText if primary else QPalette.ColorRole.ButtonText
    button = QPushButton(icon(name, role), text)
    button.setProperty("primary", primary)
    button.setIconSize(QSize(20, 20))
    button.setMinimumHeight(36)
    return button


def _label(text: str, look: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty(look, True)
    return label


def _folder(path: Path) -> str:
    home = Path.home()
    folder = path.parent
    text = f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
    return text if len(text) <= _FOLDER_AT_MOST else f"…{text[-_FOLDER_AT_MOST:]}"
