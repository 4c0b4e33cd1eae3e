"""Editors of one value, a class a kind, and the registry that picks one for a field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QFocusEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from hopla_gui.gui.setup.checks_editor import ChecksEditor
from hopla_gui.gui.setup.editor import CalmComboBox, CalmSpinBox, default_text, set_look
from hopla_gui.gui.setup.field import UNSET, Field, Kind
from hopla_gui.gui.setup.list_editors import LinesEditor, TupleEditor
from hopla_gui.gui.setup.path_dialog import choose_path
from hopla_gui.gui.setup.paths_editor import PathsEditor
from hopla_gui.gui.setup.plain_text import TIMES, tooltip
from hopla_gui.gui.setup.values import (
    error_of,
    parse,
    parse_words,
    text_of,
    value_error,
    words_text,
)
from hopla_gui.gui.theme import icon

_COUNT_AT_MOST = 99
_FIELDS_AT_MOST = 4


class FlagEditor(QCheckBox):
    """A flag that is given or not."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        self.clicked.connect(self._on_clicked)
        self._show()

    def value(self) -> object:
        """Return True, or `UNSET`."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value."""
        self._value = value
        self._show()

    def error(self) -> str | None:
        """Name a value of a sweep file that is no boolean."""
        return None if self._value is UNSET else error_of(self._field, self._value)

    def _show(self) -> None:
        self.setChecked(self._value is True)
        self.setText("on" if self.isChecked() else "off")
        set_look(self, "unset", not self.isChecked())

    @Slot()
    def _on_clicked(self) -> None:
        self.set_value(True if self.isChecked() else UNSET)
        self.changed.emit()


class SwitchEditor(QCheckBox):
    """``--foo``, ``--no-foo``, or neither: a check box of three states, told in words."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTristate(True)
        self._field = field
        self._value: object = UNSET
        self.clicked.connect(self.changed)
        self._show()

    def value(self) -> object:
        """Return True, False, or `UNSET`."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value."""
        self._value = value
        self._show()

    def error(self) -> str | None:
        """Name a value of a sweep file that is no boolean."""
        return None if self._value is UNSET else error_of(self._field, self._value)

    def nextCheckState(self) -> None:  # noqa: N802 (Qt's name)
        """Go from not set to on, to off, and back."""
        self.set_value(True if self._value is UNSET else False if self._value is True else UNSET)

    def _show(self) -> None:
        state = Qt.CheckState.Checked if self._value else Qt.CheckState.Unchecked
        unset = self._value is UNSET
        self.setCheckState(Qt.CheckState.PartiallyChecked if unset else state)
        self.setText(self._words())
        set_look(self, "unset", unset)

    def _words(self) -> str:
        if self._value is UNSET:
            default = self._field.param.default
            told = {True: "default: on", False: "default: off"}
            return f"not set ({told[default]})" if isinstance(default, bool) else "not set"
        negative = [flag for flag in self._field.param.flags if flag.startswith("--no-")]
        return "on" if self._value else f"off ({negative[0] if negative else 'given as no'})"


class ChoiceEditor(CalmComboBox):
    """One of the choices, or not set."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        self._entries: list[object] = [UNSET, *(field.param.choices or ())]
        self.addItem(_choice_unset(field))
        self.addItems([text_of(choice) for choice in self._entries[1:]])
        if field.may_stand_alone:
            self._entries.append(True)
            self.addItem(f"{field.param.label} alone")
        set_look(self, "unset", True)
        self.activated.connect(self._on_activated)

    def value(self) -> object:
        """Return the choice, or `UNSET`."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value; one that is no choice gets an entry of its own."""
        self._value = value
        while self.count() > len(self._entries):
            self.removeItem(self.count() - 1)
        self.setCurrentIndex(self._index(value))
        set_look(self, "unset", value is UNSET)
        set_look(self, "error", self.error() is not None)

    def _index(self, value: object) -> int:
        for index, entry in enumerate(self._entries):
            if entry is value or (UNSET not in (entry, value) and text_of(entry) == text_of(value)):
                return index
        self.addItem(text_of(value))
        return self.count() - 1

    def error(self) -> str | None:
        """Name a value that is no choice."""
        return None if self._value is UNSET else value_error(self._field, self._value)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index < len(self._entries):
            self.set_value(self._entries[index])
            self.changed.emit()


def _choice_unset(field: Field) -> str:
    told = default_text(field.param, field.kind)
    return {"required": "choose…", "not set": "not set"}.get(told, f"not set ({told})")


class CountEditor(CalmSpinBox):
    """How often a flag is given: ``-vvv`` is 3."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        self.setRange(0, _COUNT_AT_MOST)
        told = default_text(field.param, field.kind)
        self.setSpecialValueText(told if told in ("not set", "required") else f"not set ({told})")
        self.setSuffix(f" {TIMES}")
        set_look(self, "unset", True)
        self.valueChanged.connect(self._on_value_changed)

    def value(self) -> object:  # type: ignore[override]
        """Return the number of times, or `UNSET`."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value."""
        self.blockSignals(True)
        fits = isinstance(value, int) and 0 <= value <= _COUNT_AT_MOST
        self.setValue(value if fits else 0)  # type: ignore[arg-type]
        self.blockSignals(False)
        self._value = value
        set_look(self, "unset", value is UNSET)

    def error(self) -> str | None:
        """Name a value of a sweep file that is no number of times."""
        return None if self._value is UNSET else error_of(self._field, self._value)

    @Slot(int)
    def _on_value_changed(self, times: int) -> None:
        self._value = times or UNSET
        set_look(self, "unset", not times)
        self.changed.emit()


