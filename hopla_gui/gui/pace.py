"""How often what follows a run is brought up to date: as often as a person can read it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hopla_gui.turns import main_thread_works

_PAUSE_MS = 250


class Pace(QObject):
    """Passes on that something has changed: at once, and then no more than four times a second.

    Numbers that change more often cannot be read, and each that is wider than before has the whole
    window laid out anew.

    Signals
    -------
    due
        Bring up to date what is shown.
    """

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._has_changed = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._on_rested)

    @Slot()
    def ask(self) -> None:
        """Bring up to date what is shown, as soon as it has been read."""
        if self._pause.isActive():
            self._has_changed = True
        else:
            self._tell()

    def forget(self) -> None:
        """Bring nothing up to date that has changed until now."""
        self._has_changed = False

    @Slot()
    def _on_rested(self) -> None:
        if self._has_changed:
            self._tell()

    def _tell(self) -> None:
        main_thread_works()
        self.forget()
        self._pause.start()
        self.due.emit()
