"""The script that is open and the sweep file it came from; drafts, so that no set-up is lost.

Lives on the main thread; files and the script's parser are read in threads of the loop's.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.errors import HoplaError


@dataclass(frozen=True, slots=True)
class Opened:
    """A script that was inspected, and what its form starts from."""

    spec: ParserSpec
    setup: Setup
    sweep_file: Path | None = None
    is_draft: bool = False


class Document(QObject):
    """What is being edited.

    Parameters
    ----------
    drafts
        Folder of the set-ups that were not saved, one for each script.

    Signals
    -------
    opened
        An `Opened`: the form is to show it.
    busy_changed
        What is under way, empty when nothing is.
    changed
        The name, the file or whether there is something to save.
    """

    opened = Signal(object)
    busy_changed = Signal(str)
    changed = Signal()

    def __init__(self, drafts: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._opened: Opened | None = None
        self._is_modified = False
        self._cancelled = threading.Event()

    @property
    def spec(self) -> ParserSpec | None:
        """The parser of the script that is open."""
        return self._opened.spec if self._opened else None

    @property
    def sweep_file(self) -> Path | None:
        """Where the set-up was read from or saved to."""
        return self._opened.sweep_file if self._opened else None

    @property
    def name(self) -> str:
        """The sweep file's or the script's name; empty before anything is open."""
        if self._opened is None:
            return ""
        return (self._opened.sweep_file or Path(self._opened.spec.script)).name

    @property
    def is_modified(self) -> bool:
        """Whether a sweep file is open and the form differs from it."""
        return self._is_modified and self.sweep_file is not None

    async def open_script(self, script: Path, python: str | None = None) -> None:
        """Inspect a script; its form starts from the draft of last time where there is one.

        Raises
        ------
        HoplaError
            With the reason why the script has no form; what was open stays open.
        """
        draft = await asyncio.to_thread(self._read_draft, script)
        setup = draft or Setup(script=script)
        if python is not None:
            setup = replace(setup, python=python)
        await self._inspect(setup, None, is_draft=draft is not None)

    async def open_sweep(self, path: Path) -> None:
        """Read a sweep file and inspect its script; errors as in `open_script`."""
        setup = await asyncio.to_thread(api.load_setup, path)
        await self._inspect(setup, path)

    async def inspect_again(self, setup: Setup) -> None:
        """Inspect the script anew for the set-up as it stands, with its interpreter."""
        await self._inspect(setup, self.sweep_file)
        self.set_modified()

    async def save(self, setup: Setup, path: Path) -> None:
        """Write a sweep file."""
        await asyncio.to_thread(api.save_setup, setup, path)
        if self._opened is not None:
            self._opened = replace(self._opened, setup=setup, sweep_file=path)
        self._is_modified = False
        self.changed.emit()

    @Slot()
    def set_modified(self) -> None:
        """Take note that the form has changed."""
        if not self._is_modified:
            self._is_modified = True
            self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give up the inspection under way."""
        self._cancelled.set()

    def keep_draft(self, setup: Setup) -> Path:
        """Write the set-up where the next start, or the next opening of its script, finds it."""
        path = self._draft_path(setup.script)
        path.parent.mkdir(parents=True, exist_ok=True)
        api.save_setup(setup, path)
        return path

    async def _inspect(
        self, setup: Setup, sweep_file: Path | None, *, is_draft: bool = False
    ) -> None:
        self._cancelled.set()  # the one before, if it still waits
        cancelled = self._cancelled = threading.Event()
        self.busy_changed.emit(f"Reading the parser of {setup.script.name}…")
        try:
            spec = await asyncio.to_thread(
                api.inspect, setup.script, setup.python, cancelled=cancelled
            )
        except HoplaError:
            if not cancelled.is_set():
                raise
            return
        finally:
            if cancelled is self._cancelled:
                self.busy_changed.emit("")
        if cancelled.is_set():
            return
        self._opened = Opened(spec, setup, sweep_file, is_draft)
        self._is_modified = False
        self.opened.emit(self._opened)
        self.changed.emit()

    def _read_draft(self, script: Path) -> Setup | None:
        path = self._draft_path(script)
        try:
            return api.load_setup(path) if path.is_file() else None
        except HoplaError:  # of an older version, or edited: the form starts empty
            return None

    def _draft_path(self, script: Path) -> Path:
        name = hashlib.sha256(str(script).encode(errors="surrogateescape")).hexdigest()[:16]
        return self._drafts / f"{script.stem}-{name}.toml"
