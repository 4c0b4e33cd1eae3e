"""Notifications where the platform shows those of an icon in its tray: Windows and macOS."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from hopla_gui.gui.notices.words import Notice
from hopla_gui.gui.theme import app_icon


class TrayNotices(QObject):
    """Shows notifications; the icon stands in the tray only as long as there is one to click."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None

    def show(self, notice: Notice) -> None:
        """Show a notification."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(app_icon(), self)
            self._icon.messageClicked.connect(self._on_clicked)
            self._icon.activated.connect(self._on_clicked)
        self._icon.setToolTip(notice.title)
        self._icon.show()
        self._icon.showMessage(notice.title, notice.text, app_icon())

    def take_back(self) -> None:
        """Show none any more."""
        if self._icon is not None:
            self._icon.hide()

    def _on_clicked(self) -> None:
        self.take_back()
        self.clicked.emit()
