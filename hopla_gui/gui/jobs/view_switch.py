"""Two buttons side by side: the jobs of a run as a tree, or as plots."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from hopla_gui.gui.jobs.plain_view import text_button


class ViewSwitch(QWidget):
    """Chooses how the jobs are shown.

    Signals
    -------
    plots_toggled
        Whether they are shown as plots.
    """

    plots_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree_button = _button("Jobs", "tree", "The jobs as a tree (Ctrl+2)")
        self.plots_button = _button("Plots", "plot", "The jobs as plots (Ctrl+G)")
        self.tree_button.setChecked(True)
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for button in (self.tree_button, self.plots_button):
            group.addButton(button)
            layout.addWidget(button)
        self.plots_button.toggled.connect(self.plots_toggled)

    @Slot(bool)
    def show_plots(self, shown: bool) -> None:
        """Choose plots, or the tree."""
        (self.plots_button if shown else self.tree_button).setChecked(True)

    @property
    def is_plots(self) -> bool:
        """Whether plots are chosen."""
        return self.plots_button.isChecked()


def _button(text: str, icon_name: str, tip: str) -> QToolButton:
    button = text_button(text, icon_name, tip)
    button.setCheckable(True)
    return button
