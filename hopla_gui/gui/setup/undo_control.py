"""Undo and redo in the set-up panel: notes edits, and has its keys win over a field's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from hopla_gui.domain.setup import Setup
from hopla_gui.gui.setup.undo import UndoHistory

REDO_KEYS = ("Ctrl+Shift+Z", "Ctrl+Y")


class UndoControl(QObject):
    """Keeps the history of one set-up.

    Parameters
    ----------
    setup
        Returns what the form says.
    restore
        Makes the form say something else.
    areas
        Within these a field's own undo, which knows that field alone, stands back.

    Signals
    -------
    changed
        What can be undone or redone.
    """

    changed = Signal()

    def __init__(
        self,
        setup: Callable[[], Setup],
        restore: Callable[[Setup], None],
        areas: Sequence[QWidget],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._setup = setup
        self._restore = restore
        self._areas = areas
        self._history = UndoHistory()
        self._is_restoring = False
        self._record_soon = QTimer(self, singleShot=True, interval=0)
        self._record_soon.timeout.connect(self._record)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def undo_name(self) -> str:
        """What undoing takes back, empty for nothing."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str:
        """What redoing brings back, empty for nothing."""
        return self._history.redo_name

    def start(self) -> None:
        """Forget all steps: another set-up is shown."""
        self._record_soon.stop()
        self._history.clear(self._setup())
        self.changed.emit()

    @Slot()
    def note(self) -> None:
        """Take note of an edit, once all that belongs to it is done."""
        if not self._is_restoring:
            self._record_soon.start()

    def end_step(self) -> None:
        """Have what comes next be a step of its own, however soon it comes."""
        self._record_now()
        self._history.end_step()

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        self._record_now()
        self._go(self._history.undo())

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self._record_now()
        self._go(self._history.redo())

    def _go(self, setup: Setup | None) -> None:
        if setup is None:
            return
        self._is_restoring = True
        try:
            self._restore(setup)
        finally:
            self._is_restoring = False
        self.changed.emit()

    def _record_now(self) -> None:
        if self._record_soon.isActive():
            self._record_soon.stop()
            self._record()

    @Slot()
    def _record(self) -> None:
        self._history.record(self._setup(), monotonic())
        self.changed.emit()

    # --- keys ------------------------------------------------------------------------------

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and any(area.isAncestorOf(new) for area in self._areas):
            new.installEventFilter(self)  # a second time it changes nothing

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep a field from claiming the keys for itself."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        keys = QKeySequence(event.keyCombination())
        if keys.toString(QKeySequence.SequenceFormat.PortableText) not in ("Ctrl+Z", *REDO_KEYS):
            return False
        event.ignore()
        return True
