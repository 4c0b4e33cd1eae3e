"""What tests of the window do over and over."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from hopla_gui.engine.inspection.trust import trust
from hopla_gui.gui.main_window import MainWindow
from hopla_gui.gui.messages import Level

GREET = """
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="world")
    parser.add_argument("--sleep", type=float, default=0)
    args = parser.parse_args()
    __hopla__ = ["greeting"]
    greeting = f"hello {args.name}"
    if args.sleep:
        import time
        time.sleep(args.sleep)
    if args.name == "nobody":
        raise ValueError("nobody to greet")
"""


def close(window: MainWindow, qtbot) -> None:
    if window.isVisible():
        with qtbot.waitSignal(window.closed, timeout=20_000):
            window.close_now()


def opened(window: MainWindow, path: Path, qtbot) -> MainWindow:
    with qtbot.waitSignal(window.workbench.document.opened, timeout=20_000):
        window.open_path(path)
    if path.is_dir():  # a run, which is read beside its form
        qtbot.waitUntil(lambda: window.run_panel.model.run is not None, timeout=20_000)
    return window


def drop_on(window: MainWindow, path: Path) -> None:
    """Drag a file over the window and let go of it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    for kind, place in ((QDragEnterEvent, QPoint(5, 5)), (QDropEvent, QPointF(5, 5))):
        event = kind(place, copy, data, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(window, event)
        assert event.isAccepted()


def sweep_file(folder: Path, script: Path, names: list[str]) -> Path:
    trust(script)  # as if it had been opened here before
    path = folder / "greet.toml"
    path.write_text(
        f"[script]\npath = {json.dumps(str(script))}\n\n[[sweep]]\nname = {json.dumps(names)}\n"
    )
    return path


def said(window: MainWindow, level: Level) -> list[str]:
    return [message.text for message in window.messages.messages if message.level is level]
