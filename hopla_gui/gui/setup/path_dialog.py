"""The dialogs that choose a path for a parameter; they never block the window's event loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from hopla_gui.domain.params import ParamSpec
from hopla_gui.domain.pathwords import PathWanted, path_wanted

Chosen = Callable[[list[str]], None]


def choose_path(
    parent: QWidget, param: ParamSpec, current: str, chosen: Chosen, *, many: bool = False
) -> None:
    """Ask for a file or folder, as the parameter's words say, and hand the paths over."""
    wanted = path_wanted(param)
    dialog = QFileDialog(parent, f"Choose {param.label}", current)
    mode = QFileDialog.FileMode
    if wanted is PathWanted.DIRECTORY:
        dialog.setFileMode(mode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    elif wanted is PathWanted.OUTPUT:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setFileMode(mode.AnyFile)
    else:
        dialog.setFileMode(mode.ExistingFiles if many else mode.ExistingFile)
    open_dialog(dialog, chosen)


def open_dialog(dialog: QFileDialog, chosen: Chosen) -> None:
    """Show a dialog, hand over what was chosen, and let it go."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(chosen)
    dialog.open()


def read_lines_of(parent: QWidget, read: Callable[[Path], None]) -> None:
    """Ask for a text file to read values from."""
    dialog = QFileDialog(parent, "Read values from a file")
    dialog.setNameFilters(["Text (*.txt *.csv *.tsv *.lst)", "All files (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    open_dialog(dialog, lambda paths: read(Path(paths[0])))
