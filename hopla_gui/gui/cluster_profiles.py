"""The menu of a person's cluster profiles: named options that fill the cluster's page."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject

from hopla_gui.domain.cluster import PLACES, cluster_from_json
from hopla_gui.errors import UserError
from hopla_gui.gui.named_menu import NamedMenu
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.setup_panel import SetupPanel


class ProfileMenu(NamedMenu):
    """Fills the menu of the button above the cluster's options; kept with the settings."""

    def __init__(
        self, panel: SetupPanel, settings: Settings, questions: Questions, parent: QObject
    ) -> None:
        super().__init__("profile", questions, panel, parent)
        self._panel = panel
        self._settings = settings
        panel.cluster.profiles.profile_button.setMenu(self.menu)

    @property
    def is_ready(self) -> bool:
        """Whether a script is open."""
        return self._panel.spec is not None

    def names(self) -> list[str]:
        """Return the names of the profiles."""
        return sorted(self._settings.cluster_profiles, key=str.casefold)

    def _take(self, name: str) -> None:
        profile = self._settings.cluster_profiles.get(name, {})
        try:
            options = cluster_from_json(profile["options"])
            place = PLACES[PLACES.index(profile["on"])]
        except (KeyError, TypeError, ValueError):
            raise UserError(f"the profile {name!r} cannot be read") from None
        setup = self._panel.setup()
        self._panel.apply(replace(setup, run=replace(setup.run, on=place), cluster=options))

    def _keep(self, name: str) -> None:
        if not name:
            raise UserError("a profile needs a name")
        setup = self._panel.setup()
        self._store({**self._all, name: {"on": setup.run.on, "options": asdict(setup.cluster)}})

    def _rename(self, name: str, new: str) -> None:
        if not new or new in self._all:
            raise UserError(f"there is a profile {new!r} already" if new else "it needs a name")
        self._store({new if key == name else key: value for key, value in self._all.items()})

    def _delete(self, name: str) -> None:
        self._store({key: value for key, value in self._all.items() if key != name})

    @property
    def _all(self) -> dict[str, Any]:
        return dict(self._settings.cluster_profiles)

    def _store(self, profiles: dict[str, Any]) -> None:
        self._settings.cluster_profiles = profiles
