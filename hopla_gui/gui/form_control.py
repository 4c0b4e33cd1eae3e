"""Between the document and the form: what is opened is shown, what is edited is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.parserdiff import ParserChange, carry_over, compare_parsers
from hopla_gui.domain.setup import Setup
from hopla_gui.errors import HoplaError
from hopla_gui.gui.document import Goal
from hopla_gui.gui.messages import Level
from hopla_gui.gui.reinspection import Found, Reinspection
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.axis_watch import AxisWatch
from hopla_gui.gui.setup.change_bar import change_words
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
        self,
        panel: SetupPanel,
        workbench: Workbench,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._panel = panel
        self._workbench = workbench
        self._document = workbench.document
        self._script = Path()
        self._python: str | None = None
        self._before: Setup | None = None  # what the form said when the wait began
        self._spec: ParserSpec | None = None
        self._reinspection = Reinspection(panel, workbench, self)
        self._reinspection.found.connect(self._on_script_changed)
        panel.change_bar.update_wanted.connect(self.reload)
        self._axis_watch = AxisWatch(panel.model, self)
        self._axis_watch.values_changed.connect(panel.form_check.check_soon)
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
        panel.form.folds_changed.connect(self._on_folds_changed)
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

    @Slot(object, object)
    def _on_inspecting(self, script: Path, python: str | None) -> None:
        self._script, self._python, self._before = script, python, None
        self._say_inspecting.start()

    @Slot()
    def _show_inspecting(self) -> None:
        if self._document.spec is not None:
            self._before = self._panel.setup()
        self._panel.show_inspecting(self._script, self._python)
        self.shown.emit()

    @Slot(object, object)
    def _on_opened(self, spec: ParserSpec, goal: Goal) -> None:
        self._say_inspecting.stop()
        old, self._spec = self._spec, spec
        setup = goal.setup
        if goal.is_again and old is not None and old.script == spec.script:
            setup, notes = carry_over(setup, old, spec)
            if self._panel.change_bar.isHidden():  # else they have been told already
                self._tell_changes(compare_parsers(old, spec), notes)
        self._panel.change_bar.hide()
        self._reinspection.follow(goal.setup.script)
        self.shown.emit()  # first: a form that is not on show cannot take the focus
        self._panel.form.set_folds(self._settings.folds(goal.setup.script))
        self._panel.load(spec, setup, again=goal.is_again)
        if goal.is_draft:
            text = f"The values that you last gave {goal.setup.script.name} are back."
            self.message.emit(Level.INFO, text, "")

    def _tell_changes(self, changes: Sequence[ParserChange], notes: Sequence[str]) -> None:
        if changes:
            name = self._panel.setup().script.name
            told = "\n".join([*map(str, changes), *notes])
            self.message.emit(Level.INFO, f"{name}: {change_words(changes)}", told)

    @Slot(object)
    def _on_script_changed(self, found: Found) -> None:
        bar, name = self._panel.change_bar, self._panel.setup().script.name
        if found.error is not None:
            bar.show_error(name, found.error)
        elif found.changes:
            bar.show_changes(name, found.changes, found.notes)
        else:
            bar.hide()
            text = f"{name} has changed on disk; its parameters are the same."
            self.message.emit(Level.INFO, text, "")

    def stop(self) -> None:
        """Watch the script, and the files that values come from, no more."""
        self._reinspection.stop()
        self._axis_watch.stop()

    @Slot(object)
    def _on_refused(self, error: HoplaError) -> None:
        self._say_inspecting.stop()
        # so that the panel names the script
        self._panel.show_inspecting(self._script, self._python)
        self._panel.show_problem(error)
        self.shown.emit()

    @Slot()
    def _on_cancelled(self) -> None:
        self._say_inspecting.stop()
        if self._document.spec is not None:
            self._panel.load(self._document.spec, self._before or self._panel.setup(), again=True)
        else:
            self.abandoned.emit()

    # --- the panel -------------------------------------------------------------------------

    @Slot()
    def _on_changed(self) -> None:
        self._document.set_modified()
        self._keep_soon.start()

    @Slot(dict)
    def _on_folds_changed(self, folds: dict[str, bool]) -> None:
        self._settings.set_folds(self._panel.setup().script, folds)

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
