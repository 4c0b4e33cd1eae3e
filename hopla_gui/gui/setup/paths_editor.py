"""The editor of a list of paths."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.list_editors import LinesEditor
from hopla_gui.gui.setup.path_dialog import choose_path
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.theme import icon

_BUTTON = QSize(24, 22)


class PathsEditor(LinesEditor):
    """Paths, one a line, with a button whose dialog adds some."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._param = field.param
        text = f"Add paths to {field.param.label}…"
        self.add_button = QToolButton(self)
        self.add_button.setIcon(icon("folder"))
        self.add_button.setToolTip(tooltip(text))
        self.add_button.setAccessibleName(text)
        self.add_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.add_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.add_button.clicked.connect(self.browse)
        margins = self.viewportMargins()
        margins.setRight(_BUTTON.width())
        self.setViewportMargins(margins)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button beside the first line, off the scroll bar."""
        super().resizeEvent(event)
        self.add_button.resize(_BUTTON)
        self.add_button.move(self.viewport().geometry().right() + 1, self.frameWidth() + 1)

    @Slot()
    def browse(self) -> None:
        """Open the dialog for the kind of path that the parameter wants."""
        choose_path(self, self._param, "", self.append_items, many=True)
