"""A window on an event loop of its own, closed and gone at the end of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QSettings, QTimer
from window_steps import close

from hopla_gui.gui.main_window import MainWindow
from hopla_gui.gui.settings import Settings


@pytest.fixture
def loop(qapp) -> Iterator[asyncio.AbstractEventLoop]:
    found = qasync.QEventLoop(qapp, already_running=True)
    yield found
    found.stop()  # makes Qt leave every loop, those to come too, until one more has run
    QTimer.singleShot(0, qapp.quit)
    qapp.exec()
    asyncio.events._set_running_loop(None)
    found.close()


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def open_window(loop, settings, tmp_path, qtbot) -> Iterator[Callable[..., MainWindow]]:
    windows: list[MainWindow] = []

    def start(*files: Path) -> MainWindow:
        window = MainWindow(settings, tmp_path / "runs")
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.start(list(files))
        return window

    yield start
    for window in windows:
        close(window, qtbot)
        window.deleteLater()
        qtbot.waitUntil(lambda gone=window: not shiboken6.isValid(gone))
