"""How the swept parameters combine: those of a block advance together, blocks are crossed."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QDrag, QDragEnterEvent, QDropEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.flow_layout import FlowLayout
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import TIMES, plain_label, tooltip
from hopla_gui.gui.theme import SPACING, icon

_MIME = "application/x-hopla-gui-swept-parameter"


class SweepPanel(QWidget):
    """The blocks, in the order of nesting: the last one varies fastest.

    Signals
    -------
    field_wanted
        A `Field` that a person wants to see in the form.
    """

    field_wanted = Signal(object)

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.chips: dict[Field, Chip] = {}
        self.frames: list[BlockFrame] = []
        self._flow = FlowLayout(self, SPACING.SMALL, SPACING.SMALL)
        self.setAcceptDrops(True)
        model.blocks_changed.connect(self.rebuild)
        self.rebuild()

    @Slot()
    def rebuild(self) -> None:
        """Show the blocks that the model has now."""
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.chips, self.frames = {}, []
        for number, block in enumerate(self.model.blocks()):
            if number:
                self._flow.addWidget(plain_label(TIMES, "dim", wrap=False))
            frame = BlockFrame(self, number, block)
            self.frames.append(frame)
            self._flow.addWidget(frame)
            frame.show()
        self.setVisible(bool(self.chips))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the blocks need at the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._flow.heightForWidth(self.width()))

    def fields_by_key(self) -> dict[str, Field]:
        """Return the swept fields by their keys, as they are named while dragged."""
        return {self.model.names.key(field): field for field in self.chips}

    def dragged(self, mime: QMimeData) -> Field | None:
        """Return the field that is being dragged over the panel."""
        name = bytes(mime.data(_MIME).data()).decode()
        return self.fields_by_key().get(name) if mime.hasFormat(_MIME) else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a parameter of this panel."""
        if self.dragged(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put a parameter dropped beside the blocks in a block of its own, at that place."""
        field = self.dragged(event.mimeData())
        if field is None:
            return
        event.acceptProposedAction()
        at = event.position().toPoint()
        after = [f for f in self.frames if f.y() + f.height() > at.y() and f.x() > at.x()]
        place = min((frame.number for frame in after), default=None)
        self.model.unlink(field, place)


class BlockFrame(QFrame):
    """One block: the parameters that advance together."""

    def __init__(self, panel: SweepPanel, number: int, block: tuple[Field, ...]) -> None:
        super().__init__(panel)
        self.number = number
        self._panel = panel
        self._block = block
        self.setProperty("block", True)
        self.setAcceptDrops(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACING.TINY, SPACING.TINY, SPACING.TINY, SPACING.TINY)
        line.setSpacing(2)
        counts = {panel.model.count(field) for field in block}
        set_look(self, "error", len(counts) > 1 or 0 in counts)
        for place, field in enumerate(block):
            if place:
                link = IconLabel(icon("link"), 14)
                link.setToolTip(tooltip("These advance together"))
                line.addWidget(link)
            chip = Chip(panel, field, number)
            panel.chips[field] = chip
            line.addWidget(chip)
            chip.ensurePolished()  # the panel asks for its height before it is shown

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a parameter that is not in this block."""
        field = self._panel.dragged(event.mimeData())
        if field is not None and field not in self._block:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the parameter advance together with this block."""
        field = self._panel.dragged(event.mimeData())
        if field is not None and field not in self._block:
            event.acceptProposedAction()
            self._panel.model.link(field, self._block[0])


class Chip(QToolButton):
    """A swept parameter with its number of values; a menu, or a drag, places it."""

    def __init__(self, panel: SweepPanel, field: Field, block: int) -> None:
        super().__init__()
        self._panel = panel
        self._field = field
        self._block = block
        self._pressed_at = QPoint()
        count = panel.model.count(field)
        name = panel.model.names.key(field)
        self.setText(f"{name.replace('&', '&&')}  {count:,}")
        self.setAutoRaise(True)
        self.setAccessibleName(f"{name}: {count} values")
        self.setToolTip(
            tooltip(f"{field.param.label}: {count:,} values\nDrag it onto another to link them")
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
        model, field = self._panel.model, self._field
        blocks = model.blocks()
        found = [self._action("Go to its field", lambda: self._panel.field_wanted.emit(field))]
        for number, block in enumerate(blocks):
            if number != self._block:
                names = " and ".join(model.names.key(other) for other in block)
                found.append(self._link_action(names, block[0]))
        if len(blocks[self._block]) > 1:
            found.append(self._action("Vary it on its own", lambda: model.unlink(field), "unlink"))
        if self._block > 0:
            found.append(self._move_action("Vary slower (move left)", self._block - 1))
        if self._block < len(blocks) - 1:
            found.append(self._move_action("Vary faster (move right)", self._block + 1))
        stop = self._action("Stop sweeping it", lambda: model.set_swept(field, False), "close")
        return [*found, stop]

    def _link_action(self, names: str, other: Field) -> QAction:
        model, field = self._panel.model, self._field
        text = f"Advance together with {names}"
        return self._action(text, lambda: model.link(field, other), "link")

    def _move_action(self, text: str, to: int) -> QAction:
        model, block = self._panel.model, self._block
        return self._action(text, lambda: model.move_block(block, to))

    def _action(self, text: str, do: object, name: str | None = None) -> QAction:
        action = QAction(text.replace("&", "&&"), self.menu())
        if name:
            action.setIcon(icon(name))
        # The model's answer is to rebuild this very chip: not while its menu closes.
        action.triggered.connect(do, Qt.ConnectionType.QueuedConnection)
        return action

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait whether it becomes a drag; the menu opens on release."""
        self._pressed_at = event.position().toPoint()
        self.setDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if not self.isDown() or moved < QApplication.startDragDistance():
            return
        self.setDown(False)
        drag = QDrag(self._panel)
        mime = QMimeData()
        mime.setData(_MIME, QByteArray(self._panel.model.names.key(self._field).encode()))
        drag.setMimeData(mime)
        drag.setPixmap(self.grab())
        drag.setHotSpot(self._pressed_at)
        drag.exec(Qt.DropAction.MoveAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the menu."""
        if self.isDown():
            self.setDown(False)
            self.showMenu()
