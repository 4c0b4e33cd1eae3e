"""The button that runs the selected job again in a terminal, or under the debugger."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.commands.reproducing import full_command
from hopla_gui.engine.results.store import SCRIPT_COPY
from hopla_gui.gui.jobs.plain_view import copy_text
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.theme import icon


class AgainButton(QToolButton):
    """A menu: in a terminal, under ``pdb``; with which script, where it has changed since.

    Signals
    -------
    wanted
        Whether under the debugger, and whether with the run's copy of the script.
    """

    wanted = Signal(bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunView | None = None
        self._spec: JobSpec | None = None
        self.setText("Terminal")
        self.setIcon(icon("terminal"))
        self.setToolTip("Run this job again in a terminal, or under the debugger")
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_ = QMenu(self)
        self.menu_.aboutToShow.connect(self.fill_menu)
        self.setMenu(self.menu_)

    def show_job(self, run: RunView, spec: JobSpec) -> None:
        """Be about a job."""
        self._run, self._spec = run, spec

    def fill_menu(self) -> None:
        """Offer what there is; told anew each time, for the script may have changed."""
        self.menu_.clear()
        if self._run is None:
            return
        info, copy = self._run.info, self._run.run_dir / SCRIPT_COPY
        if info.python is None:
            self._add("Run in a terminal", debugger=False, copy=False)
        elif info.module or not copy.is_file() or is_unchanged(info):
            self._add_both("", copy=False)
        else:
            self._add_both(", script as it is now", copy=False)
            self.menu_.addSeparator()
            self._add_both(", script of the run", copy=True)
        self.menu_.addSeparator()
        self.menu_.addAction(icon("copy"), "Copy command to reproduce", self._copy)

    def _add_both(self, words: str, *, copy: bool) -> None:
        self._add(f"Run in a terminal{words}", debugger=False, copy=copy)
        self._add(f"Debug with pdb{words}", debugger=True, copy=copy)

    def _add(self, text: str, *, debugger: bool, copy: bool) -> None:
        action = self.menu_.addAction(icon("error" if debugger else "terminal"), text)
        action.triggered.connect(lambda: self.wanted.emit(debugger, copy))

    def _copy(self) -> None:
        if self._run is not None and self._spec is not None:
            copy_text(full_command(self._run.info, self._spec), self)


def is_unchanged(info: RunInfo) -> bool:
    """Whether the script says what it said when the run was started."""
    try:
        content = Path(info.script).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == info.script_sha256
