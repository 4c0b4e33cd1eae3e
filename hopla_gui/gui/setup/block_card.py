"""One block of the sweep as a card: its parameters with their numbers of values."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QMenu, QToolButton, QWidget

from hopla_gui.gui.flow_layout import FlowLayout
from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.theme import SPACING, icon

FIELD_MIME = "application/x-hopla-gui-swept-parameter"
BLOCK_MIME = "application/x-hopla-gui-sweep-block"


class Blocks(Protocol):
    """What a card stands in."""

    model: FormModel
    field_wanted: Any

    def dragged(self, mime: QMimeData) -> Field | None:
        """Return the field that is being dragged."""


class BlockCard(QFrame):
    """One block: the parameters that advance together; dragged by its head to be nested anew."""

    def __init__(
        self, blocks: Blocks, number: int, block: tuple[Field, ...], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.number = number
        self.chips: dict[Field, Chip] = {}
        self._blocks = blocks
        self._block = block
        self.setProperty("block", True)
        self.setAcceptDrops(True)
        self._line = FlowLayout(self, 2, 2)  # a table has many columns
        self._line.setContentsMargins(SPACING.SMALL, SPACING.TINY, SPACING.TINY, SPACING.TINY)
        self._line.addWidget(Grip(number))
        for field in block:
            self._add_chip(field)
        self._tell_lengths()

    def _add_chip(self, field: Field) -> None:
        if self.chips:
            link = IconLabel(icon("link"), 14)
            link.setToolTip(tooltip("These advance together"))
            self._line.addWidget(link)
        chip = Chip(self._blocks, field, self.number)
        self.chips[field] = chip
        self._line.addWidget(chip)
        chip.ensurePolished()  # the panel asks for its height before it is shown

    def _tell_lengths(self) -> None:
        model = self._blocks.model
        known = [field for field in self._block if model.facts.survey(field) is not None]
        counts = {model.facts.count(field) for field in known}
        unequal = len(counts) > 1
        set_look(self, "error", unequal or 0 in counts)
        if unequal:
            told = plain_label("unequal lengths", "error", wrap=False)
            told.setToolTip(tooltip("Parameters that advance together need equally many values"))
            self._line.addWidget(told)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a parameter that is not in this block."""
        field = self._blocks.dragged(event.mimeData())
        if field is not None and field not in self._block:
            event.acceptProposedAction()
            set_look(self, "target", True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Look as before."""
        set_look(self, "target", False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the parameter advance together with this block."""
        set_look(self, "target", False)
        field = self._blocks.dragged(event.mimeData())
        if field is not None and field not in self._block:
            event.acceptProposedAction()
            self._blocks.model.link(field, self._block[0])


class Grip(QLabel):
    """The head of a card; by it the whole block is dragged."""

    def __init__(self, number: int) -> None:
        super().__init__("for each")
        self._number = number
        self._pressed_at = QPoint()
        self.setProperty("dim", True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(tooltip("Drag to change the order of nesting: the last varies fastest"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait whether it becomes a drag."""
        self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the block."""
        if is_drag(event, self._pressed_at):
            card = self.parentWidget()
            start_drag(self, BLOCK_MIME, str(self._number), card or self, self._pressed_at)


class Chip(QToolButton):
    """A swept parameter with its number of values; a menu, a key or a drag places it."""

    def __init__(self, blocks: Blocks, field: Field, block: int) -> None:
        super().__init__()
        self._blocks = blocks
        self._field = field
        self._block = block
        self._pressed_at = QPoint()
        model = blocks.model
        name = model.names.key(field)
        count = "…" if model.facts.survey(field) is None else f"{model.facts.count(field):,}"
        self.setText(f"{name.replace('&', '&&')}  {count}")
        self.setAutoRaise(True)
        self.setAccessibleName(f"{name}: {count} values")
        self.setToolTip(
            tooltip(
                f"{field.param.label}: {count} values\n"
                "Drag it onto another to link them, or beside to vary it on its own\n"
                "Ctrl+Left, Ctrl+Right: vary slower, faster"
            )
        )
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._on_about_to_show)
        self.setMenu(menu)

    @Slot()
    def _on_about_to_show(self) -> None:
        self.menu().clear()
        self.menu().addActions(self._new_actions())

    def _new_actions(self) -> list[QAction]:
        model, field = self._blocks.model, self._field
        blocks = model.blocks()
        found = [self._action("Go to its field", lambda: self._blocks.field_wanted.emit(field))]
        for number, block in enumerate(blocks):
            if number != self._block:
                names = " and ".join(model.names.key(other) for other in block)
                found.append(self._link_action(names, block[0]))
        if len(blocks[self._block]) > 1:
            found.append(self._action("Vary it on its own", lambda: model.unlink(field), "unlink"))
        if self._block > 0:
            found.append(self._move_action("Vary slower (move left)", -1))
        if self._block < len(blocks) - 1:
            found.append(self._move_action("Vary faster (move right)", 1))
        stop = self._action("Stop sweeping it", lambda: model.set_swept(field, False), "close")
        return [*found, stop]

    def _link_action(self, names: str, other: Field) -> QAction:
        model, field = self._blocks.model, self._field
        text = f"Advance together with {names}"
        return self._action(text, lambda: model.link(field, other), "link")

    def _move_action(self, text: str, by: int) -> QAction:
        return self._action(text, lambda: self._move(by))

    def _move(self, by: int) -> None:
        to = self._block + by
        if 0 <= to < len(self._blocks.model.blocks()):
            self._blocks.model.move_block(self._block, to)

    def _action(self, text: str, do: object, name: str | None = None) -> QAction:
        action = QAction(text.replace("&", "&&"), self.menu())
        if name:
            action.setIcon(icon(name))
        # The model's answer is to rebuild this very chip: not while its menu closes.
        action.triggered.connect(do, Qt.ConnectionType.QueuedConnection)
        return action

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the block with Ctrl and an arrow."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move(by)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait whether it becomes a drag; the menu opens on release."""
        self._pressed_at = event.position().toPoint()
        self.setDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if self.isDown() and is_drag(event, self._pressed_at):
            self.setDown(False)
            name = self._blocks.model.names.key(self._field)
            start_drag(self, FIELD_MIME, name, self, self._pressed_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the menu."""
        if self.isDown():
            self.setDown(False)
            self.showMenu()


def is_drag(event: QMouseEvent, pressed_at: QPoint) -> bool:
    """Whether the mouse has moved far enough since it was pressed."""
    moved = (event.position().toPoint() - pressed_at).manhattanLength()
    is_held = bool(event.buttons() & Qt.MouseButton.LeftButton)
    return is_held and moved >= QApplication.startDragDistance()


def start_drag(widget: QWidget, kind: str, name: str, shown: QWidget, at: QPoint) -> None:
    """Drag a name about; the widget it stands for is seen under the mouse."""
    # The drop rebuilds the cards: the drag must outlive the one that it began on.
    drag = QDrag(widget.window())
    mime = QMimeData()
    mime.setData(kind, QByteArray(name.encode()))
    drag.setMimeData(mime)
    drag.setPixmap(shown.grab())
    drag.setHotSpot(at)
    drag.exec(Qt.DropAction.MoveAction)
