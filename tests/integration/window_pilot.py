"""Runs the program as it is, and tells a test where its widgets are.

Questions are Python expressions, one a line on stdin; answers are JSON, one a line on stdout. The
clicks and keys come from outside, through the X server.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from hopla_gui.gui.app import main
from hopla_gui.gui.main_window import MainWindow


class Pilot(QObject):
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while _window() is None:  # the program forks once before it opens its window
            time.sleep(0.01)
        for line in sys.stdin:
            self.asked.emit(line)

    @Slot(str)
    def _on_asked(self, line: str) -> None:
        helpers = (named, centre, in_sight, screenshot)
        known = {"window": _window(), **{helper.__name__: helper for helper in helpers}}
        try:
            answer: Any = eval(line, {**known, "QApplication": QApplication})
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


def _window() -> MainWindow | None:
    if QApplication.instance() is None:
        return None
    windows = (one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))
    return next(windows, None)


def named(name: str) -> QWidget:
    """Return the visible widget that a screen reader would call so."""
    return next(
        one for one in QApplication.allWidgets() if one.accessibleName() == name and one.isVisible()
    )


def centre(widget: QWidget, x: float = 0.5, y: float = 0.5) -> tuple[int, int]:
    """Return a place in a widget, in pixels of the screen."""
    point = widget.mapToGlobal(widget.rect().topLeft())
    ratio = widget.devicePixelRatioF()
    left, top = point.x() + widget.width() * x, point.y() + widget.height() * y
    return round(left * ratio), round(top * ratio)


def in_sight(widget: QWidget) -> bool:
    """Whether the middle of a widget is not scrolled away."""
    return widget.visibleRegion().contains(widget.rect().center())


def screenshot(path: str) -> bool:
    return QApplication.primaryScreen().grabWindow(0).save(path)


if __name__ == "__main__":
    pilot = Pilot()
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
