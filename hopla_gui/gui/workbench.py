"""What the user does with the window, apart from any widget: open, save, run, export, close.

Runs on the main thread. Work that takes longer than a frame is a coroutine; none fails unseen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api, paths
from hopla_gui.domain.events import Event, RunNote
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.pilot import First
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.batch_export import BatchKind, export_batch
from hopla_gui.engine.inspection.interpreters import find_interpreters
from hopla_gui.engine.results.store import DATABASE
from hopla_gui.errors import HoplaError, UserError
from hopla_gui.gui.document import Document, Goal
from hopla_gui.gui.messages import Level
from hopla_gui.gui.run_control import RunControl
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.argument_check import ArgumentCheck
from hopla_gui.gui.tasks import Tasks

SWEEP_SUFFIX = ".toml"


class Workbench(QObject):
    """The use-cases of the window; needs a running asyncio loop.

    Parameters
    ----------
    runs_dir
        Where runs are stored; the platform's data folder by default.

    Signals
    -------
    message
        `Level`, one line, details: for the user to see.
    failed
        A `HoplaError`, to be seen too.
    busy_changed
        What is under way, empty for nothing.
    interpreters_found
        Each `Interpreter` that could run the script that is open.
    """

    message = Signal(object, str, str)
    failed = Signal(object)
    busy_changed = Signal(str)
    interpreters_found = Signal(list)

    def __init__(
        self, settings: Settings, runs_dir: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._runs_dir = runs_dir
        self._tasks = Tasks(self.failed.emit)
        self.document = Document(paths.data_dir() / "drafts", self)
        self.control = RunControl(self)
        self.arguments = ArgumentCheck(self)
        self.control.events_arrived.connect(self._on_events_arrived)
        self.document.inspecting.connect(self._on_inspecting)

    @property
    def runs_dir(self) -> Path:
        """Where runs are stored."""
        return self._runs_dir or paths.default_runs_dir()

    @property
    def presets_dir(self) -> Path:
        """Where the named set-ups of scripts are kept."""
        return paths.data_dir() / "presets"

    # --- opening and saving ----------------------------------------------------------------

    def start(self, files: list[Path]) -> None:
        """Open what the command line names, else what was open last."""
        last = self._settings.last_script
        if files:
            self.open_path(files[0])
        elif last is not None:
            self.begin(self.document.open_script(last))

    @Slot(Path)
    def open_path(self, path: Path, *, picked: bool = True) -> None:
        """Open a script, a sweep file or a stored run, whichever it is.

        Parameters
        ----------
        picked
            The person has named the file, and not dropped it: a script needs no question.
        """
        path = path.absolute()
        if self.is_run(path):
            self.open_run(self.run_folder(path))
        elif not path.is_file():
            self.failed.emit(UserError(f"{path}: no such file, and no stored run"))
        elif path.suffix == SWEEP_SUFFIX:
            self.open_sweep(path)
        else:
            self.open_script(path, picked=picked)

    def is_run(self, path: Path) -> bool:
        """Whether a stored run is meant."""
        return path.name == DATABASE or (path / DATABASE).is_file()

    def run_folder(self, path: Path) -> Path:
        """Return the folder of the stored run that is meant."""
        return path.absolute().parent if path.is_file() else path.absolute()

    def open_script(self, path: Path, *, picked: bool = True) -> None:
        """Show the form of a script."""
        self.begin(self._open(self.document.open_script(path.absolute(), picked=picked), path))

    def open_sweep(self, path: Path) -> None:
        """Show a sweep file in the form of its script."""
        is_demo = path.absolute() == paths.resource("demo", "demo.toml")
        opening = self.document.open_sweep(path.absolute(), picked=is_demo)
        self.begin(self._open(opening, path))

    def open_run(self, run_dir: Path) -> None:
        """Show the jobs of a stored run, and the set-up that made it in the form."""
        self.begin(self._open_run(run_dir))

    def show_results(self, run_dir: Path) -> None:
        """Show the jobs of a stored run that are those of the form, which stays as it is."""
        self.begin(self.control.open_stored(run_dir))

    @Slot()
    def open_demo(self) -> None:
        """Show the sweep that comes with the program."""
        demo = paths.resource("demo", "demo.toml")
        self.begin(self.document.open_sweep(demo, picked=True))

    def approve(self, goal: Goal) -> None:
        """Open a script that was asked about."""
        self.begin(self.document.approve(goal))

    def inspect_again(self, setup: Setup) -> None:
        """Read the script's parser anew, with the interpreter that the form names."""
        self.begin(self.document.inspect_again(setup))

    def try_again(self) -> None:
        """Read the parser of a script that was refused once more."""
        self.begin(self.document.try_again())

    def try_python(self, python: str | None) -> None:
        """Read the parser of a script that was refused with another interpreter."""
        self.begin(self.document.try_python(python))

    def save(self, setup: Setup, path: Path) -> None:
        """Write a sweep file."""
        self.begin(self._save(setup, path))

    def keep(self, setup: Setup) -> None:
        """Write the form down for the next start."""
        try:
            self.document.keep_draft(setup)
        except (HoplaError, OSError) as error:
            self.message.emit(Level.WARNING, "The form could not be kept for later.", str(error))
        else:
            self._settings.last_script = setup.script

    @Slot(object)
    def _on_inspecting(self, script: Path) -> None:
        self.begin(self._find_interpreters(script))

    async def _find_interpreters(self, script: Path) -> None:
        self.interpreters_found.emit(await asyncio.to_thread(find_interpreters, script))

    async def _open_run(self, run_dir: Path) -> None:
        await self.control.open_stored(run_dir)
        run = self.control.run
        setup = await asyncio.to_thread(api.stored_setup, run) if run is not None else None
        if setup is not None:
            await self.document.open_setup(setup)

    async def _open(self, opening: Coroutine[Any, Any, None], path: Path) -> None:
        await opening
        self._settings.add_recent(path.absolute())

    async def _save(self, setup: Setup, path: Path) -> None:
        await self.document.save(setup, path)
        self._settings.add_recent(path.absolute())
        self.message.emit(Level.SUCCESS, f"Saved {path}", "")

    # --- running ---------------------------------------------------------------------------

    def run(
        self,
        setup: Setup,
        spec: ParserSpec,
        *,
        only_new: bool = False,
        first: First = First.ALL,
    ) -> None:
        """Run the jobs that a set-up makes."""
        if not self.control.is_live:
            runs_dir = self._runs_dir
            self.begin(self.control.start(setup, spec, runs_dir, only_new=only_new, first=first))

    def resume(self, run_dir: Path, *, failed: bool = False) -> None:
        """Run what a stored run has left."""
        if not self.control.is_live:
            self.begin(self.control.resume(run_dir, failed=failed))

    @Slot(list)
    def rerun(self, indices: list[int]) -> None:
        """Run ended jobs of the run shown once more, be it live or stored."""
        run_dir = self.control.run_dir
        if self.control.is_live:
            self.control.retry(indices)
        elif run_dir is not None and indices:
            self.begin(self.control.resume(run_dir, only=indices))

    def export_batch(self, kind: BatchKind, setup: Setup, spec: ParserSpec, path: Path) -> None:
        """Write the jobs of a set-up in a form that runs without the window."""
        self.begin(self._export_batch(kind, setup, spec, path))

    async def _export_batch(
        self, kind: BatchKind, setup: Setup, spec: ParserSpec, path: Path
    ) -> None:
        self.busy_changed.emit(f"Writing {path.name}…")
        try:
            files = await asyncio.to_thread(export_batch, kind, setup, spec, path)
        finally:
            self.busy_changed.emit("")
        self.message.emit(Level.SUCCESS, f"Wrote {', '.join(map(str, files))}", "")

    async def close(self) -> None:
        """Stop all that is under way; nothing of it is left afterwards."""
        self.document.cancel()
        self.arguments.cancel()
        await self._tasks.finish()
        await asyncio.to_thread(self.arguments.wait)
        await self.control.close()

    @Slot(list)
    def _on_events_arrived(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, RunNote) and event.level != "info":
                self.message.emit(Level.WARNING, event.text, "")

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start something that takes a while; what goes wrong is told by ``failed``."""
        self._tasks.start(work)
