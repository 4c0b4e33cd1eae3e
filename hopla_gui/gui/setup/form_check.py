"""Keeps what the form comes to up to date: its jobs, or all that keeps it from being run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.commands.expand import JobList
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.argument_check import ArgumentVerdict
from hopla_gui.gui.setup.checker import Checked, SetupChecker, checked
from hopla_gui.gui.setup.cluster_form import ClusterForm
from hopla_gui.gui.setup.parameter_form import ParameterForm
from hopla_gui.gui.setup.preview import Preview
from hopla_gui.gui.setup.run_options import RunOptionsForm
from hopla_gui.gui.setup.sweep_panel import SweepPanel

_AFTER_MS = 120  # from the last edit
_EDIT_WEIGHT = 20  # an edit by hand takes so many times as long to check as a value


class FormCheck(QObject):
    """Checks what the form says, some time after it was edited, and shows what is found.

    Parameters
    ----------
    setup
        Returns what the form says.
    form, options, cluster
        What may be wrong; the form shows it at its fields.
    sweep_panel, preview
        Show what the whole comes to.

    Signals
    -------
    checked
        Count and problems are up to date with the set-up.
    """

    checked = Signal()

    def __init__(
        self,
        setup: Callable[[], Setup],
        form: ParameterForm,
        options: RunOptionsForm,
        cluster: ClusterForm,
        sweep_panel: SweepPanel,
        preview: Preview,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._setup = setup
        self._model = form.model
        self._form = form
        self._options = options
        self._cluster = cluster
        self._preview = preview
        self._problems: list[UserError] = []
        self._job_count = 0
        self._found = Checked()
        self._is_current = True
        self._checker = SetupChecker(self)
        self._checker.checked.connect(self._on_checked)
        self._checker.checked.connect(sweep_panel.show_checked)
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.check)

    @property
    def is_current(self) -> bool:
        """Whether count and problems are those of the set-up as it stands now."""
        return self._is_current

    @property
    def jobs(self) -> JobList | None:
        """The jobs as last checked; ``None`` where something is wrong."""
        jobs = self._found.jobs
        return jobs if isinstance(jobs, JobList) and not self._problems else None

    @property
    def spec(self) -> ParserSpec | None:
        """The parser that the jobs are made for: where a value is no choice, one without them."""
        return self._found.spec or self._model.spec

    def job_count(self) -> int:
        """Return the number of jobs as last checked; 0 where something is wrong."""
        return self._job_count

    def problems(self) -> list[UserError]:
        """Return all that keeps the set-up from being run, as it stands now."""
        if self._model.spec is None:
            return []
        if not self._is_current:
            self._soon.stop()
            self._on_checked(checked(self._setup(), self._model.spec))
        return list(self._problems)

    def option_problems(self) -> list[UserError]:
        """Return what is wrong with the options of the run, and of the cluster where it has one."""
        asked = self._cluster.problems() if self._options.place.value() != "local" else []
        return [*self._options.problems(), *asked]

    def check_soon(self) -> None:
        """Check once the form has been left alone for a moment: it was edited."""
        self._is_current = False
        self._soon.start()

    @Slot()
    def check(self) -> None:
        """Bring count, commands and messages up to date with the form; tells ``checked``."""
        self._soon.stop()
        spec = self._model.spec
        self._is_current = spec is None
        if spec is not None:
            setup = self._setup()
            weight = self._model.facts.weight() + _EDIT_WEIGHT * len(setup.sweep.edits)
            self._checker.check(setup, spec, weight)

    def show_verdict(self, verdict: ArgumentVerdict) -> None:
        """Show at the fields what the script's own parser says; it keeps nothing from running."""
        found = self._found
        self._form.show_problems([*found.problems, *found.doubts, *verdict.fields])
        self._preview.show_verdict(verdict.words, refused=bool(verdict.refused), tip=verdict.first)

    @Slot(object)
    def _on_checked(self, found: Checked) -> None:
        self._is_current = True
        self._found = found
        told = [*found.problems, *found.doubts]
        self._form.show_problems(told)
        own = self._own_problems(told)
        self._problems = [*self.option_problems(), *own, *found.problems]
        counts = [self._model.facts.count(block[0]) for block in self._model.blocks()]
        repeat = self._model.repeat
        counts += [repeat.n] if repeat and repeat.n > 1 else []
        self._job_count = 0 if self._problems else len(found.jobs)
        if self._problems:
            self._preview.show_problems(self._problems, counts)
        elif isinstance(found.jobs, JobList):
            self._preview.show_jobs(found.jobs, counts)
        self.checked.emit()

    def _own_problems(self, found: Sequence[UserError]) -> list[UserError]:
        """Return what the fields find wrong and the check of the whole did not."""
        told = {problem.parameter for problem in found}
        return [p for p in self._form.local_problems() if p.parameter not in told]
