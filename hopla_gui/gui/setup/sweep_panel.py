"""How the swept parameters combine: blocks, repetitions, and what is left out."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hopla_gui.engine.commands.expand import JobList
from hopla_gui.gui.flow_layout import FlowRow
from hopla_gui.gui.setup.block_card import BlockCard, Chip
from hopla_gui.gui.setup.blocks_view import BlocksView
from hopla_gui.gui.setup.checker import Checked
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import text_button
from hopla_gui.gui.setup.repeat_bar import RepeatBar
from hopla_gui.gui.setup.rule_list import RuleList
from hopla_gui.gui.theme import SPACING


class SweepPanel(QWidget):
    """Blocks in the order of nesting, repetitions and exclusion rules.

    Signals
    -------
    field_wanted
        A `Field` that a person wants to see in the form.
    table_wanted
        A table is to be the sweep.
    """

    field_wanted = Signal(object)
    table_wanted = Signal()

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.blocks = BlocksView(model)
        self.blocks.field_wanted.connect(self.field_wanted)
        self.repeat_bar = RepeatBar(model)
        self.rules = RuleList(model)
        self.rule_button = text_button(
            "Leave out…", "Leave out jobs whose values fulfil a condition"
        )
        self.rule_button.clicked.connect(self.rules.add_rule)
        self.table_button = text_button(
            "From a table…", "Make a job of each row of a CSV or TSV table (Ctrl+T)"
        )
        self.table_button.clicked.connect(self.table_wanted)
        foot = FlowRow(SPACING.SMALL, SPACING.TINY)
        for widget in (self.repeat_bar, self.table_button, self.rule_button):
            foot.flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addWidget(self.blocks)
        column.addWidget(self.rules)
        column.addWidget(foot)
        model.blocks_changed.connect(self._on_blocks_changed)
        self._on_blocks_changed()

    @property
    def chips(self) -> dict[Field, Chip]:
        """The swept parameters on show."""
        return self.blocks.chips

    @property
    def frames(self) -> list[BlockCard]:
        """The blocks on show."""
        return self.blocks.frames

    @Slot(object)
    def show_checked(self, found: Checked) -> None:
        """Tell at each rule how many jobs it leaves out, or what is wrong with it."""
        removed = found.jobs.removed_by if isinstance(found.jobs, JobList) else ()
        self.rules.show_checked(removed, found.problems)

    @Slot()
    def _on_blocks_changed(self) -> None:
        self.rule_button.setVisible(bool(self.chips))
