"""The choice of a subcommand, and of those below it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from hopla_gui.domain.params import Subcommands
from hopla_gui.gui.setup.editor import CalmComboBox, set_look
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.theme import SPACING


class SubcommandBar(QWidget):
    """One combo box for each level of subcommands that is open; none, and it is not there."""

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._spec = model.spec
        self._last: dict[tuple[str, ...], str] = {}  # the word last chosen below some words
        self._form = QFormLayout(self)
        self._form.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.SMALL)
        self._form.setSpacing(SPACING.SMALL)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.combos: list[SubcommandCombo] = []
        model.fields_changed.connect(self._on_fields_changed)
        self._on_fields_changed()

    @Slot()
    def _on_fields_changed(self) -> None:
        if self._model.spec is not self._spec:
            self._spec = self._model.spec
            self._last.clear()
        self._last |= {
            self._model.subcommand[:place]: word
            for place, word in enumerate(self._model.subcommand)
        }
        levels = _open_levels(self._model)
        for combo in self.combos[len(levels) :]:
            self._form.removeRow(combo)
        del self.combos[len(levels) :]
        for place, (below, word) in enumerate(levels):
            if place == len(self.combos):
                self._add(place)
            self.combos[place].show_choices(below, word)
        self.setVisible(bool(levels))

    def _add(self, place: int) -> None:
        combo = SubcommandCombo(place)
        combo.chosen.connect(self._on_chosen)
        self.combos.append(combo)
        self._form.insertRow(place, QLabel("Subcommand" if place == 0 else "then"), combo)

    def focus_open_choice(self) -> None:
        """Put the cursor where a subcommand is still to be chosen, if anywhere."""
        for combo in self.combos:
            if not combo.currentData():
                combo.setFocus()

    @Slot(int, str)
    def _on_chosen(self, place: int, word: str) -> None:
        words = self._model.subcommand[:place]
        self._last[words] = word
        while word:  # and on to what was last chosen below it
            words = (*words, word)
            word = self._last.get(words, "")
        self._model.set_subcommand(words)


class SubcommandCombo(CalmComboBox):
    """The subcommands of one parser."""

    chosen = Signal(int, str)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._below: Subcommands | None = None
        self.setAccessibleName("Subcommand")
        self.activated.connect(self._on_activated)

    def show_choices(self, below: Subcommands, word: str) -> None:
        """List the choices with their help, and show which is chosen."""
        if below is not self._below:
            self._below = below
            self.clear()
            self.addItem("choose…" if below.required else "none", "")
            for name, choice in below.choices.items():
                self.addItem(f"{name} — {_line(choice.help)}" if choice.help else name, name)
        self.setCurrentIndex(max(0, self.findData(word)))
        set_look(self, "unset", not word)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._place, self.itemData(index))


def _open_levels(model: FormModel) -> list[tuple[Subcommands, str]]:
    """Return the choices that are open, each with the word chosen (or none)."""
    found: list[tuple[Subcommands, str]] = []
    below = model.spec.subcommands if model.spec else None
    for word in (*model.subcommand, ""):
        if below is None or not below.choices:
            break
        found.append((below, word))
        below = below.choices[word].subcommands if word else None
    return found


def _line(text: str | None) -> str:
    return " ".join((text or "").split())[:100]
