"""The set-up side of the window: script, form, run options, sweep, preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QTabBar, QVBoxLayout, QWidget

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import ParamSpec, ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.inspection.interpreters import Interpreter
from hopla_gui.errors import HoplaError, UserError
from hopla_gui.gui.page_stack import PageStack
from hopla_gui.gui.scroll_when_small import ScrollWhenSmall
from hopla_gui.gui.setup.change_bar import ChangeBar
from hopla_gui.gui.setup.cluster_form import ClusterForm
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.foot import Foot
from hopla_gui.gui.setup.form_check import FormCheck
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.pages import EmptyPage, InspectingPage, ProblemPage
from hopla_gui.gui.setup.parameter_form import ParameterForm
from hopla_gui.gui.setup.preview import Preview
from hopla_gui.gui.setup.run_options import RunOptionsForm
from hopla_gui.gui.setup.script_bar import ScriptBar
from hopla_gui.gui.setup.sweep_panel import SweepPanel
from hopla_gui.gui.setup.undo_control import UndoControl
from hopla_gui.gui.theme import SPACING

_LEAST = QSize(320, 200)
_CLUSTER_TAB = 2


class SetupPanel(QWidget):
    """Edits a `Setup` for the parser of a script.

    Signals
    -------
    changed
        The set-up differs from before, by a person's hand.
    script_chosen
        A `Path` to inspect.
    python_chosen
        An interpreter to inspect the script with; None to find one.
    script_wanted, sweep_wanted, demo_wanted, cancel_wanted
        Buttons of the pages that stand in the form's place.
    attention_wanted
        The cursor is put somewhere in it, so it should be in sight.
    """

    changed = Signal()
    script_chosen = Signal(object)
    python_chosen = Signal(object)
    script_wanted = Signal()
    sweep_wanted = Signal()
    demo_wanted = Signal()
    cancel_wanted = Signal()
    attention_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base: Setup | None = None
        self.model = FormModel(self)
        self._make_widgets()
        areas = (self.form, self.options, self.cluster, self.sweep_panel)
        self.form_check = FormCheck(self.setup, *areas, self.preview, self)
        self.undo_control = UndoControl(self.setup, self._restore, areas, self)
        self._arrange()
        self._connect()
        self._show_page(self.empty)

    # --- building --------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.script_bar = ScriptBar()
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("Parameters")
        self.tabs.addTab("Run options")
        self.tabs.addTab("Cluster")
        self.change_bar = ChangeBar()
        self.form = ParameterForm(self.model)
        self.options = RunOptionsForm()
        self.cluster = ClusterForm()
        self.sweep_panel = SweepPanel(self.model)
        self.preview = Preview()
        self.empty = EmptyPage()
        self.inspecting = InspectingPage()
        self.problem = ProblemPage()
        self.pages = PageStack()
        self.stack = PageStack()

    def _arrange(self) -> None:
        self.stack.addWidget(self.form)
        self.stack.addWidget(self.options)
        self.stack.addWidget(self.cluster)
        upper = _column(self.change_bar, self.tabs, self.stack)
        lower = _column(self.sweep_panel, self.preview, margin=SPACING.LARGE, spacing=SPACING.SMALL)
        lower.setProperty("foot", True)
        lower.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("form-and-preview")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.setStretchFactor(0, 1)
        self._foot = Foot(lower, self.splitter, self.tabs, self.stack)
        for page in (self.empty, self.inspecting, self.problem, self.splitter):
            self.pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ScrollWhenSmall(_column(self.script_bar, self.pages), _LEAST))

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.model.changed.connect(self._on_edited)
        self.options.changed.connect(self._on_edited)
        self.options.place.changed.connect(self._show_cluster_tab)
        self.cluster.changed.connect(self._on_edited)
        self.script_bar.script_chosen.connect(self.script_chosen)
        self.script_bar.python_chosen.connect(self._on_python_chosen)
        self.sweep_panel.field_wanted.connect(self.focus_field)
        self.preview.problem_wanted.connect(self.focus_first_problem)
        self.empty.script_wanted.connect(self.script_wanted)
        self.empty.sweep_wanted.connect(self.sweep_wanted)
        self.empty.demo_wanted.connect(self.demo_wanted)
        self.inspecting.cancel_wanted.connect(self.cancel_wanted)
        self.problem.retry_wanted.connect(self._on_retry)
        self.problem.python_wanted.connect(self.script_bar.python.setFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the form the whole height where there is little."""
        super().resizeEvent(event)
        self._foot.fit(self.height())

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.script_bar.setVisible(page is not self.empty)

    # --- what the window says --------------------------------------------------------------

    def show_inspecting(self, path: Path, python: str | None = None) -> None:
        """Say that a script is being inspected."""
        self.script_bar.load(path, python, None)
        self.inspecting.show_path(path)
        self._show_page(self.inspecting)

    def load(self, spec: ParserSpec, setup: Setup | None = None, *, again: bool = False) -> None:
        """Show the form of a parser, filled with what a set-up says.

        Parameters
        ----------
        again
            The same script was read once more: what was done before can still be undone.
        """
        base = self._base = setup or Setup(Path(spec.script))
        was_blocked = self.blockSignals(True)
        self.script_bar.load(base.script, base.python, spec)
        self._load_options(base)
        self.model.show(spec, base.subcommand, base.sweep)
        self.tabs.setCurrentIndex(0)
        self._show_page(self.splitter)
        self.blockSignals(was_blocked)
        if not again:
            self.undo_control.start()
        self.undo_control.note()
        self.form_check.check()
        focused = QApplication.focusWidget()
        if focused is None or self.isAncestorOf(focused):
            self.form.setFocus()

    def _load_options(self, setup: Setup) -> None:
        self.options.load(setup)
        self.cluster.load(setup)
        self._show_cluster_tab()

    @Slot()
    def _show_cluster_tab(self) -> None:
        """Show the cluster's options only where the jobs go to one."""
        self.tabs.setTabVisible(_CLUSTER_TAB, self.options.place.value() != "local")

    def show_problem(self, error: HoplaError) -> None:
        """Show why a script has no form."""
        self.problem.show_error(error)
        self._show_page(self.problem)

    def set_interpreters(self, found: Sequence[Interpreter]) -> None:
        """List the interpreters of this machine to choose from."""
        self.script_bar.set_interpreters(found)

    # --- what the form says ----------------------------------------------------------------

    @property
    def spec(self) -> ParserSpec | None:
        """The parser that is shown."""
        return self.model.spec

    def setup(self) -> Setup:
        """Return what the form says now.

        Raises
        ------
        UserError
            Where no script is open.
        """
        if self._base is None:
            raise UserError("no script is open")
        form = self.model.sweep()
        with_sweep = replace(
            self._base,
            python=self.script_bar.chosen_python,
            subcommand=self.model.subcommand,
            # what the form has no field for, single jobs, stays as it was
            sweep=replace(form, edits=self._base.sweep.edits),
        )
        return self.cluster.fill(self.options.fill(with_sweep))

    @property
    def edits(self) -> tuple[JobEdit, ...]:
        """What is done by hand to single jobs."""
        return self._base.sweep.edits if self._base is not None else ()

    @Slot(tuple)
    def set_edits(self, edits: tuple[JobEdit, ...]) -> None:
        """Do other things by hand to single jobs."""
        if self._base is not None:
            self._base = replace(self._base, sweep=replace(self._base.sweep, edits=edits))
            self._on_edited()
            self.form_check.check()

    @Slot()
    def focus_first_problem(self) -> None:
        """Show what is wrong at the fields, and put the cursor in the first of them."""
        self.attention_wanted.emit()
        self.form.insist()
        problems = self.form_check.problems()
        field = next(filter(None, map(self.form.field_of, problems)), None)
        if self.options.problems():
            self.tabs.setCurrentIndex(1)
        elif self.form_check.option_problems():
            self.tabs.setCurrentIndex(_CLUSTER_TAB)
        elif field is not None:
            self.focus_field(field)
        else:
            self.tabs.setCurrentIndex(0)
            self.form.subcommand_bar.focus_open_choice()

    @Slot()
    def focus_extra(self) -> None:
        """Put the cursor in the field of the extra arguments."""
        self.attention_wanted.emit()
        self.tabs.setCurrentIndex(1)
        self.options.ensureWidgetVisible(self.options.extra)
        self.options.extra.setFocus()

    @Slot(tuple, object)
    def focus_param(self, subcommand: tuple[str, ...], param: ParamSpec) -> None:
        """Show the field of a parameter, also one of another subcommand."""
        if self.model.subcommand[: len(subcommand)] != subcommand:
            self.model.set_subcommand(subcommand)
        field = next((field for field in self.model.fields() if field.param is param), None)
        if field is not None:  # help has none
            self.focus_field(field)

    @Slot(object)
    def focus_field(self, field: Field) -> None:
        """Show the form and put the cursor in a field."""
        self.attention_wanted.emit()
        self.tabs.setCurrentIndex(0)
        self.form.focus_field(field)

    def apply(self, setup: Setup) -> None:
        """Say what another set-up of the same script says; undo takes it back."""
        self.undo_control.end_step()
        self._restore(replace(setup, script=self.setup().script))
        self.undo_control.end_step()

    def _restore(self, setup: Setup) -> None:
        """Say what a set-up said before; only fields that differ are shown anew."""
        python = self.script_bar.chosen_python
        self._base = setup
        self._load_options(setup)
        self.model.restore(setup.subcommand, setup.sweep)
        self._on_edited()
        if setup.python != python and self.spec is not None:
            self.script_bar.load(setup.script, setup.python, self.spec)
            self.python_chosen.emit(setup.python)

    @Slot()
    def _on_edited(self) -> None:
        self.form_check.check_soon()
        self.undo_control.note()
        self.changed.emit()

    @Slot(object)
    def _on_python_chosen(self, python: str | None) -> None:
        self.undo_control.note()
        self.changed.emit()
        self.python_chosen.emit(python)

    @Slot()
    def _on_retry(self) -> None:
        self.script_chosen.emit(Path(self.script_bar.path.text()))


def _column(*widgets: QWidget, margin: int = 0, spacing: int = 0) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(margin, spacing, margin, spacing)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget)
    column.setStretch(len(widgets) - 1, 1)
    return whole
