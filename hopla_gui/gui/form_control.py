"""Between the document and the form: what is opened is shown, what is edited is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.parserdiff import ParserChange, carry_over, compare_parsers
from hopla_gui.errors import HoplaError
from hopla_gui.gui.document import Goal
from hopla_gui.gui.messages import Level
from hopla_gui.gui.script_watch import ScriptWatch
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.workbench import Workbench

_KEEP_MS = 3000  # after the last change
_INSPECTING_MS = 150  # what is done sooner is not worth a flicker


class FormControl(QObject):
    """Shows the document in the set-up panel and takes note of what is edited there.

    Signals
    -------
    path_chosen
        Another script was named in the panel.
    shown
        The panel has something to show.
    abandoned
        It has nothing any more: the first inspection was given up.
    message
        `Level`, one line, details.
    """

    path_chosen = Signal(Path)
    shown = Signal()
    abandoned = Signal()
    message = Signal(object, str, str)

    def __init__(
        self, panel: SetupPanel, workbench: Workbench, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._workbench = workbench
        self._document = workbench.document
        self._script = Path()
        self._spec: ParserSpec | None = None
        self._watch = ScriptWatch(self)
        self._watch.changed.connect(self._on_script_changed)
        self._say_inspecting = QTimer(self, singleShot=True, interval=_INSPECTING_MS)
        self._say_inspecting.timeout.connect(self._show_inspecting)
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keep_soon.timeout.connect(self.keep)
        self._connect()

    def _connect(self) -> None:
        document, panel = self._document, self._panel
        document.inspecting.connect(self._on_inspecting)
        document.opened.connect(self._on_opened)
        document.refused.connect(self._on_refused)
        document.cancelled.connect(self._on_cancelled)
        panel.changed.connect(self._on_changed)
        panel.script_chosen.connect(self._on_script_chosen)
        panel.python_chosen.connect(self._on_python_chosen)
        panel.cancel_wanted.connect(document.cancel)
        self._workbench.interpreters_found.connect(panel.set_interpreters)

    @Slot()
    def reload(self) -> None:
        """Read the script's parser anew; the values stay."""
        if self._document.spec is not None:
            self._workbench.inspect_again(self._panel.setup())
        else:
            self._workbench.try_again()

    @Slot()
    def keep(self) -> None:
        """Write down what the form says, so that nothing is lost."""
        self._keep_soon.stop()
        if self._document.spec is not None:
            self._workbench.keep(self._panel.setup())

    # --- the document ----------------------------------------------------------------------

    @Slot(object)
    def _on_inspecting(self, script: Path) -> None:
        self._script = script
        self._say_inspecting.start()

    @Slot()
    def _show_inspecting(self) -> None:
        self._panel.show_inspecting(self._script)
        self.shown.emit()

    @Slot(object, object)
    def _on_opened(self, spec: ParserSpec, goal: Goal) -> None:
        self._say_inspecting.stop()
        old, self._spec = self._spec, spec
        setup = goal.setup
        if goal.is_again and old is not None and old.script == spec.script:
            setup, notes = carry_over(setup, old, spec)
            self._tell_changes(compare_parsers(old, spec), notes)
        self._watch.watch(goal.setup.script)
        self.shown.emit()  # first: a form that is not on show cannot take the focus
        self._panel.load(spec, setup, again=goal.is_again)
        if goal.is_draft:
            text = f"The values that you last gave {goal.setup.script.name} are back."
            self.message.emit(Level.INFO, text, "")

    def _tell_changes(self, changes: Sequence[ParserChange], notes: Sequence[str]) -> None:
        if changes:
            name = self._panel.setup().script.name
            told = "\n".join([*map(str, changes), *notes])
            self.message.emit(Level.INFO, f"{name}: {change_words(changes)}", told)

    @Slot()
    def _on_script_changed(self) -> None:
        if self._document.spec is not None:
            name = self._panel.setup().script.name
            text = f"{name} has changed on disk. Ctrl+R updates the form; what you gave stays."
            self.message.emit(Level.INFO, text, "")

    def stop(self) -> None:
        """Watch the script no more."""
        self._watch.stop()

    @Slot(object)
    def _on_refused(self, error: HoplaError) -> None:
        self._say_inspecting.stop()
        self._panel.show_inspecting(self._script)  # so that the panel names the script
        self._panel.show_problem(error)
        self.shown.emit()

    @Slot()
    def _on_cancelled(self) -> None:
        self._say_inspecting.stop()
        if self._document.spec is not None:
            self._panel.load(self._document.spec, self._panel.setup(), again=True)
        else:
            self.abandoned.emit()

    # --- the panel -------------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        self._document.set_modified()
        self._keep_soon.start()

    @Slot(object)
    def _on_script_chosen(self, path: Path) -> None:
        if self._document.spec is None and path == self._document.script:
            self._workbench.try_again()
        else:
            self.path_chosen.emit(path)

    @Slot(object)
    def _on_python_chosen(self, python: str | None) -> None:
        if self._document.spec is not None:
            self.reload()
        else:
            self._workbench.try_python(python)


def change_words(changes: Sequence[ParserChange]) -> str:
    """Return how many parameters changed, and how: ``1 added, 2 retyped``."""
    times = Counter(str(change.kind) for change in changes)
    return ", ".join(
        f"{count} with another default" if kind == "default" else f"{count} {kind}"
        for kind, count in times.items()
    )
