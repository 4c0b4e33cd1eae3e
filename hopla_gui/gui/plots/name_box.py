"""A box to choose a quantity from: plain names, found by any part of them where they are many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from hopla_gui.gui.jobs.text import one_line

_MANY = 25
_TEXT = 60


class CalmComboBox(QComboBox):
    """The wheel does nothing on it without focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NameBox(CalmComboBox):
    """Chooses a name out of groups.

    Signals
    -------
    name_chosen
        The name, by the user's hand; empty for none.
    """

    name_chosen = Signal(str)

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setMinimumContentsLength(3)
        self.setMaxVisibleItems(20)
        self._groups: tuple[tuple[str, ...], ...] = ()
        self.activated.connect(self._on_activated)

    def show_names(self, groups: Sequence[Sequence[str]], chosen: str, none: str = "") -> None:
        """Offer names in groups, and ``none`` for no name where it has a text."""
        wanted = (tuple(filter(None, [none])), *map(tuple, groups))
        with QSignalBlocker(self):
            if wanted != self._groups:
                self._groups = wanted
                self._fill(groups, none)
            place = self.findData(chosen)
            self.setCurrentIndex(place)
            self.setToolTip("")

    def _fill(self, groups: Sequence[Sequence[str]], none: str) -> None:
        self.clear()
        if none:
            self.addItem(none, "")
        for group in groups:
            if self.count() and group:
                self.insertSeparator(self.count())
            for name in group:
                self.addItem(one_line(name, _TEXT), name)
        many = self.count() > _MANY
        if many != self.isEditable():
            self.setEditable(many)
        if many:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            completer = self.completer()
            assert completer is not None  # an editable box has one
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def name(self) -> str:
        """Return the name that is chosen."""
        return str(self.currentData() or "")

    def _on_activated(self, _place: int) -> None:
        self.name_chosen.emit(self.name())
