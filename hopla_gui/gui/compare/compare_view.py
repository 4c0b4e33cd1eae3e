"""The page of the details that shows several jobs side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from hopla_gui.domain.comparison import FEWEST_JOBS, MOST_JOBS, Comparison, compare
from hopla_gui.errors import HoplaError
from hopla_gui.gui.background import Background
from hopla_gui.gui.compare.compare_model import CompareModel
from hopla_gui.gui.compare.compare_tree import CompareTree
from hopla_gui.gui.compare.comparison_copy import comparison_tsv
from hopla_gui.gui.compare.traceback_pane import TracebackPane
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, text_button
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.theme import SPACING


class CompareView(QStackedWidget):
    """Compares jobs, read and compared off the main thread; says so where they are too many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: tuple[int, ...] = ()
        self._reference = -1  # the job, which stays wherever its row goes in the tree
        self._background = Background(self)
        self._background.done.connect(self._on_compared)
        self.model = CompareModel(self)
        self.tree = CompareTree(self.model)
        self.tracebacks = TracebackPane()
        self.title = QLabel("Comparison")
        self.title.setProperty("heading", True)
        self.caption = dim_label()
        self.only_button = text_button(
            "Differences only", "filter", "Leave out what is the same in all jobs"
        )
        self.only_button.setCheckable(True)
        self.only_button.toggled.connect(self._on_only_toggled)
        self.copy_button = text_button(
            "Copy", "copy", "Copy what is shown, values in full, as TSV (Ctrl+C)"
        )
        self.copy_button.clicked.connect(self.copy)
        self.tree.copy_wanted.connect(self.copy)
        self._many = _TooMany()
        self._lay_out()
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self.tree.header().sectionClicked.connect(self._show_tracebacks)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.SMALL)
        bar.addWidget(self.title)
        bar.addWidget(self.caption, 1)
        bar.addWidget(self.only_button)
        bar.addWidget(self.copy_button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tree)
        splitter.addWidget(self.tracebacks)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(splitter, 1)
        page.setFocusProxy(self.tree)
        self.addWidget(page)
        self.addWidget(self._many)

    @property
    def jobs(self) -> tuple[int, ...]:
        """The jobs that are compared, none where there are too many."""
        return self._jobs

    def show_jobs(self, run: RunView, jobs: Sequence[int]) -> None:
        """Compare jobs of a run."""
        if not FEWEST_JOBS <= len(jobs) <= MOST_JOBS:
            self.show_count(len(jobs))
            return
        chosen = tuple(jobs)
        if chosen != self._jobs:
            self.model.load(None)
            self.tracebacks.show_difference(None, 0, 0)
            self.caption.setText(f"{len(chosen)} jobs · reading…")
        self._jobs = chosen
        self.setCurrentIndex(0)
        self._background.start(lambda _is_stale: _compared(run, chosen))

    def show_count(self, count: int) -> None:
        """Say that jobs are too many, or too few, to be compared."""
        self.clear()
        self._many.count = count
        self.setCurrentWidget(self._many)
        self._many.update()

    def save_state(self) -> str:
        """Return what is to be remembered of how jobs are compared."""
        return "differences" if self.only_button.isChecked() else ""

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned."""
        self.only_button.setChecked(state == "differences")

    def clear(self) -> None:
        """Compare nothing."""
        self._jobs, self._reference = (), -1
        self._background.forget()
        self.model.load(None)
        self.tracebacks.show_difference(None, 0, 0)

    def text(self) -> str:
        """Return what is shown as TSV, values in full."""
        comparison = self.model.comparison
        if comparison is None:
            return ""
        return comparison_tsv(comparison, differences_only=self.only_button.isChecked())

    def copy(self) -> None:
        """Copy what is shown."""
        copy_text(self.text(), self.copy_button)

    def _on_compared(self, comparison: Comparison | HoplaError) -> None:
        if isinstance(comparison, HoplaError):
            self.caption.setText(one_line(comparison.what))
            return
        self.model.load(comparison)
        if self._reference in self._jobs:
            self.model.set_reference(self._jobs.index(self._reference))
        count = comparison.differences
        words = {0: "no difference", 1: "1 difference"}.get(count, f"{count:,} differences")
        self.caption.setText(f"{len(comparison.names)} jobs · {words}")
        self._show_tracebacks()

    def _on_only_toggled(self, only: bool) -> None:
        self.model.show_differences_only(only)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.column() > 0:
            self._show_tracebacks()

    def _show_tracebacks(self) -> None:
        """Show how the traceback of the current column's job differs from the reference's."""
        comparison, reference = self.model.comparison, self.model.reference
        if comparison is None:
            return
        self._reference = self._jobs[reference]
        others = [job for job in range(len(comparison.names)) if job != reference]
        chosen = self.tree.currentIndex().column() - 1
        differing = [
            job for job in others if comparison.tracebacks[job] != comparison.tracebacks[reference]
        ]
        job = chosen if chosen in differing else next(iter(differing), others[0])
        self.tracebacks.show_difference(comparison, job, reference)


def _compared(run: RunView, jobs: Sequence[int]) -> Comparison | HoplaError:
    try:
        return compare([run.record(job) for job in jobs])
    except HoplaError as error:  # its folder has gone, or the window lets go of it
        return error


class _TooMany(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Say how many can be compared."""
        hint = f"Select {FEWEST_JOBS} to {MOST_JOBS} jobs to see them side by side."
        paint_empty_state(self, "table", f"{self.count:,} jobs selected", hint)
