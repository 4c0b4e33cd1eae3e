"""A file that is dropped on the window is opened; a table becomes the sweep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.document import Document
from hopla_gui.gui.messages import Level
from hopla_gui.gui.setup.table_sweep import TABLE_SUFFIXES


class FileDrop(QObject):
    """Takes files that are dropped on the window, one at a time.

    Parameters
    ----------
    open_path, open_table
        Open what was dropped; a table only where a script is open.

    Signals
    -------
    message
        `Level`, one line, details.
    """

    message = Signal(object, str, str)

    def __init__(
        self,
        document: Document,
        open_path: Callable[[Path], None],
        open_table: Callable[[Path], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._open_path = open_path
        self._open_table = open_table
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file, and open it once it is let go of."""
        if isinstance(event, QDropEvent) and event.type() in (
            QEvent.Type.DragEnter,
            QEvent.Type.Drop,
        ):
            path = _dropped(event.mimeData())
            if path is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.open(path)
                return True
        return super().eventFilter(watched, event)

    def open(self, path: Path) -> None:
        """Open a file that was dropped."""
        if path.suffix.lower() not in TABLE_SUFFIXES:
            self._open_path(path)
        elif self._document.spec is not None:
            self._open_table(path)
        else:
            text = "A table needs a script whose parameters its columns go to: open that first."
            self.message.emit(Level.INFO, text, "")


def _dropped(data: QMimeData) -> Path | None:
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None
