"""Every action of the window: its words, icon and keys, and the menus that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from hopla_gui.engine.commands.batch_export import BatchKind
from hopla_gui.gui.theme import MODES, icon


@dataclass(frozen=True)
class _Words:
    text: str
    icon: str | None = None
    keys: tuple[str, ...] = ()
    tip: str = ""


_ACTIONS = {
    "open_script": _Words("Open script…", "open", ("Ctrl+O",), "Pick a Python script"),
    "open_sweep": _Words("Open sweep…", "sweep", ("Ctrl+Shift+O",), "Open a sweep file"),
    "open_run": _Words("Open stored run…", "history", (), "Show the jobs of an earlier run"),
    "open_demo": _Words("Open the demo", "demo", (), "Three jobs, the second of which fails"),
    "open_table": _Words(
        "Sweep over a table…", "table", ("Ctrl+T",), "Each row of a CSV or TSV table becomes a job"
    ),
    "save_sweep": _Words("Save sweep", "save", ("Ctrl+S",), "Save the form as a sweep file"),
    "save_sweep_as": _Words("Save sweep as…", None, ("Ctrl+Shift+S",)),
    "reload": _Words("Read the script again", "refresh", ("Ctrl+R",), "After you edited it"),
    "export": _Words("Export…", "export", ("Ctrl+E",), "A report, CSV, TSV, Parquet or JSON"),
    "undo": _Words("Undo", "undo", ("Ctrl+Z",), "Take back the last change of the set-up"),
    "redo": _Words("Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    "quit": _Words("Quit", None, ("Ctrl+Q",)),
    "run": _Words("Run", "run", ("Ctrl+Return", "F5", "Ctrl+Enter"), "Run all jobs"),
    "run_one": _Words(
        "Run one job first", "flag", ("Ctrl+Shift+Return",), "Then look, and run the rest or not"
    ),
    "run_corners": _Words(
        "Run the corners of the grid first", "table", (), "First and last of each list, crossed"
    ),
    "resume": _Words("Resume this run", "retry", (), "Run what is queued, lost or cancelled"),
    "stop": _Words("Stop", "stop", ("Shift+F5",), "Stop all jobs; Esc asks first"),
    "pause": _Words("Pause", "pause", ("Ctrl+P",), "Start no more jobs for now"),
    "freeze": _Words(
        "Pause and freeze running jobs", None, ("Ctrl+Shift+P",), "Running jobs stand still too"
    ),
    "history": _Words("History", "history", ("Ctrl+H",), "The runs that are stored here"),
    "run_log": _Words("Log of the run", "terminal", ("Ctrl+L",), "What the run says of itself"),
    "plots": _Words("Plots of the run", "plot", ("Ctrl+G",), "Its jobs as plots, or as a tree"),
    "form": _Words(
        "Form beside the jobs", "panel", ("Ctrl+B",), "Hide it for the jobs to have its room"
    ),
    "all_jobs": _Words("All jobs of the form", "table", ("Ctrl+J",), "Before they run: a table"),
    "report": _Words(
        "What was understood", "info", ("Ctrl+I",), "What the form makes of each parameter, and why"
    ),
    "focus_setup": _Words("Go to the form", None, ("Ctrl+1",)),
    "focus_jobs": _Words("Go to the jobs", None, ("Ctrl+2",)),
    "focus_details": _Words("Go to the details", None, ("Ctrl+3",)),
    "next_failed": _Words("Next failed job", "error", ("F8",), "Below the current one"),
    "find": _Words("Find a job", "search", ("Ctrl+F",), "Filter the jobs by words"),
    "notify": _Words(
        "Notify me in the background", None, (), "When a run ends, and when its first job fails"
    ),
    "dismiss": _Words("Dismiss all messages", "close", ("Ctrl+Shift+X",)),
    "about": _Words("About hopla_gui", "info"),
}
_MENUS: dict[str, tuple[str, ...]] = {
    "&File": (
        "open_script",
        "open_sweep",
        "open_run",
        "RECENT",
        "",
        "open_table",
        "save_sweep",
        "save_sweep_as",
        "export",
        "BATCH",
        "",
        "quit",
    ),
    "&Edit": ("undo", "redo"),
    "&Run": (
        "run",
        "run_one",
        "run_corners",
        "resume",
        "",
        "pause",
        "freeze",
        "stop",
        "",
        "next_failed",
        "",
        "reload",
    ),
    "&View": (
        "history",
        "run_log",
        "plots",
        "form",
        "all_jobs",
        "report",
        "",
        "focus_setup",
        "focus_jobs",
        "focus_details",
        "find",
        "",
        "notify",
        "dismiss",
        "THEME",
    ),
    "&Help": ("open_demo", "about"),
}
_BATCHES = {
    BatchKind.TOML: "Sweep file (TOML)…",
    BatchKind.SHELL: "Shell script…",
    BatchKind.PARALLEL: "GNU parallel…",
    BatchKind.SLURM: "Slurm array script…",
    BatchKind.PYTHON: "Python hopla() call…",
}
_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}


class Actions:
    """The actions by name; ``themes`` by mode, one of them checked.

    Parameters
    ----------
    owner
        The window, whose keys they answer.
    """

    def __init__(self, owner: QWidget) -> None:
        self._actions = {name: _action(words, owner) for name, words in _ACTIONS.items()}
        owner.addActions(list(self._actions.values()))
        for name in ("pause", "freeze", "history", "run_log", "plots", "form", "notify"):
            self[name].setCheckable(True)
        self["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self.themes = dict(_theme_actions(owner))
        self.recent_menu = QMenu("Open recent", owner)
        self.recent_menu.setIcon(icon("history"))
        self.batches = {kind: QAction(text, owner) for kind, text in _BATCHES.items()}
        self.batch_menu = QMenu("Export batch as", owner)
        self.batch_menu.setIcon(icon("export"))
        self.batch_menu.addActions(list(self.batches.values()))
        self.theme_menu = QMenu("Theme", owner)
        self.theme_menu.setIcon(icon("theme"))
        self.theme_menu.addActions(list(self.themes.values()))

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, bar: QMenuBar) -> None:
        """Put the menus into a menu bar."""
        for title, names in _MENUS.items():
            menu = bar.addMenu(title)
            for name in names:
                self._add(menu, name)

    def _add(self, menu: QMenu, name: str) -> None:
        if name == "":
            menu.addSeparator()
        elif name == "RECENT":
            menu.addMenu(self.recent_menu)
        elif name == "BATCH":
            menu.addMenu(self.batch_menu)
        elif name == "THEME":
            menu.addMenu(self.theme_menu)
        else:
            menu.addAction(self._actions[name])


def _action(words: _Words, owner: QWidget) -> QAction:
    action = QAction(words.text, owner)
    if words.icon:
        action.setIcon(icon(words.icon))
    action.setShortcuts([QKeySequence(keys) for keys in words.keys])
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    tip = words.tip or words.text.rstrip("…")
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    return action


def _theme_actions(owner: QWidget) -> Iterator[tuple[str, QAction]]:
    group = QActionGroup(owner)
    for mode in MODES:
        action = QAction(_THEMES[mode], group)
        action.setCheckable(True)
        action.setData(mode)
        yield mode, action
