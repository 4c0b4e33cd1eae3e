"""What stands in the place of a plot where there is none."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.text import one_line


class EmptyPlot(QWidget):
    """Says what is not there, and what to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.hint = "", ""

    def show_reason(self, title: str, hint: str) -> None:
        """Say something else."""
        self.title, self.hint = title, one_line(hint, 300)
        self.setAccessibleName(f"{self.title}. {self.hint}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the middle."""
        paint_empty_state(self, "plot", self.title, self.hint)
