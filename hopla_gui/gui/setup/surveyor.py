"""Looks at the values of axes: few at once, many and those of files on a thread of its own."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, Signal, Slot

from hopla_gui.domain.sweep import Axis
from hopla_gui.gui.background import WorkerThread
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.survey import Survey, is_quick, survey


class Surveyor(QObject):
    """Knows what the axis of each field holds; each is looked at once.

    Signals
    -------
    surveyed
        The `Field` whose axis was looked at in the background.
    """

    surveyed = Signal(object)
    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = WorkerThread()
        self._known: dict[Field, tuple[Axis, Survey | None]] = {}
        self._done.connect(self._on_done)

    def survey(self, field: Field, axis: Axis) -> Survey | None:
        """Return what an axis holds; None where it is still being looked at."""
        if field in self._known and self._known[field][0] is axis:
            return self._known[field][1]
        found = survey(field, axis) if is_quick(axis) else None
        self._known[field] = (axis, found)
        if found is None:
            self._thread.start(lambda: self._work(field, axis))
        return found

    def forget(self) -> None:
        """Forget all fields: another parser is shown."""
        self._known.clear()

    def _work(self, field: Field, axis: Axis) -> None:
        """Look at an axis that is still wanted; runs on the thread."""
        if self._is_wanted(field, axis):
            found = survey(field, axis)
            with contextlib.suppress(RuntimeError):  # the window has gone: nobody is left to tell
                self._done.emit(field, axis, found)

    def _is_wanted(self, field: Field, axis: Axis) -> bool:
        known = self._known.get(field)
        return known is not None and known[0] is axis

    @Slot(object, object, object)
    def _on_done(self, field: Field, axis: Axis, found: Survey) -> None:
        if self._is_wanted(field, axis):
            self._known[field] = (axis, found)
            self.surveyed.emit(field)
