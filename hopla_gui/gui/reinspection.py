"""Looks at the script that is open once more when its file changes: what would be another form.

On the main thread; the script's parser is read in a thread of the loop's. The form stays as it is
until the person takes what was found.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui import api
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.parserdiff import ParserChange, carry_over, compare_parsers
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.inspection.trust import trust
from hopla_gui.errors import HoplaError
from hopla_gui.gui.script_watch import ScriptWatch
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Found:
    """What the script's parser has become.

    Attributes
    ----------
    notes
        What becomes of the values that are given, in words.
    error
        Why it cannot be read, for a file that is half written; there is no parser then.
    """

    spec: ParserSpec | None
    changes: tuple[ParserChange, ...] = ()
    notes: tuple[str, ...] = ()
    error: HoplaError | None = None


class Reinspection(QObject):
    """Follows the file of the script whose form is on show.

    Signals
    -------
    found
        A `Found`, each time the file has another content than before.
    """

    found = Signal(object)

    def __init__(self, panel: SetupPanel, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._workbench = workbench
        self._cancelled = threading.Event()
        self.watch = ScriptWatch(self)
        self.watch.changed.connect(self.look)

    def follow(self, script: Path) -> None:
        """Watch a script from its present content on."""
        self._cancelled.set()
        self.watch.watch(script)

    def stop(self) -> None:
        """Watch no more."""
        self._cancelled.set()
        self.watch.stop()

    @Slot()
    def look(self) -> None:
        """Read the script's parser and tell how it differs from the one on show."""
        spec = self._panel.spec
        if spec is not None:
            self._cancelled.set()
            cancelled = self._cancelled = threading.Event()
            self._workbench.begin(self._look(self._panel.setup(), spec, cancelled))

    async def _look(self, setup: Setup, old: ParserSpec, cancelled: threading.Event) -> None:
        try:
            spec = await asyncio.to_thread(_inspect, setup, cancelled)
        except HoplaError as error:
            found = Found(None, error=error)
        else:
            _, notes = carry_over(setup, old, spec)
            found = Found(spec, tuple(compare_parsers(old, spec)), tuple(notes))
        if not cancelled.is_set() and self._panel.spec is old:
            self.found.emit(found)


def _inspect(setup: Setup, cancelled: threading.Event) -> ParserSpec:
    trust(setup.script)  # it is open: what is written into it is the person's own doing
    return api.inspect(setup.script, setup.python, cancelled=cancelled)