class TextEditor(QLineEdit):
    """A line of text; numbers are checked as they are typed. Nothing in it is not set."""

    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: object = UNSET
        self._empty_action: QAction | None = None
        self._told = default_text(field.param, field.kind)
        self.setPlaceholderText(self._told)
        self.textEdited.connect(self._on_text_edited)
        if field.kind is Kind.PATH:
            self._add_action("folder", f"Choose {field.param.label}…").triggered.connect(
                self.browse
            )

    def value(self) -> object:
        """Return the value with its native type; `UNSET` where nothing is typed."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value."""
        self._value = value
        self.setText("" if value is UNSET else self._text(value))
        self.setCursorPosition(0)
        self._show()

    def _text(self, value: object) -> str:
        return text_of(value)

    def _parse(self, text: str) -> object:
        return parse(self._field, text)

    def error(self) -> str | None:
        """Return why the text is no value of the field's type."""
        return None if self._value is UNSET else value_error(self._field, self._value)

    def _add_action(self, name: str, text: str) -> QAction:
        action = QAction(icon(name), text, self)
        action.setToolTip(tooltip(text))
        self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
        return action

    @Slot()
    def browse(self) -> None:
        """Open the dialog for the kind of path that the parameter wants."""
        choose_path(self, self._field.param, self.text(), self._on_path_chosen)

    def _on_path_chosen(self, paths: list[str]) -> None:
        self.set_value(paths[0])
        self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file where a path is wanted."""
        event.acceptProposedAction() if self._file_of(event) else super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a file anywhere in the field."""
        event.acceptProposedAction() if self._file_of(event) else super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a file that is dropped here as its path."""
        path = self._file_of(event)
        if path is None:
            super().dropEvent(event)
        else:
            event.acceptProposedAction()
            self._on_path_chosen([path])

    def _file_of(self, event: QDropEvent) -> str | None:
        urls = event.mimeData().urls() if self._field.kind is Kind.PATH else []
        return next((url.toLocalFile() for url in urls if url.isLocalFile()), None)

    @Slot()
    def give_empty(self) -> None:
        """Give an empty text on purpose."""
        self.set_value("")
        self.changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Offer the empty text where it makes sense."""
        if self._empty_action is None and self._field.kind in (Kind.TEXT, Kind.PATH):
            self._empty_action = self._add_action("empty", "Give an empty text on purpose")
            self._empty_action.triggered.connect(self.give_empty)
            self._show()
        super().focusInEvent(event)

    def _show(self) -> None:
        self.setPlaceholderText("“” (empty text)" if self._value == "" else self._told)
        if self._empty_action is not None:
            self._empty_action.setVisible(not self.text() and self._value is UNSET)
        set_look(self, "error", self.error() is not None)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._value = self._parse(text) if text else UNSET
        self._show()
        self.changed.emit()


class WordsEditor(TextEditor):
    """Arguments as they stand, written as in a shell (REMAINDER)."""

    def _text(self, value: object) -> str:
        return words_text(value)

    def _parse(self, text: str) -> object:
        return parse_words(text)


class OptionalValueEditor(TextEditor):
    """A flag that may stand alone or take a value (nargs ``?``)."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._alone = self._add_action("flag", f"Give {field.param.label} alone, without a value")
        self._alone.setCheckable(True)
        self._alone.triggered.connect(self._on_alone_triggered)

    def _text(self, value: object) -> str:
        return "" if value is True else text_of(value)

    def _show(self) -> None:
        super()._show()
        alone = self._value is True
        self._alone.setChecked(alone)
        if alone:
            const = self._field.param.const
            meaning = "" if const is None else f" (as {text_of(const)})"
            self.setPlaceholderText(f"given alone{meaning}")

    @Slot(bool)
    def _on_alone_triggered(self, alone: bool) -> None:
        self.set_value(True if alone else UNSET)
        self.changed.emit()


EditorClass = Callable[[Field, QWidget], QWidget]
_SINGLE: dict[Kind, EditorClass] = {
    Kind.FLAG: FlagEditor,
    Kind.SWITCH: SwitchEditor,
    Kind.COUNT: CountEditor,
    Kind.CHOICE: ChoiceEditor,
    Kind.WORDS: WordsEditor,
}


def editor_class(field: Field) -> EditorClass:
    """Return the editor fit for one value of a field."""
    nargs = field.param.nargs
    if field.depth == 0:
        single = _SINGLE.get(field.kind, TextEditor)
        optional = field.may_stand_alone and single is TextEditor
        return OptionalValueEditor if optional else single
    if field.depth == 1 and isinstance(nargs, int) and nargs <= _FIELDS_AT_MOST:
        return TupleEditor
    if field.depth == 1 and field.kind is Kind.CHOICE and ChecksEditor.suits(field):
        return ChecksEditor
    return PathsEditor if field.depth == 1 and field.kind is Kind.PATH else LinesEditor
