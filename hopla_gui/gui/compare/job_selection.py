"""How many jobs are selected in the tree, told once for each change."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.domain.comparison import MOST_JOBS
from hopla_gui.gui.jobs.job_tree import JobTree


class JobSelection(QObject):
    """Watches the rows that are selected in a tree of jobs.

    Signals
    -------
    one_selected
        The one job that is selected, -1 for none.
    several_selected
        Jobs to be shown side by side, in order of their rows.
    many_selected
        Number of rows, too many for that.
    """

    one_selected = Signal(int)
    several_selected = Signal(list)
    many_selected = Signal(int)

    def __init__(self, tree: JobTree) -> None:
        super().__init__(tree)
        self._tree = tree
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)
        tree.selectionModel().selectionChanged.connect(lambda *_: self._soon.start())

    @Slot()
    def _tell(self) -> None:
        stretches = self._tree.selectionModel().selection()
        rows = sum(stretch.height() for stretch in stretches)  # type: ignore[attr-defined]
        if rows > 2 * MOST_JOBS:  # whose jobs they are takes long to find out
            self.many_selected.emit(rows)
            return
        jobs = self._tree.selected_jobs()
        if len(jobs) > MOST_JOBS:
            self.many_selected.emit(len(jobs))
        elif len(jobs) > 1:
            self.several_selected.emit(jobs)
        else:
            self.one_selected.emit(jobs[0] if jobs else -1)
