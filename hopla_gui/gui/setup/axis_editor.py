"""Where the values of a field come from: a mode to choose, what it needs, and what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from hopla_gui.domain.axes import Values
from hopla_gui.domain.sweep import Axis
from hopla_gui.domain.template import Template
from hopla_gui.gui.setup.editor import CalmComboBox
from hopla_gui.gui.setup.expression_body import ExpressionBody
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.file_body import ColumnBody, FileBody
from hopla_gui.gui.setup.list_body import ListBody
from hopla_gui.gui.setup.mode import HINTS, Mode, axis_mode, modes_for
from hopla_gui.gui.setup.number_body import ChoiceBody, NumberBody
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.setup.survey import Survey, count_words
from hopla_gui.gui.theme import SPACING

_BUSY_AFTER_MS = 150


class Body(Protocol):
    """What a mode needs: fields that make an axis."""

    changed: Any

    def axis(self) -> Axis:
        """Return the axis that the fields make, or a draft of it."""

    def set_axis(self, axis: Axis) -> None:
        """Show an axis of the mode."""

    def focusable(self) -> list[QWidget]:
        """Return what the Tab key stops at, in order."""


class AxisEditor(QWidget):
    """Edits what a field is given by: an axis of any mode, or a template.

    Parameters
    ----------
    base
        The folder that file names are relative to.
    names
        Parameters that a template can be made of.

    Signals
    -------
    mode_chosen
        A `Mode` that a person wants the field to be given in.
    """

    changed = Signal()
    mode_chosen = Signal(object)

    def __init__(
        self,
        field: Field,
        base: Path | None = None,
        names: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._field = field
        self._base = base or Path.cwd()
        self._names = names
        self._value: Axis | Template = Values(())
        self._survey: Survey | None = Survey(0)
        self._before: QWidget | None = None
        self._modes = modes_for(field)
        self.mode_combo = self._mode_combo()
        self._told = plain_label("", "dim")
        self._busy = _busy_bar()
        self._busy_soon = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._busy_soon.timeout.connect(self._busy.show)
        self.body: QWidget = QWidget()
        self._mode: Mode | None = None
        self._arrange()
        self.set_value(self._value)

    def _mode_combo(self) -> CalmComboBox:
        combo = CalmComboBox()
        combo.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.setAccessibleName(f"How {self._field.param.label} is given")
        combo.activated.connect(self._on_mode_activated)
        return combo

    def _fill_combo(self, mode: Mode) -> None:
        """List the modes that suit the field; one of a sweep file may be none of them."""
        if mode not in self._modes:
            self._modes = (*self._modes, mode)
        if self.mode_combo.count() != len(self._modes):
            self.mode_combo.clear()
            for place, known in enumerate(self._modes):
                self.mode_combo.addItem(known.value)
                role = Qt.ItemDataRole.ToolTipRole
                self.mode_combo.setItemData(place, tooltip(HINTS[known]), role)
        self.mode_combo.setCurrentIndex(self._modes.index(mode))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        head.addWidget(self.mode_combo)
        head.addWidget(self._busy)
        head.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.TINY)
        self._column.addLayout(head)
        self._column.addWidget(self.body)
        self._column.addWidget(self._told)

    def value(self) -> Axis | Template:
        """Return what the field is given by."""
        return self._value

    def set_value(self, value: Axis | Template) -> None:
        """Show an axis, or a template."""
        self._value = value
        mode = Mode.EXPRESSION if isinstance(value, Template) else axis_mode(value)
        if mode is not self._mode:
            self._mode = mode
            self._fill_combo(mode)
            self._show_body(self._new_body(mode))
        if isinstance(value, Template):
            assert isinstance(self.body, ExpressionBody)
            self.body.set_text(value.text)
        else:
            self._axis_body().set_axis(value)

    def _axis_body(self) -> Body:
        body: Any = self.body
        return body  # type: ignore[no-any-return]

    def _new_body(self, mode: Mode) -> QWidget:
        if mode is Mode.EXPRESSION:
            return ExpressionBody(list(self._names))
        if mode is Mode.LIST:
            return ListBody(self._field)
        if mode is Mode.CHOICE:
            return ChoiceBody(self._field, self._base)
        if mode is Mode.COLUMN:
            return ColumnBody(self._base)
        if mode in (Mode.GLOB, Mode.LINES):
            return FileBody(mode, self._base)
        return NumberBody(mode, self._base)

    def _show_body(self, body: QWidget) -> None:
        old, self.body = self.body, body
        self._column.removeWidget(old)
        old.hide()
        old.setParent(None)
        old.deleteLater()
        self._column.insertWidget(1, body)
        self._axis_body().changed.connect(self._on_changed)
        self.setFocusProxy(body)
        if self._before is not None:
            self.follow(self._before)

    @property
    def as_list_button(self) -> QToolButton:
        """The button that lists checked choices one by one."""
        return self._list_body().as_list_button

    def read_file(self, path: Path) -> None:
        """Add the lines of a text file to the values of a list."""
        self._list_body().read_file(path)

    def _list_body(self) -> ListBody:
        assert isinstance(self.body, ListBody)
        return self.body

    def error(self) -> str | None:
        """Return the first value that does not fit, or why there is none."""
        if isinstance(self.body, ListBody | ChoiceBody):
            line_error = self.body.line_error()
            if line_error:
                return line_error
        return self._survey.error if self._survey else None

    def show_survey(self, survey: Survey | None) -> None:
        """Tell what the axis holds; None while that is being found out."""
        self._survey = survey
        if survey is None:
            self._busy_soon.start()
            return
        self._busy_soon.stop()
        self._busy.hide()
        if isinstance(self.body, ListBody):
            self.body.show_slip(survey.note)
        shown = not isinstance(self.body, ListBody) and survey.count > 0
        words = f"{count_words(survey.count)}: {survey.text}"
        self._told.setText(f"{words} · {survey.note}" if survey.note else words if shown else "")
        self._told.setToolTip(tooltip(survey.listed) if shown else "")
        self._told.setVisible(shown)

    def show_sample(self, text: str | None, error: str | None) -> None:
        """Tell what a template makes of the first values."""
        self.show_survey(Survey(0, error=error))
        self._told.setText(f"First job: {text}" if text else "")
        self._told.setVisible(bool(text))

    def follow(self, before: QWidget) -> None:
        """Come after a widget in the order of the Tab key: this one was made later than all."""
        self._before = before
        for widget in (self.mode_combo, *self._axis_body().focusable()):
            QWidget.setTabOrder(before, widget)
            before = widget

    @Slot()
    def _on_changed(self) -> None:
        body = self.body
        if isinstance(body, ExpressionBody):
            self._value = Template(body.text())
        else:
            self._value = self._axis_body().axis()
        self.changed.emit()

    @Slot(int)
    def _on_mode_activated(self, place: int) -> None:
        if self._modes[place] is not self._mode:
            self.mode_chosen.emit(self._modes[place])


def _busy_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setTextVisible(False)
    bar.setFixedSize(48, 8)
    bar.setAccessibleName("Reading the values")
    bar.hide()
    return bar
