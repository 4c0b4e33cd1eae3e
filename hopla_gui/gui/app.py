"""The composition root of the window: application, event loop, last net, signals.

Everything here runs on the main thread. PySide6 is imported before qasync, which takes the first
Qt binding that it finds loaded.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

# isort: split
import qasync
import shiboken6

from hopla_gui import paths
from hopla_gui.gui.bugs import BugNet
from hopla_gui.gui.display import require_display
from hopla_gui.gui.interpreter import suit_the_window
from hopla_gui.gui.main_window import MainWindow
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.theme import app_icon, apply_theme

_WAKE_MS = 200


def main(files: list[Path] | None = None) -> int:
    """Open the window, with a script, a sweep file or a stored run loaded; return at its end.

    Returns
    -------
    int
        The exit status: 0, however long the jobs took to stop.

    Raises
    ------
    EnvironmentProblem
        Where no window can be opened here: no display, or a system library is missing.
    """
    require_display()
    app = _application()
    suit_the_window(app)
    with _bug_net(app) as bugs:
        settings = Settings()
        apply_theme(app, settings.theme)
        window = MainWindow(settings)
        window.theme_chosen.connect(lambda mode: apply_theme(app, mode))
        bugs.bug_caught.connect(window.show_bug)
        qasync.run(_show(window, bugs, files or []))
        settings.sync()
        # Not before all loops have been left: a dialog may have one of its own.
        shiboken6.delete(window)
    return 0


def _application() -> QApplication:
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    QApplication.setOrganizationName("hopla-gui")
    QApplication.setApplicationName("hopla-gui")
    QApplication.setApplicationDisplayName("hopla_gui")
    QApplication.setDesktopFileName("hopla-gui")
    app = QApplication(sys.argv[:1])
    app.setWindowIcon(app_icon())
    # The loop ends when the window says so: closing takes as long as stopping the jobs does.
    app.setQuitOnLastWindowClosed(False)
    return app


@contextmanager
def _bug_net(app: QApplication) -> Iterator[BugNet]:
    bugs = BugNet(paths.data_dir() / "bugs.log", app)
    bugs.install()
    try:
        yield bugs
    finally:
        bugs.uninstall()


async def _show(window: MainWindow, bugs: BugNet, files: list[Path]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(bugs.on_loop_exception)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    wake = _close_on_signals(loop, window)
    window.show()
    window.start(files)
    await closed.wait()
    wake.stop()


def _close_on_signals(loop: asyncio.AbstractEventLoop, window: MainWindow) -> QTimer:
    """Close the window, jobs and all, on Ctrl+C in the terminal and on SIGTERM."""
    wake = QTimer(window, interval=_WAKE_MS)
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, window.close_now)
        except NotImplementedError:  # Windows: Python must run now and then to see the signal
            signal.signal(number, lambda *_: window.close_now())
            wake.start()
    return wake
