"""Tells when the script that is open has other content than it was inspected with.

On the main thread; the file is read on a thread of its own, some time after the last change, for
editors write in several steps or put a new file in the old one's place.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from hopla_gui.gui.background import Background

_SETTLE_MS = 300


class ScriptWatch(QObject):
    """Watches one file, by its content.

    Signals
    -------
    changed
        The content differs from the one that was last seen; a file that is gone is no change.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._seen: str | None = None
        self._is_first = True
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_touched)
        self._watcher.directoryChanged.connect(self._on_touched)
        self._look_soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._look_soon.timeout.connect(self._look)
        self._background = Background(self)
        self._background.done.connect(self._on_read)

    def watch(self, path: Path) -> None:
        """Watch a file from its present content on."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._path, self._is_first = path, True
        # the folder too: a file that is replaced is no longer watched
        self._watcher.addPaths([str(path), str(path.parent)])
        self._look()

    def stop(self) -> None:
        """Look no more."""
        self._look_soon.stop()
        self._background.stop()

    @Slot(str)
    def _on_touched(self, _path: str) -> None:
        self._look_soon.start()

    @Slot()
    def _look(self) -> None:
        path = self._path
        if path is not None:
            self._background.start(lambda _is_stale: _sum(path))

    @Slot(object)
    def _on_read(self, found: str | None) -> None:
        if found is None:
            return
        if self._path is not None and str(self._path) not in self._watcher.files():
            self._watcher.addPath(str(self._path))
        is_other = found != self._seen and not self._is_first
        self._seen, self._is_first = found, False
        if is_other:
            self.changed.emit()


def _sum(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
