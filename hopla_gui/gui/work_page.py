"""The page where work is done: the set-up at the left, the jobs at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSplitter

from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.scroll_when_small import ScrollWhenSmall
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.theme import SPACING

_SIZES = [500, 780]
_LEAST_JOBS = QSize(280, 200)


class WorkPage(QSplitter):
    """Makes the two sides of the window and divides the width between them."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("setup-and-jobs")
        self.setup_panel = SetupPanel()
        self.run_panel = RunPanel()
        self.jobs_side = ScrollWhenSmall(self.run_panel, _LEAST_JOBS)
        self.jobs_side.height_changed.connect(self.run_panel.failures.fit_into)
        self.addWidget(self.setup_panel)
        self.addWidget(self.jobs_side)
        self.setup_panel.setFocusProxy(self.setup_panel.form)
        self.jobs_side.setFocusProxy(self.run_panel.tree)
        self.setSizes(_SIZES)
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 3)
        self.setChildrenCollapsible(False)
        self.setContentsMargins(SPACING.SMALL, 0, SPACING.SMALL, SPACING.SMALL)

    def splitters(self) -> list[QSplitter]:
        """Return all that divide the page, itself the first."""
        return [self, self.run_panel.splitter, self.setup_panel.splitter]
