"""The script that is open and the sweep file it came from; drafts, so that no set-up is lost.

Lives on the main thread; files and the script's parser are read in threads of the loop's.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, block_problems
from hopla_gui.engine.inspection.trust import is_trusted, trust
from hopla_gui.errors import HoplaError
from hopla_gui.gui.by_script import name_for


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be shown: a set-up, and where it comes from."""

    setup: Setup
    sweep_file: Path | None = None
    is_draft: bool = False
    is_picked: bool = True  # by the person, and not brought along by a file or a run
    is_again: bool = False  # the set-up that is on show, its script inspected once more


class Document(QObject):
    """What is being edited.

    Parameters
    ----------
    drafts
        Folder of the set-ups that were not saved, one for each script.

    Signals
    -------
    inspecting
        The script whose parser is being read, and the interpreter that is asked for, if any.
    opened
        A `ParserSpec` and the `Goal`: the form is to show them.
    refused
        A `HoplaError`: why the script has no form. It can be tried again.
    cancelled
        The inspection was given up; what was open before still is.
    trust_wanted
        A `Goal` whose script something brought along that was never opened here with this content:
        to be approved, or not.
    changed
        The name, the file or whether there is something to save.
    """

    inspecting = Signal(object, object)
    opened = Signal(object, object)
    refused = Signal(object)
    cancelled = Signal()
    trust_wanted = Signal(object)
    changed = Signal()

    def __init__(self, drafts: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._goal: Goal | None = None
        self._spec: ParserSpec | None = None
        self._is_modified = False
        self._cancelled = threading.Event()

    @property
    def spec(self) -> ParserSpec | None:
        """The parser of the script that is open; ``None`` while there is no form."""
        return self._spec

    @property
    def script(self) -> Path | None:
        """The script that is open, or that was refused."""
        return self._goal.setup.script if self._goal else None

    @property
    def sweep_file(self) -> Path | None:
        """Where the set-up was read from or saved to."""
        return self._goal.sweep_file if self._goal else None

    @property
    def name(self) -> str:
        """The sweep file's or the script's name; empty before anything is open."""
        path = self.sweep_file or self.script
        return path.name if path else ""

    @property
    def is_modified(self) -> bool:
        """Whether a sweep file is open and the form differs from it."""
        return self._is_modified and self.sweep_file is not None

    async def open_script(self, script: Path, *, picked: bool = True) -> None:
        """Inspect a script; its form starts from the draft of last time where there is one."""
        draft = await asyncio.to_thread(self._read_draft, script)
        goal = Goal(draft or Setup(script), is_draft=draft is not None, is_picked=picked)
        await self._open(goal)

    async def open_sweep(self, path: Path, *, picked: bool = False) -> None:
        """Read a sweep file and inspect its script.

        Parameters
        ----------
        picked
            Its script needs no question: it is our own.

        Raises
        ------
        HoplaError
            Where the file is no sweep file; what was open stays open.
        """
        setup = await asyncio.to_thread(api.load_setup, path)
        await self._open(Goal(setup, path, is_picked=picked))

    async def open_setup(self, setup: Setup) -> bool:
        """Inspect the script of a stored run, to show the set-up that made the run.

        Returns
        -------
        bool
            ``False`` where the script is to be approved first.
        """
        return await self._open(Goal(setup, is_picked=False))

    async def approve(self, goal: Goal) -> None:
        """Inspect a script that was asked about."""
        await self._inspect(replace(goal, is_picked=True))

    async def inspect_again(self, setup: Setup) -> None:
        """Inspect the script anew for the set-up as it stands, with its interpreter."""
        is_modified = self._is_modified
        await self._inspect(Goal(setup, self.sweep_file, is_again=True))
        if is_modified:
            self.set_modified()

    async def try_again(self) -> None:
        """Inspect a script that was refused once more."""
        if self._goal is not None:
            await self._inspect(self._goal)

    async def try_python(self, python: str | None) -> None:
        """Inspect a script that was refused with another interpreter."""
        if self._goal is not None:
            setup = replace(self._goal.setup, python=python)
            await self._inspect(replace(self._goal, setup=setup))

    async def save(self, setup: Setup, path: Path) -> None:
        """Write a sweep file."""
        await asyncio.to_thread(_save, setup, path)
        self._goal = Goal(setup, path)
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

    def keep_draft(self, setup: Setup) -> None:
        """Write the set-up where the next opening of its script finds it."""
        path = self._draft_path(setup.script)
        path.parent.mkdir(parents=True, exist_ok=True)
        api.save_setup(readable(setup), path)

    async def _open(self, goal: Goal) -> bool:
        """Inspect a script, but for one that nobody here has picked and that is not known."""
        script = goal.setup.script
        known = goal.is_picked or await asyncio.to_thread(_needs_no_question, script)
        if known:
            await self._inspect(goal)
        else:
            self.trust_wanted.emit(goal)
        return known

    async def _inspect(self, goal: Goal) -> None:
        self._cancelled.set()  # the one before, if it is still under way
        cancelled = self._cancelled = threading.Event()
        self.inspecting.emit(goal.setup.script, goal.setup.python)
        spec, refusal = None, None
        await asyncio.to_thread(trust, goal.setup.script)
        try:
            spec = await asyncio.to_thread(
                api.inspect, goal.setup.script, goal.setup.python, cancelled=cancelled
            )
        except HoplaError as error:
            refusal = error
        if cancelled.is_set():
            if cancelled is self._cancelled:
                self.cancelled.emit()
            return
        self._goal, self._spec, self._is_modified = goal, spec, False
        if refusal is not None:
            self.refused.emit(refusal)
        else:
            self.opened.emit(spec, goal)
        self.changed.emit()

    def _read_draft(self, script: Path) -> Setup | None:
        path = self._draft_path(script)
        try:
            draft = api.load_setup(path) if path.is_file() else None
        except HoplaError:  # of an older version, or edited: the form starts empty
            return None
        return None if draft == Setup(script) else draft  # nothing was given: no more to say

    def _draft_path(self, script: Path) -> Path:
        return self._drafts / f"{name_for(script)}.toml"


def _save(setup: Setup, path: Path) -> None:
    """Write a sweep file, but leave one that says the same as it is: it may hold comments."""
    with contextlib.suppress(HoplaError):
        if api.load_setup(path) == setup:
            return
    api.save_setup(setup, path)


def _needs_no_question(script: Path) -> bool:
    """Whether a script was opened here before, or cannot be opened at all."""
    return not script.is_file() or is_trusted(script)


def readable(setup: Setup) -> Setup:
    """Return what a sweep file can hold of a set-up that is not finished yet.

    An empty list is left out; parameters of unequal lengths go into blocks of their own.
    """
    blocks: list[Block] = []
    for block in setup.sweep.blocks:
        if not any(block_problems(block, 1)):
            blocks.append(block)
            continue
        alone = (Block({name: axis}) for name, axis in block.axes.items())
        blocks += (one for one in alone if not any(block_problems(one, 1)))
    return replace(setup, sweep=replace(setup.sweep, blocks=tuple(blocks)))
