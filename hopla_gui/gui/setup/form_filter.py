"""Finds fields in a form of many: by words, only what is given, only what is required."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from hopla_gui.domain.params import ParamSpec
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.theme import SPACING, icon

SHOWN_FROM = 12  # fields; fewer are seen at a glance
_KINDS = ("All", "Only changed", "Only required")


class FormFilter(QWidget):
    """A search box and a choice above the fields.

    Signals
    -------
    changed
        Other fields are to be shown.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a parameter ( / )")
        self.search.setAccessibleName("Find a parameter")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self.changed)
        clear = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        clear.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        clear.activated.connect(self.reset)
        self.kind = CalmComboBox()
        self.kind.addItems(_KINDS)
        self.kind.setMinimumContentsLength(max(map(len, _KINDS)))
        self.kind.setAccessibleName("Which parameters")
        self.kind.currentIndexChanged.connect(self.changed)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, 0)
        line.setSpacing(SPACING.SMALL)
        line.addWidget(self.search, 1)
        line.addWidget(self.kind)

    @property
    def is_on(self) -> bool:
        """Whether some fields may be left out."""
        return bool(self.search.text().strip()) or self.kind.currentIndex() > 0

    def reset(self) -> None:
        """Show all fields."""
        self.search.clear()
        self.kind.setCurrentIndex(0)

    def matches(self, param: ParamSpec, *, given: bool) -> bool:
        """Whether a field is to be shown."""
        if self.kind.currentIndex() == 1 and not given:
            return False
        if self.kind.currentIndex() == 2 and not param.required:
            return False
        text = " ".join([param.dest, *param.flags, param.help or ""]).casefold()
        return all(word in text for word in self.search.text().casefold().split())
