"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QSplitter, QWidget

from hopla_gui.engine.export.exporting import ExportFormat
from hopla_gui.gui.by_script import name_for
from hopla_gui.gui.theme import MODES

_RECENT_MOST = 12


class Settings:
    """Typed access to the settings file.

    Parameters
    ----------
    store
        Where they lie; the platform's own place for the application where none is given.
    """

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings()

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        mode = str(self._store.value("window/theme", "system"))
        return mode if mode in MODES else "system"

    @theme.setter
    def theme(self, mode: str) -> None:
        self._store.setValue("window/theme", mode)

    @property
    def editor(self) -> str:
        """The editor that opens a script at a line: a word, or a command of the user's own."""
        return str(self._store.value("editor/command", "")) or "auto"

    @editor.setter
    def editor(self, choice: str) -> None:
        self._store.setValue("editor/command", choice)

    @property
    def cluster_profiles(self) -> Mapping[str, Any]:
        """Named options of clusters, as JSON has them."""
        try:
            found = json.loads(str(self._store.value("cluster/profiles", "{}")))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @cluster_profiles.setter
    def cluster_profiles(self, profiles: Mapping[str, Any]) -> None:
        self._store.setValue("cluster/profiles", json.dumps(profiles))

    @property
    def notifies(self) -> bool:
        """Whether the desktop is told of a run while the window is out of sight."""
        return str(self._store.value("window/notify", "true")).lower() == "true"

    @notifies.setter
    def notifies(self, on: bool) -> None:
        self._store.setValue("window/notify", on)

    @property
    def recent(self) -> list[Path]:
        """Scripts and sweep files opened last, newest first, those that still exist."""
        return [path for path in map(Path, self._strings("files/recent")) if path.is_file()]

    def add_recent(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        others = [found for found in self._strings("files/recent") if found != str(path)]
        self._store.setValue("files/recent", [str(path), *others][:_RECENT_MOST])

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._store.remove("files/recent")

    @property
    def last_script(self) -> Path | None:
        """The script that was open last, if it still exists."""
        path = str(self._store.value("files/last", ""))
        return Path(path) if path and Path(path).is_file() else None

    @last_script.setter
    def last_script(self, path: Path) -> None:
        self._store.setValue("files/last", str(path))

    def folds(self, script: Path) -> dict[str, bool]:
        """Return which sections of a script's form were folded or unfolded by hand."""
        try:
            found = json.loads(str(self._store.value(f"folds/{name_for(script)}", "{}")))
        except ValueError:
            return {}
        return {str(k): bool(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def set_folds(self, script: Path, folds: Mapping[str, bool]) -> None:
        """Remember which sections of a script's form are open, and which are not."""
        self._store.setValue(f"folds/{name_for(script)}", json.dumps(dict(folds)))

    def plot(self, script: Path) -> str:
        """Return what was plotted of a script's runs last, as JSON; empty for nothing."""
        return str(self._store.value(f"plots/{name_for(script)}", ""))

    def set_plot(self, script: Path, text: str) -> None:
        """Remember what was plotted of a script's runs."""
        self._store.setValue(f"plots/{name_for(script)}", text)

    @property
    def export_ending(self) -> str:
        """Ending of the file that was exported last, which is its format."""
        ending = str(self._store.value("export/ending", ".html"))
        return ending if ending in set(ExportFormat) else ".html"

    @export_ending.setter
    def export_ending(self, ending: str) -> None:
        self._store.setValue("export/ending", ending.lower())

    @property
    def export_scope(self) -> str:
        """Which jobs were exported last: all, shown or selected."""
        scope = str(self._store.value("export/scope", "all"))
        return scope if scope in ("all", "shown") else "all"

    @export_scope.setter
    def export_scope(self, scope: str) -> None:
        self._store.setValue("export/scope", scope)

    @property
    def opens_exports(self) -> bool:
        """Whether an exported file is opened when it is written."""
        return str(self._store.value("export/opens", "false")) == "true"

    @opens_exports.setter
    def opens_exports(self, opens: bool) -> None:
        self._store.setValue("export/opens", "true" if opens else "false")

    def folder(self, what: str) -> str:
        """Return the folder that a kind of file dialog was last in; empty for none."""
        return str(self._store.value(f"folders/{what}", ""))

    def set_folder(self, what: str, folder: Path) -> None:
        """Remember the folder of a kind of file dialog."""
        self._store.setValue(f"folders/{what}", str(folder))

    def save_layout(self, window: QWidget, splitters: Iterable[QSplitter]) -> None:
        """Remember where the window is and how it is divided."""
        self._store.setValue("window/geometry", window.saveGeometry())
        for splitter in splitters:
            self._store.setValue(f"window/{splitter.objectName()}", splitter.saveState())

    def restore_layout(self, window: QWidget, splitters: Iterable[QSplitter]) -> None:
        """Put the window back where it was, as far as the screens allow."""
        window.restoreGeometry(self._bytes("window/geometry"))
        for splitter in splitters:
            splitter.restoreState(self._bytes(f"window/{splitter.objectName()}"))

    def tree_state(self, part: str) -> str:
        """Return what a part of the jobs' side was like: ``columns``, ``filter`` and the like."""
        return str(self._store.value(f"jobs/{part}", ""))

    def set_tree_state(self, part: str, state: str) -> None:
        """Remember what a part of the job tree is like."""
        self._store.setValue(f"jobs/{part}", state)

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _strings(self, key: str) -> list[str]:
        # An ini file gives a list of one back as a string, and an empty one as None.
        value = self._store.value(key)
        if isinstance(value, str):
            return [value]
        return [str(item) for item in value] if isinstance(value, list) else []
