"""Gives the room of the form to the jobs and back: results are looked at with all the width."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.gui.run_control import RunControl
from hopla_gui.gui.work_page import WorkPage

_BOTH_FROM = 700  # less wide than this, the form and the jobs would both be too narrow to read


class FormRoom(QObject):
    """Hides the form beside a run and shows it again; without a run it is always in sight.

    In a narrow window either of the two is shown, with all of its width.

    Parameters
    ----------
    work
        Has both; the focus goes to one where the other goes out of sight with it.
    action
        Says whether the form is in sight, and changes it, as a button of the run's bar does.
    """

    def __init__(self, work: WorkPage, control: RunControl, action: QAction) -> None:
        super().__init__(work)
        self._work = work
        self._form: QWidget = work.setup_panel
        self._jobs: QWidget = work.jobs_side
        self._control = control
        self._action = action
        self._form_button = work.run_panel.bar.form_button
        self._jobs_button = work.setup_panel.script_bar.jobs_button  # shown where the jobs are not
        self._action.setChecked(True)
        self._action.toggled.connect(self._fit)
        self._form_button.clicked.connect(self._action.trigger)
        self._jobs_button.clicked.connect(self._action.trigger)
        self._control.changed.connect(self._refresh)
        self._control.run_opened.connect(self._on_run_opened)
        self._work.installEventFilter(self)
        self._refresh()

    @Slot()
    def show(self) -> None:
        """Have the form in sight: something in it is to be looked at."""
        self._action.setChecked(True)

    @Slot()
    def show_jobs(self) -> None:
        """Have the jobs in sight."""
        if self._is_narrow and self._control.run is not None:
            self._action.setChecked(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show one or both, as the width allows."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    @property
    def _is_narrow(self) -> bool:
        return self._work.width() < _BOTH_FROM

    @Slot()
    def _refresh(self) -> None:
        has_run = self._control.run is not None
        self._action.setEnabled(has_run)
        if not has_run:
            self.show()
        self._fit()

    @Slot(object, object)
    def _on_run_opened(self, run: StoredRun | None) -> None:
        self.show_jobs()

    @Slot()
    def _fit(self) -> None:
        shown, narrow = self._action.isChecked(), self._is_narrow
        self._form_button.setChecked(shown)
        self._jobs_button.setVisible(narrow and self._control.run is not None)
        sides = {self._form: shown, self._jobs: not (shown and narrow)}
        focused = QApplication.focusWidget()
        loses = any(focused and side.isAncestorOf(focused) and not sides[side] for side in sides)
        for side, is_shown in sides.items():
            side.setVisible(is_shown)
        if loses:  # else it goes to the first button of the window
            (self._form if shown else self._jobs).setFocus()
