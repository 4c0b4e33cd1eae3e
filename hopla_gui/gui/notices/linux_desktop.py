"""Notifications and taskbar progress of Linux desktops: freedesktop's, and Unity's launcher entry.

GNOME, KDE, Xfce and others show the notifications; the progress is shown by Ubuntu's and KDE's
docks and taskbars.
"""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import paths
from hopla_gui.gui.notices.words import Notice, Progress

if TYPE_CHECKING:
    from hopla_gui.gui.notices.session_bus import SessionBus

_DESKTOP_FILE = "hopla-gui.desktop"
_TOKEN = "XDG_ACTIVATION_TOKEN"
_KEEP = -1  # as long as the desktop shows notifications


class LinuxDesktop(QObject):
    """Talks over the session bus, which is opened when there is something to say."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: SessionBus | None = None
        self._number = 0  # of the notification that is shown
        self._step = -1
        self._token = ""

    def show_notice(self, notice: Notice) -> None:
        """Show a notification; a click on it is told."""
        self._open().notify(lambda: notice_arguments(notice, self._number), self._take_number)

    def show_progress(self, progress: Progress | None) -> None:
        """Tell the launcher, once for each percent."""
        step = -1 if progress is None else int(progress.share * 100)
        if step != self._step:
            self._step = step
            self._open().tell_launcher(f"application://{_DESKTOP_FILE}", launcher_facts(progress))

    def close(self) -> None:
        """Let go of the bus; a launcher forgets the progress with it."""
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _open(self) -> SessionBus:
        if self._bus is None:
            from hopla_gui.gui.notices.session_bus import SessionBus  # takes a while to load

            self._bus = SessionBus(self)
            self._bus.clicked.connect(self._on_clicked)
            self._bus.token_given.connect(self._on_token_given)
        return self._bus

    def _take_number(self, number: int) -> None:
        self._number = number  # on the bus's thread

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        if number != self._number:
            return
        if self._token:  # Qt shows it to the compositor as it raises the window
            os.environ[_TOKEN] = self._token
        self.clicked.emit()
        os.environ.pop(_TOKEN, None)

    @Slot(str)
    def _on_token_given(self, token: str) -> None:
        self._token = token


def notice_arguments(notice: Notice, replaces: int) -> tuple[object, ...]:
    """Return the arguments of freedesktop's Notify; the text is escaped, for it may be markup."""
    icon = str(paths.resource("icons", "hopla_gui.png"))
    hints = {"desktop-entry": ("s", _DESKTOP_FILE.removesuffix(".desktop"))}
    text = html.escape(notice.text, quote=False)
    actions = ["default", "Show"]
    return ("hopla_gui", replaces, icon, notice.title, text, actions, hints, _KEEP)


def launcher_facts(progress: Progress | None) -> dict[str, tuple[str, object]]:
    """Return the properties of a launcher entry."""
    if progress is None:
        return {"progress-visible": ("b", False), "urgent": ("b", False)}
    return {
        "progress": ("d", progress.share),
        "progress-visible": ("b", True),
        "urgent": ("b", False),
    }
