"""One row of the form: label, editor, reset, sweep; what is wrong, and the help, below."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from hopla_gui.domain.shown_text import one_line
from hopla_gui.domain.template import Template
from hopla_gui.gui.setup.axis_editor import AxisEditor
from hopla_gui.gui.setup.editor import Editor
from hopla_gui.gui.setup.editors import editor_class
from hopla_gui.gui.setup.field import Field, FieldState
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.mode import Mode
from hopla_gui.gui.setup.plain_text import ElidedLabel, plain_label, tooltip
from hopla_gui.gui.setup.row_layout import RowLayout
from hopla_gui.gui.setup.survey import values_text
from hopla_gui.gui.theme import fixed_font, icon

_HELP_AT_MOST = 400
_ICON = QSize(16, 16)


class ParameterRow(QWidget):
    """Shows one field of the model and tells the model what a person does to it.

    Signals
    -------
    focused
        The row itself: the cursor was put in it, and all of it should be seen.
    """

    focused = Signal(object)

    def __init__(self, field: Field, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._model = model
        self._told: str | None = None  # what the check of the whole set-up says of this field
        self._insists = False
        self.axis_editor: AxisEditor | None = None
        self._message: QLabel | None = None
        self._switch: QPushButton | None = None
        self._seeds: QLabel | None = None
        self._build()
        self.show_state()

    # --- building --------------------------------------------------------------------------

    def _build(self) -> None:
        param = self.field.param
        self.row_layout = RowLayout(self)
        self.label = ElidedLabel(param.label, self)
        self.label.setFont(fixed_font())
        self.label.mark = " *" if param.required else ""
        self.label.setToolTip(tooltip(_description(self.field)))
        self._editor_widget = editor_class(self.field)(self.field, self)
        self.editor = cast(Editor, self._editor_widget)
        self.editor.changed.connect(self._on_value_changed)
        self._editor_widget.setAccessibleName(param.label)
        self._editor_widget.setAccessibleDescription(param.help or "")
        self._editor_widget.setToolTip(self.label.toolTip())
        self.row_layout.set_label(self.label)
        self.row_layout.add_below(self._editor_widget)
        self.row_layout.set_tools(self._tools())
        if param.help:
            self.row_layout.add_below(plain_label(_cut(param.help), "dim", parent=self))

    def _tools(self) -> QWidget:
        tools = QWidget(self)
        line = QHBoxLayout(tools)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.reset_button = _tool(
            tools, "reset", "Reset to the script's default (Ctrl+Alt+R)", self._on_reset
        )
        self.sweep_button = _tool(
            tools, "sweep", "Sweep: a list, a range, files, … (Ctrl+Alt+S)", self._on_sweep
        )
        self.sweep_button.setCheckable(True)
        label = self.field.param.label
        self.reset_button.setAccessibleName(f"Reset {label}")
        self.sweep_button.setAccessibleName(f"Sweep {label}")
        line.addWidget(self.reset_button)
        line.addWidget(self.sweep_button)
        return tools

    # --- showing ---------------------------------------------------------------------------

    @property
    def state(self) -> FieldState:
        """How the model has the field."""
        return self._model.state(self.field)

    def show_state(self) -> None:
        """Show what the model says of the field."""
        state = self.state
        if not state.fixed:
            self._show_axis()
        else:
            shown = self.editor.value()
            if shown != state.value or type(shown) is not type(state.value):
                self.editor.set_value(state.value)
        self._editor_widget.setVisible(state.fixed)
        if self.axis_editor is not None:
            self.axis_editor.setVisible(not state.fixed)
        self.sweep_button.setChecked(not state.fixed)
        self.reset_button.setEnabled(state != FieldState())
        self._show_exclusion()
        self._show_message()

    def _show_axis(self) -> None:
        value = self.state.template if self.state.derived else self.state.axis
        editor = self._shown_axis_editor()
        if value is not None and editor.value() != value:
            editor.set_value(value)
            editor.follow(self._editor_widget)
        if self.state.derived:
            editor.show_sample(*self._model.facts.sample(self.field))
        else:
            editor.show_survey(self._model.facts.survey(self.field))

    def _shown_axis_editor(self) -> AxisEditor:
        if self.axis_editor is None:
            names = self._model.facts.names_for(self.field)
            self.axis_editor = AxisEditor(self.field, self._model.base, names)
            self.axis_editor.setAccessibleName(f"Values of {self.field.param.label}")
            self.axis_editor.changed.connect(self._on_axis_changed)
            self.axis_editor.mode_chosen.connect(self._on_mode_chosen)
            self.row_layout.add_below(self.axis_editor, 1)
            self.axis_editor.follow(self._editor_widget)
        return self.axis_editor

    def _show_exclusion(self) -> None:
        rival = self._model.facts.excluded_by(self.field)
        is_seed = self._model.facts.seed_field() is self.field and not self.state.given
        self._show_seeds(is_seed)
        self._editor_widget.setEnabled(rival is None and not is_seed)
        self.sweep_button.setEnabled(rival is None and not is_seed)
        self.label.setEnabled(rival is None)
        if rival is not None and self._switch is None:
            self._switch = QPushButton()
            self._switch.setProperty("link", True)
            self._switch.clicked.connect(self._on_switch_clicked)
            self.row_layout.add_below(self._switch, 1)
        if self._switch is not None:
            self._switch.setVisible(rival is not None)
            name = rival.param.label.replace("&", "&&") if rival else ""
            self._switch.setText(f"Use instead of {name}")

    def _show_seeds(self, is_seed: bool) -> None:
        """Tell that the repetitions fill the field in."""
        if self._seeds is None and is_seed:
            self._seeds = plain_label("", "dim")
            self.row_layout.add_below(self._seeds, 1)
        repeat = self._model.repeat
        if self._seeds is not None:
            self._seeds.setVisible(is_seed)
            seeds = values_text(repeat.seeds) if repeat else ""
            self._seeds.setText(f"Filled in by the repetitions: {seeds}")

    def own_error(self) -> str | None:
        """Return what is wrong with what the field itself says."""
        if not self.state.fixed:
            return self.axis_editor.error() if self.axis_editor else None
        return self.editor.error()

    def error(self) -> str | None:
        """Return what is wrong with the field, its own word first."""
        uneven = self._model.facts.length_error(self.field) if self.state.swept else None
        return self.own_error() or uneven or self._told

    def tell(self, told: str | None) -> None:
        """Show what the check of the whole set-up says of the field, or that it is content."""
        self._told = told
        self._show_message()

    def insist(self) -> None:
        """Say aloud from now on that a required value is missing."""
        self._insists = True
        self._show_message()

    def _show_message(self) -> None:
        text = self.error()
        if text and self._model.facts.is_missing(self.field) and not self._insists:
            text = None  # an untouched form is not wrong: its star and placeholder say enough
        if self._message is None and text:
            self._message = plain_label("", "error")
            self.row_layout.add_below(self._message, 1 + (self.axis_editor is not None))
        if self._message is not None:
            self._message.setText(text or "")
            self._message.setVisible(bool(text))

    def focus_editor(self) -> None:
        """Put the cursor in the field."""
        target = self._editor_widget if self.state.fixed else self.axis_editor
        if target is not None:
            target.setFocus()
            self.focused.emit(self)

    # --- what a person does ----------------------------------------------------------------

    @Slot()
    def _on_value_changed(self) -> None:
        self._model.set_value(self.field, self.editor.value())

    @Slot()
    def _on_axis_changed(self) -> None:
        value = self.axis_editor.value() if self.axis_editor else None
        if isinstance(value, Template):
            self._model.set_template(self.field, value)
        elif value is not None:
            self._model.set_axis(self.field, value)

    @Slot(object)
    def _on_mode_chosen(self, mode: Mode) -> None:
        self._model.set_mode(self.field, mode)
        self.focus_editor()

    @Slot()
    def _on_reset(self) -> None:
        self._model.reset(self.field)
        self.focus_editor()

    @Slot()
    def _on_sweep(self) -> None:
        if self.state.derived:
            self._model.set_mode(self.field, Mode.FIXED)
        else:
            self._model.set_swept(self.field, self.sweep_button.isChecked())
        self.focus_editor()

    @Slot()
    def _on_switch_clicked(self) -> None:
        self._model.prefer(self.field)
        self.focus_editor()


def _tool(parent: QWidget, name: str, hint: str, clicked: Callable[[], None]) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(name))
    button.setIconSize(_ICON)
    button.setAutoRaise(True)
    button.setToolTip(tooltip(hint))
    button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    button.clicked.connect(clicked)
    return button


def _description(field: Field) -> str:
    """Return all that is known of a parameter, for its tooltip."""
    param = field.param
    lines = [", ".join(param.flags) or param.dest, param.help or ""]
    if param.type:
        lines.append(f"type: {param.type}")
    if param.nargs not in (None, 0):
        lines.append(f"number of values: {param.nargs}")
    if param.default is not None:
        lines.append(f"default: {param.default}")
    if param.required:
        lines.append("required")
    return "\n".join(line for line in lines if line)


def _cut(text: str) -> str:
    one = one_line(" ".join(text.split())[: _HELP_AT_MOST + 1], _HELP_AT_MOST + 1)
    return one if len(one) <= _HELP_AT_MOST else one[: _HELP_AT_MOST - 1] + "…"
