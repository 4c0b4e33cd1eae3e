"""What the window's title says: what is open, and how far its run is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.job import Counts
from hopla_gui.gui.document import Document
from hopla_gui.gui.notices.words import window_title
from hopla_gui.gui.run_control import RunControl


class Title(QObject):
    """Keeps the title true: it is read in the task bar too."""

    def __init__(self, document: Document, control: RunControl, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._control = control
        document.changed.connect(self._refresh)
        control.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        counts = self._control.counts if self._control.is_live else Counts()
        has_spec = self._document.spec is not None
        name = f"{self._document.name}[*]" if has_spec else "hopla_gui"
        self._window.setWindowTitle(window_title(name, counts))
        self._window.setWindowModified(self._document.is_modified)
