"""Has values read anew when the files that they come from change: a table, lines, a folder.

On the main thread; the files are looked at on a thread of their own, some time after the last
change. Of a pattern, the folder above its first wildcard is watched.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from hopla_gui.domain.axes import Column, Glob, Lines
from hopla_gui.gui.background import Background
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.values import axis_values

FileAxis: TypeAlias = Glob | Lines | Column

_SETTLE_MS = 300


class AxisWatch(QObject):
    """Follows the files that the swept fields of a form take their values from.

    Signals
    -------
    values_changed
        Some fields have other values now, through nothing that a person did in the form.
    """

    values_changed = Signal()

    def __init__(self, model: FormModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._axes: dict[Field, FileAxis] = {}
        self._seen: dict[Field, tuple[FileAxis, object]] = {}
        self._watcher = QFileSystemWatcher(self)
        self._look_soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._look_soon.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._look_soon.start)
        self._watcher.directoryChanged.connect(self._look_soon.start)
        self._background = Background(self)
        self._background.done.connect(self._on_looked)
        model.changed.connect(self._follow)

    def stop(self) -> None:
        """Look no more."""
        self._look_soon.stop()
        self._background.stop()

    @Slot()
    def _follow(self) -> None:
        fields = (field for block in self._model.blocks() for field in block)
        axes = ((field, self._model.state(field).axis) for field in fields)
        found = {field: axis for field, axis in axes if isinstance(axis, FileAxis)}
        if found != self._axes:
            self._axes = found
            self._look_soon.start()

    def _watch(self) -> None:
        """Watch the files that are there now: one that was replaced is watched no longer."""
        wanted = {str(path) for axis in self._axes.values() for path in _paths(axis)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if gone := watched - wanted:
            self._watcher.removePaths(list(gone))
        if new := [path for path in wanted - watched if Path(path).exists()]:
            self._watcher.addPaths(new)

    @Slot()
    def _look(self) -> None:
        self._watch()
        axes = dict(self._axes)
        seen = {field for field, axis in axes.items() if self._seen.get(field, (None,))[0] == axis}
        self._background.start(
            lambda _is_stale: {
                field: (axis, _stamp(replace(axis) if field in seen else axis))
                for field, axis in axes.items()
            }
        )

    @Slot(object)
    def _on_looked(self, found: Mapping[Field, tuple[FileAxis, object]]) -> None:
        before, self._seen = self._seen, dict(found)
        changed = [
            field
            for field, (axis, stamp) in found.items()
            if field in before and before[field][0] == axis and before[field][1] != stamp
        ]
        for field in changed:
            self._model.read_again(field)
        if changed:
            self.values_changed.emit()


def _paths(axis: FileAxis) -> tuple[Path, ...]:
    """Return what tells of other values: a file and its folder, or the folder of a pattern."""
    if isinstance(axis, Glob):
        folder = axis.base / axis.pattern
        while glob.has_magic(str(folder)):
            folder = folder.parent
        return (folder,)
    file = axis.base / (axis.path if isinstance(axis, Lines) else axis.table)
    return file, file.parent


def _stamp(axis: FileAxis) -> object:
    """Return what differs where the values may; none where they cannot be read."""
    if isinstance(axis, Glob):
        return axis_values(axis)[0]
    try:
        found = _paths(axis)[0].stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
