"""A menu of named things that fill a form: apply one, keep what the form says, rename, delete."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QWidget

from hopla_gui.errors import HoplaError, UserError
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.messages import Level
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.theme import icon

_NAME_AT_MOST = 60


class NamedMenu(QObject):
    """Fills a button's menu; where the things are kept, and what they fill, is a subclass's.

    Parameters
    ----------
    kind
        What one of them is called: "preset".
    window
        In front of which names are asked for.

    Signals
    -------
    message
        `Level`, one line, details.
    failed
        A `HoplaError`.
    """

    message = Signal(object, str, str)
    failed = Signal(object)

    def __init__(self, kind: str, questions: Questions, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._kind = kind
        self._window = window
        self._questions = questions
        self.dialog: QInputDialog | None = None
        self.menu = QMenu(f"{kind.capitalize()}s", window)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)

    @property
    def is_ready(self) -> bool:
        """Whether there is a form to be filled."""
        return True

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names there are."""

    @abstractmethod
    def _take(self, name: str) -> None:
        """Fill the form."""

    @abstractmethod
    def _keep(self, name: str) -> None:
        """Keep what the form says."""

    @abstractmethod
    def _rename(self, name: str, new: str) -> None:
        """Give one another name."""

    @abstractmethod
    def _delete(self, name: str) -> None:
        """Delete one."""

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        if not self.is_ready:
            return
        names = self.names()
        for name in names:
            action = self.menu.addAction(icon("sweep"), _shown(name).replace("&", "&&"))
            action.setToolTip(f"Fill the form with {_shown(name)}; undo takes it back")
            action.triggered.connect(lambda *_, name=name: self.apply(name))
        if not names:
            self.menu.addAction(f"No {self._kind}s yet").setEnabled(False)
        self.menu.addSeparator()
        save = self.menu.addAction(icon("save"), f"Save as a {self._kind}…")
        save.triggered.connect(self._ask_save)
        for title, name_of_icon, do in (
            ("Replace with the form", "retry", self._ask_replace),
            ("Rename", "more", self._ask_rename),
            ("Delete", "remove", self._ask_delete),
        ):
            self._add_submenu(title, name_of_icon, names, do)

    def _add_submenu(
        self, title: str, name_of_icon: str, names: list[str], do: Callable[[str], None]
    ) -> None:
        below = self.menu.addMenu(icon(name_of_icon), title)
        below.setEnabled(bool(names))
        for name in names:
            action = below.addAction(f"{_shown(name)}…".replace("&", "&&"))
            action.triggered.connect(lambda *_, name=name: do(name))

    # --- what is done ----------------------------------------------------------------------

    def apply(self, name: str) -> None:
        """Fill the form with a preset."""
        try:
            self._take(name)
        except HoplaError as error:
            self.failed.emit(error)
        else:
            self.message.emit(Level.SUCCESS, f"The form says what “{_shown(name)}” says.", "")

    def save(self, name: str) -> None:
        """Keep what the form says under a name."""
        try:
            self._keep(name)
        except HoplaError as error:
            self.failed.emit(error)
        else:
            self.message.emit(Level.SUCCESS, f"Kept as the {self._kind} “{_shown(name)}”.", "")

    @Slot()
    def _ask_save(self) -> None:
        self._ask_name(f"Save as a {self._kind}", "", self._save_new)

    def _save_new(self, name: str) -> None:
        if name in self.names():
            self._ask_replace(name)
        else:
            self.save(name)

    def _ask_replace(self, name: str) -> None:
        text = "What it says now is lost."
        self._questions.confirm(
            f"Replace the {self._kind} “{_shown(name)}”?", text, "Replace", "Keep it",
            lambda: self.save(name),
        )  # fmt: skip

    def _ask_rename(self, name: str) -> None:
        def rename(new: str) -> None:
            if new != name:
                self._try(lambda: self._rename(name, new))

        self._ask_name(f"Rename a {self._kind}", name, rename)

    def _ask_delete(self, name: str) -> None:
        def delete() -> None:
            self._try(lambda: self._delete(name))

        self._questions.confirm(
            f"Delete the {self._kind} “{_shown(name)}”?", "The form stays as it is.", "Delete",
            "Keep it", delete,
        )  # fmt: skip

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except UserError as error:
            self.failed.emit(error)

    def _ask_name(self, title: str, text: str, answer: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._window.window())
        dialog.setWindowTitle(title)
        dialog.setLabelText("Name")
        dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
        dialog.setTextValue(text)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda name: answer(name.strip()))
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None


def _shown(name: str) -> str:
    return one_line(name, _NAME_AT_MOST)
