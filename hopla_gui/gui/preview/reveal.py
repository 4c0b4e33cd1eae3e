"""Opens a file as a double click would, and shows where it lies."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices

from hopla_gui.gui.preview.local_file import KNOWN

_FILE_MANAGER = ("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")


def can_open(path: Path) -> bool:
    """Whether a file is of a kind that is looked at: what could be a program is never opened."""
    return path.suffix.lower() in KNOWN - {".py", ".sh"}


def open_file(path: Path) -> None:
    """Open a file in the platform's program for its kind."""
    if can_open(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def show_in_folder(path: Path) -> None:
    """Show a file in the platform's file manager, marked where that can be done."""
    command = reveal_command(sys.platform, path)
    if command is not None:
        QProcess.startDetached(command[0], command[1:])
    elif not _ask_file_manager(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(path.parent))


def reveal_command(platform: str, path: Path) -> list[str] | None:
    """Return the command that marks a file in its folder; ``None`` where there is none."""
    if platform == "win32":
        return ["explorer", f"/select,{path}"]
    return ["open", "-R", str(path)] if platform == "darwin" else None


def _ask_file_manager(path: Path) -> bool:
    """Ask the file manager of a Linux desktop; ``False`` where none listens."""
    bus = QDBusConnection.sessionBus()
    service, place = _FILE_MANAGER
    if not bus.isConnected() or not bus.interface().isServiceRegistered(service).value():
        return False
    message = QDBusMessage.createMethodCall(service, place, service, "ShowItems")
    url = bytes(QUrl.fromLocalFile(path).toEncoded().data()).decode()
    message.setArguments([[url], ""])
    return bus.send(message)
