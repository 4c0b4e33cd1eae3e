"""How often each point of the sweep runs, and which parameter is its seed."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from hopla_gui.domain.sweep import Repeat
from hopla_gui.gui.setup.editor import CalmComboBox, CalmSpinBox
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import tooltip
from hopla_gui.gui.theme import SPACING

_MOST = 1_000_000
_SEED_MOST = 2**31 - 1


class RepeatBar(QWidget):
    """Sets the repetitions of the model."""

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._names: list[str] = []
        self.times = CalmSpinBox()
        self.times.setRange(1, _MOST)
        self.times.setAccessibleName("Repetitions")
        self.times.setToolTip(tooltip("How often each combination of values runs"))
        self.seed = CalmComboBox()
        self.seed.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        self.seed.setAccessibleName("Seed parameter")
        self.seed.setToolTip(tooltip("A parameter that gets another number in each repetition"))
        self.first = CalmSpinBox()
        self.first.setRange(-_SEED_MOST, _SEED_MOST)
        for spin in (self.times, self.first):
            spin.setFixedWidth(58)
        self.first.setAccessibleName("First seed")
        self._from = QLabel("from")
        self._arrange()
        self.times.valueChanged.connect(self._on_changed)
        self.first.valueChanged.connect(self._on_changed)
        self.seed.activated.connect(self._on_seed_activated)
        model.combining_changed.connect(self.show_repeat)
        model.fields_changed.connect(self.show_repeat)
        self.show_repeat()

    def _arrange(self) -> None:
        self._seed_label = QLabel("seed")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING.TINY)
        line.addWidget(QLabel("Repeat"))
        line.addWidget(self.times)
        line.addWidget(QLabel("\N{MULTIPLICATION SIGN}"))
        line.addSpacing(SPACING.SMALL)
        shown: tuple[QWidget, ...] = (self._seed_label, self.seed, self._from, self.first)
        for widget in shown:
            line.addWidget(widget)

    @Slot()
    def show_repeat(self) -> None:
        """Show the repetitions that the model has now."""
        repeat = self._model.repeat or Repeat(1)
        self._fill_seeds(repeat.seed)
        for spin, value in ((self.times, repeat.n), (self.first, repeat.first)):
            was_blocked = spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(was_blocked)
        wanted = bool(self._names) and (repeat.n > 1 or repeat.seed is not None)
        self._seed_label.setVisible(wanted)
        self.seed.setVisible(wanted)
        for widget in (self._from, self.first):
            widget.setVisible(wanted and repeat.seed is not None)
        self.first.setToolTip(tooltip(f"Seeds {repeat.seeds[0]:,} to {repeat.seeds[-1]:,}"))

    def _fill_seeds(self, chosen: str | None) -> None:
        fields = self._model.fields() if self._model.spec else ()
        names = [self._model.names.key(field) for field in fields if _may_be_seed(field)]
        if chosen is not None and chosen not in names:
            names.append(chosen)
        if names != self._names or self.seed.count() != len(names) + 1:
            self._names = names
            self.seed.clear()
            self.seed.addItems(["none", *names])
        self.seed.setCurrentIndex(names.index(chosen) + 1 if chosen is not None else 0)

    def _chosen(self) -> str | None:
        place = self.seed.currentIndex()
        return self._names[place - 1] if place > 0 else None

    @Slot()
    def _on_changed(self) -> None:
        found = Repeat(self.times.value(), self._chosen(), self.first.value())
        self._model.set_repeat(None if found.n == 1 and found.seed is None else found)

    @Slot()
    def _on_seed_activated(self) -> None:
        """Fill the parameter in from now on; what it was given before would be given twice."""
        chosen = self._chosen()
        field = self._model.names.find(chosen) if chosen else None
        if field is not None and self._model.state(field).given:
            self._model.reset(field)
        self._on_changed()


def _may_be_seed(field: Field) -> bool:
    return field.depth == 0 and field.kind in (Kind.INTEGER, Kind.NUMBER)
