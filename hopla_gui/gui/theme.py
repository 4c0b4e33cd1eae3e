"""How the window looks: Fusion, our palette and a modest stylesheet, light and dark.

What widgets need is imported from here. A few properties, set on a widget, pick a look of the
stylesheet: ``primary`` (the one main button), ``heading``, ``dim`` and ``error`` (labels),
``card`` (a framed area on the base colour). Buttons with ``setFlat`` or ``setAutoRaise`` show
their frame on hover only.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from enum import IntEnum

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from hopla_gui import paths
from hopla_gui.gui.icons import app_icon, icon, state_icon, tinted_icon
from hopla_gui.gui.palette import (
    DARK,
    LIGHT,
    Colours,
    colours,
    dim_colour,
    error_colour,
    is_dark,
    qt_palette,
    state_colour,
    success_colour,
    use,
    warning_colour,
)

__all__ = [
    "MODES",
    "SPACING",
    "app_icon",
    "apply_theme",
    "colours",
    "dim_colour",
    "error_colour",
    "fixed_font",
    "icon",
    "is_dark",
    "state_colour",
    "state_icon",
    "success_colour",
    "tinted_icon",
    "warning_colour",
]

MODES = ("system", "light", "dark")


class SPACING(IntEnum):
    """Distances in pixels; all layouts use these and nothing between."""

    TINY = 4
    SMALL = 8
    MEDIUM = 12
    LARGE = 16
    HUGE = 24


class _Theme(QObject):
    """Applies a mode to the application, and follows the system where the mode says so."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode = "system"
        self._shown: Colours | None = None
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def set_mode(self, mode: str) -> None:
        """Show ``system``, ``light`` or ``dark`` from now on."""
        self._mode = mode
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Native dialogs and title bars follow too where the platform can.
        self._app.styleHints().setColorScheme(scheme.get(mode, Qt.ColorScheme.Unknown))
        self._show()

    @Slot()
    def _on_scheme_changed(self) -> None:
        self._show()

    def _show(self) -> None:
        system_is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = system_is_dark if self._mode == "system" else self._mode == "dark"
        theme = DARK if dark else LIGHT
        if theme is self._shown:  # to polish all widgets anew takes seconds
            return
        self._shown = theme
        use(theme)
        self._app.setStyleSheet("")  # changed while it is in use it takes four times as long
        self._app.setPalette(qt_palette(theme))
        self._app.setStyleSheet(_stylesheet(theme))


def apply_theme(app: QApplication, mode: str = "system") -> None:
    """Give the application our look; ``mode`` is ``system``, ``light`` or ``dark``."""
    theme = app.findChild(_Theme) or _Theme(app)
    theme.set_mode(mode)


def fixed_font() -> QFont:
    """Return the font for code, commands and output."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)


def _stylesheet(theme: Colours) -> str:
    tokens = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    tokens["icons"] = paths.resource("style").as_posix()
    tokens["tone"] = "dark" if theme is DARK else "light"
    text = paths.resource("style", "window.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda found: tokens[found[1]], text)
