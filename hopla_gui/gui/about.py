"""The About dialog."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from hopla_gui import __version__, paths
from hopla_gui.gui.theme import app_icon


def show_about(parent: QWidget) -> None:
    """Say what this program is and which versions run it; does not block."""
    box = QMessageBox(parent)
    box.setWindowTitle("About hopla_gui")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIconPixmap(app_icon().pixmap(QSize(64, 64)))
    box.setText(f"hopla_gui {__version__}")
    box.setInformativeText(
        "Point-and-click parameter sweeps over Python scripts.\n\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"Runs are stored in {paths.default_runs_dir()}\n\n"
        "BSD 3-Clause licence"
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
