"""Gives the room of the form to the jobs and back: results are looked at with all the width."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from hopla_gui.gui.run_control import RunControl


class FormRoom(QObject):
    """Hides the form beside a run and shows it again; without a run it is always in sight.

    Parameters
    ----------
    action, button
        Both say whether the form is in sight, and change it.
    """

    def __init__(
        self, form: QWidget, control: RunControl, action: QAction, button: QToolButton
    ) -> None:
        super().__init__(form)
        self._form = form
        self._control = control
        self._action = action
        self._button = button
        self._action.setChecked(True)
        self._action.toggled.connect(self._on_toggled)
        self._button.clicked.connect(self._action.trigger)
        self._control.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def show(self) -> None:
        """Have the form in sight: something in it is to be looked at."""
        self._action.setChecked(True)

    @Slot()
    def _refresh(self) -> None:
        has_run = self._control.run is not None
        self._action.setEnabled(has_run)
        if not has_run:
            self.show()

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._form.setVisible(shown)
        self._button.setChecked(shown)
