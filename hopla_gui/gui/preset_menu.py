"""The menu of a script's presets: named set-ups that fill the whole form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from hopla_gui.gui.document import readable
from hopla_gui.gui.named_menu import NamedMenu
from hopla_gui.gui.presets import Presets
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.setup.setup_panel import SetupPanel


class PresetMenu(NamedMenu):
    """Fills the menu of the script bar's button."""

    def __init__(
        self, panel: SetupPanel, presets: Presets, questions: Questions, parent: QObject
    ) -> None:
        super().__init__("preset", questions, panel, parent)
        self._panel = panel
        self._presets = presets
        panel.script_bar.preset_button.setMenu(self.menu)

    @property
    def _script(self) -> Path:
        return self._panel.setup().script

    @property
    def is_ready(self) -> bool:
        """Whether a script is open."""
        return self._panel.spec is not None

    def names(self) -> list[str]:
        """Return the names of the script's presets."""
        return self._presets.names(self._script)

    def _take(self, name: str) -> None:
        self._panel.apply(self._presets.load(self._script, name))

    def _keep(self, name: str) -> None:
        self._presets.save(name, readable(self._panel.setup()))

    def _rename(self, name: str, new: str) -> None:
        self._presets.rename(self._script, name, new)

    def _delete(self, name: str) -> None:
        self._presets.delete(self._script, name)
