"""What a desktop offers to a program that is out of sight, whichever desktop it is."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from hopla_gui.gui.notices.words import Notice, Progress


class Desktop(Protocol):
    """Shows notifications, and progress in the taskbar; ``clicked`` when one is clicked.

    Where a desktop has no such thing, nothing happens.
    """

    clicked: Any

    def show_notice(self, notice: Notice) -> None:
        """Show a notification, in place of the one before."""

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far a run is, or that none is under way."""

    def close(self) -> None:
        """Take back what is shown, and let go of the desktop."""


def desktop_of(window: QWidget) -> Desktop:
    """Return the desktop that a window is on."""
    # Each needs what the other platforms do not have.
    if sys.platform == "win32":
        from hopla_gui.gui.notices.windows_desktop import WindowsDesktop

        return WindowsDesktop(window)
    if sys.platform == "darwin":
        from hopla_gui.gui.notices.mac_desktop import MacDesktop

        return MacDesktop(window)
    from hopla_gui.gui.notices.linux_desktop import LinuxDesktop

    return LinuxDesktop(window)
