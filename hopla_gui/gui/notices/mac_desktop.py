"""macOS: notifications, and in the dock the number of jobs that are left."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from hopla_gui.gui.notices.tray import TrayNotices
from hopla_gui.gui.notices.words import Notice, Progress


class MacDesktop(QObject):
    """Shows notifications through the menu bar, and a badge on the program's icon."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray = TrayNotices(self)
        self._tray.clicked.connect(self.clicked)

    def show_notice(self, notice: Notice) -> None:
        """Show a notification."""
        self._tray.show(notice)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how many jobs are left."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.setBadgeNumber(progress.left if progress else 0)

    def close(self) -> None:
        """Take both back."""
        self._tray.take_back()
        self.show_progress(None)
