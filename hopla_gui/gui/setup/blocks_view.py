"""The blocks of a sweep as cards, in the order of nesting: the last one varies fastest."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from hopla_gui.gui.flow_layout import FlowRow
from hopla_gui.gui.setup.block_card import BLOCK_MIME, FIELD_MIME, BlockCard, Chip
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import TIMES, plain_label
from hopla_gui.gui.theme import SPACING

_MARK_WIDTH = 3


class BlocksView(FlowRow):
    """Cards side by side; dropped between them, a block or a parameter takes that place.

    Signals
    -------
    field_wanted
        A `Field` that a person wants to see in the form.
    """

    field_wanted = Signal(object)

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(SPACING.SMALL, SPACING.SMALL, parent)
        self.model = model
        self.chips: dict[Field, Chip] = {}
        self.frames: list[BlockCard] = []
        self._mark = QFrame(self)
        self._mark.setAutoFillBackground(True)
        self._mark.setBackgroundRole(QPalette.ColorRole.Highlight)
        self._mark.hide()
        self.setAcceptDrops(True)
        model.blocks_changed.connect(self.rebuild)
        self.rebuild()

    @Slot()
    def rebuild(self) -> None:
        """Show the blocks that the model has now."""
        focused = self._focused_field()
        while (item := self.flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.chips, self.frames = {}, []
        for number, block in enumerate(self.model.blocks()):
            if number:
                self.flow.addWidget(plain_label(TIMES, "dim", wrap=False))
            card = BlockCard(self, number, block, self)
            self.frames.append(card)
            self.chips |= card.chips
            self.flow.addWidget(card)
            card.show()
        self._mark.hide()
        self.setVisible(bool(self.chips))
        self.flow.invalidate()
        self.updateGeometry()
        if focused in self.chips:
            self.chips[focused].setFocus()

    def _focused_field(self) -> Field | None:
        focus = QApplication.focusWidget()
        return next((field for field, chip in self.chips.items() if chip is focus), None)

    # --- dragging --------------------------------------------------------------------------

    def dragged(self, mime: QMimeData) -> Field | None:
        """Return the field that is being dragged over the cards."""
        name = bytes(mime.data(FIELD_MIME).data()).decode()
        by_key = {self.model.names.key(field): field for field in self.chips}
        return by_key.get(name) if mime.hasFormat(FIELD_MIME) else None

    def _dragged_block(self, mime: QMimeData) -> int | None:
        if not mime.hasFormat(BLOCK_MIME):
            return None
        number = int(bytes(mime.data(BLOCK_MIME).data()).decode())
        return number if number < len(self.frames) else None

    def _place(self, at: QPoint) -> int:
        """Return before which block something dropped there would stand."""
        for frame in self.frames:
            below = frame.y() + frame.height() <= at.y() - SPACING.TINY
            if not below and (at.x() < frame.x() + frame.width() // 2 or frame.y() > at.y()):
                return frame.number
        return len(self.frames)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a parameter or a block of this panel."""
        mime = event.mimeData()
        if self.dragged(mime) is not None or self._dragged_block(mime) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark the place that a drop would take."""
        event.acceptProposedAction()
        place = self._place(event.position().toPoint())
        if place < len(self.frames):
            x, frame = self.frames[place].x() - SPACING.SMALL, self.frames[place]
        else:
            frame = self.frames[-1]
            x = frame.x() + frame.width() + 1
        self._mark.setGeometry(max(0, x), frame.y(), _MARK_WIDTH, frame.height())
        self._mark.raise_()
        self._mark.show()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        self._mark.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put a block, or a parameter as a block of its own, where it was dropped."""
        self._mark.hide()
        place = self._place(event.position().toPoint())
        block = self._dragged_block(event.mimeData())
        field = self.dragged(event.mimeData())
        event.acceptProposedAction()
        if block is not None:
            to = place - (place > block)
            if to != block:
                self.model.move_block(block, to)
        elif field is not None:
            self.model.unlink(field, place if place < len(self.frames) else None)
