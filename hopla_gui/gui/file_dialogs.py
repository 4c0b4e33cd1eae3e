"""The dialogs that ask for a file: they never block, and begin where the last one ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from hopla_gui.gui.settings import Settings

Answer = Callable[[Path], None]


class FileDialogs:
    """Asks for files and remembers folders.

    Parameters
    ----------
    owner
        The window that the dialogs belong to.
    """

    def __init__(self, owner: QWidget, settings: Settings) -> None:
        self._owner = owner
        self._settings = settings

    def ask_script(self, answer: Answer) -> None:
        """Ask for a script to open."""
        filters = "Python scripts (*.py *.pyw);;All files (*)"
        self._open(self._dialog("script", "Open script", filters), "script", answer)

    def ask_sweep(self, answer: Answer) -> None:
        """Ask for a sweep file to open."""
        filters = "Sweep files (*.toml);;All files (*)"
        self._open(self._dialog("sweep", "Open sweep", filters), "sweep", answer)

    def ask_run(self, start: Path, answer: Answer) -> None:
        """Ask for the folder of a stored run."""
        dialog = self._dialog("run", "Open stored run", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if not self._settings.folder("run"):
            dialog.setDirectory(str(start))
        self._open(dialog, "run", answer)

    def ask_save_sweep(self, name: str, answer: Answer) -> None:
        """Ask where to save a sweep file."""
        self._save("sweep", "Save sweep", "Sweep files (*.toml)", name, answer)

    def ask_save_plot(self, name: str, answer: Answer) -> None:
        """Ask where to save a picture of the kind that a name ends in."""
        self._save("plot", "Save plot", f"Pictures (*{Path(name).suffix})", name, answer)

    def ask_batch(self, name: str, answer: Answer) -> None:
        """Ask where to write a batch that runs without the window."""
        kind = f"*{Path(name).suffix}"
        self._save("batch", "Export batch", f"Batches ({kind});;All files (*)", name, answer)

    def _save(self, what: str, title: str, filters: str, name: str, answer: Answer) -> None:
        dialog = self._dialog(what, title, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.selectFile(name)
        self._open(dialog, what, answer)

    def _dialog(self, what: str, title: str, filters: str) -> QFileDialog:
        folder = self._settings.folder(what) or str(Path.cwd())
        dialog = QFileDialog(self._owner, title, folder, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _open(self, dialog: QFileDialog, what: str, answer: Answer) -> None:
        def take(chosen: str) -> None:
            path = Path(chosen)
            self._settings.set_folder(what, path.parent)
            answer(path)

        dialog.fileSelected.connect(take)
        dialog.open()
