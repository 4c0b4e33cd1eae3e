"""The pages of the window: what to do first, the form with the jobs, the history."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.page_stack import PageStack


class Pages(PageStack):
    """Shows one page at a time; the history covers whichever was there before.

    Signals
    -------
    history_shown
        The stored runs are to be read.
    """

    history_shown = Signal()

    def __init__(self, empty: QWidget, work: QWidget, history: QWidget, toggle: QAction) -> None:
        super().__init__()
        self._empty, self._work, self._history = empty, work, history
        self._before = empty
        self._toggle = toggle
        toggle.triggered.connect(self.show_history)
        for page in (empty, work, history):
            self.addWidget(page)

    @property
    def is_history(self) -> bool:
        """Whether the history is in sight."""
        return self.currentWidget() is self._history

    @Slot()
    def show_work(self) -> None:
        """Show the form and the jobs."""
        self._show(self._work)

    @Slot()
    def show_empty(self) -> None:
        """Say what to do first."""
        self._show(self._empty)

    @Slot(bool)
    def show_history(self, shown: bool = True) -> None:
        """Show the stored runs, or go back to what was there before."""
        if not shown:
            self.hide_history()
        elif not self.is_history:
            self._before = self.currentWidget() or self._empty
            self._show(self._history)
            self.history_shown.emit()

    @Slot()
    def hide_history(self) -> None:
        """Go back to what was there before."""
        if self.is_history:
            self._show(self._before)

    def show_page(self, page: QWidget) -> None:
        """Show a further page, which has been added."""
        self._show(page)

    def _show(self, page: QWidget) -> None:
        self.setCurrentWidget(page)
        self._toggle.setChecked(page is self._history)
