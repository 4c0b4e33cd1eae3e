"""Opens a file as a double click would, and shows where it lies."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from hopla_gui.gui.background import Background
from hopla_gui.gui.preview.local_file import KNOWN


def can_open(path: Path) -> bool:
    """Whether a file is of a kind that is looked at: what could be a program is never opened."""
    return path.suffix.lower() in KNOWN - {".py", ".sh"}


def open_file(path: Path) -> None:
    """Open a file in the platform's program for its kind."""
    if can_open(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))


class Revealer(QObject):
    """Shows files in the platform's file manager, marked where that can be done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.done.connect(self._on_asked)

    def show(self, path: Path) -> None:
        """Show a file in its folder."""
        command = reveal_command(sys.platform, path)
        if command is not None:
            QProcess.startDetached(command[0], command[1:])
        else:
            self._background.start(lambda _is_stale: None if _ask_file_manager(path) else path)

    @Slot(object)
    def _on_asked(self, path: Path | None) -> None:
        """Open the folder where no file manager could be asked."""
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path.parent))


def reveal_command(platform: str, path: Path) -> list[str] | None:
    """Return the command that marks a file in its folder; ``None`` where there is none."""
    if platform == "win32":
        return ["explorer", f"/select,{path}"]
    return ["open", "-R", str(path)] if platform == "darwin" else None


def _ask_file_manager(path: Path) -> bool:
    """Ask the file manager of a Linux desktop; ``False`` where none listens."""
    from hopla_gui.gui.notices.session_bus import show_items  # Linux has it alone

    return show_items([path.absolute().as_uri()])
