"""Exclusion rules, one a line: conditions on the values of jobs that are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from hopla_gui.domain.rules import Rule
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.editor import set_look
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.theme import SPACING, fixed_font, icon

_COLUMN = re.compile(r"column (\d+): (.*)", re.DOTALL)


class RuleRow(QWidget):
    """One rule, and what it leaves out or what is wrong with it."""

    edited = Signal()
    removed = Signal(object)

    def __init__(self, text: str, example: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit(text)
        self.edit.setFont(fixed_font())
        self.edit.setPlaceholderText(example)
        self.edit.setAccessibleName("Leave out jobs where")
        self.edit.setToolTip(
            tooltip(
                "Jobs that fulfil this are left out: comparisons (== != < <= > >=, in, not in),"
                " and, or, not, + - * / %, numbers, 'texts', lists in brackets"
            )
        )
        self.edit.textEdited.connect(self._on_text_edited)
        self.status = QLabel()
        self.status.setProperty("dim", True)
        self.remove_button = QToolButton()
        self.remove_button.setIcon(icon("close"))
        self.remove_button.setAutoRaise(True)
        self.remove_button.setToolTip(tooltip("Take this rule away"))
        self.remove_button.setAccessibleName("Take this rule away")
        self.remove_button.clicked.connect(self._on_remove_clicked)
        line = QHBoxLayout()
        line.setSpacing(SPACING.SMALL)
        line.addWidget(plain_label("without", "dim", wrap=False))
        line.addWidget(self.edit, 1)
        line.addWidget(self.status)
        line.addWidget(self.remove_button)
        self._problem = plain_label("", "error")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._problem)
        self.show_problem(self.own_problem())

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        return self._problem.text()

    def own_problem(self) -> UserError | None:
        """Return why the rule cannot be read."""
        try:
            if self.edit.text().strip():
                _ = Rule(self.edit.text()).tree
        except UserError as error:
            return error
        return None

    def show_removed(self, count: int | None) -> None:
        """Tell how many jobs the rule leaves out; None where that is not known."""
        jobs = "job" if count == 1 else "jobs"
        self.status.setText("" if count is None else f"removes {count:,} {jobs}")

    def show_problem(self, error: UserError | None) -> None:
        """Tell what is wrong, and before which word."""
        self._problem.setText("" if error is None else self._words(error))
        self._problem.setToolTip(tooltip(error.detail or "") if error else "")
        self._problem.setVisible(error is not None)
        set_look(self.edit, "error", error is not None)
        if error is not None:
            self.show_removed(None)

    def _words(self, error: UserError) -> str:
        found = _COLUMN.search(error.what)
        if found is None:
            return error.what.removeprefix("[exclude] ")
        column = int(found[1]) - 1
        rest = self.edit.text()[column:].strip()
        where = f"at “{rest[:20]}”" if rest else "at the end"
        return f"{where}, column {column + 1}: {found[2]}"

    @Slot()
    def _on_text_edited(self) -> None:
        self.show_removed(None)
        self.show_problem(self.own_problem())
        self.edited.emit()

    @Slot()
    def _on_remove_clicked(self) -> None:
        self.removed.emit(self)


class RuleList(QWidget):
    """The rules of the model."""

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.rows: list[RuleRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.TINY)
        model.combining_changed.connect(self.show_rules)
        self.show_rules()

    @Slot()
    def show_rules(self) -> None:
        """Show the rules that the model has now; a row that says the same stays."""
        if tuple(row.edit.text() for row in self.rows) != self._model.rules:
            for row in self.rows:
                row.hide()
                row.deleteLater()
            self.rows = [self._new_row(text) for text in self._model.rules]
        self.setVisible(bool(self.rows))

    def _new_row(self, text: str) -> RuleRow:
        row = RuleRow(text, self._example())
        row.edited.connect(self._on_edited)
        row.removed.connect(self._on_removed)
        self._column.addWidget(row)
        return row

    def _example(self) -> str:
        names = [self._model.names.key(f) for block in self._model.blocks() for f in block]
        return " and ".join(f"{name} == …" for name in names[:2]) or "lr > 0.1 and batch == 8"

    @Slot()
    def add_rule(self) -> None:
        """Add an empty rule and put the cursor in it."""
        if not self.rows or self.rows[-1].edit.text():
            self._model.set_rules((*self._model.rules, ""))
        self.rows[-1].edit.setFocus()

    def show_checked(self, removed: Sequence[int], problems: Sequence[UserError]) -> None:
        """Tell what each rule leaves out, or what the check of the set-up says of it."""
        counts = iter(removed)
        for row in self.rows:
            text = row.edit.text()
            if not text.strip():
                continue
            count = next(counts, None)
            found = (p for p in problems if p.what.startswith(f"[exclude] rule {_shown(text)!r},"))
            error = row.own_problem() or next(found, None)
            row.show_problem(error)
            if error is None:
                row.show_removed(count)

    @Slot()
    def _on_edited(self) -> None:
        self._model.set_rules(tuple(row.edit.text() for row in self.rows))

    @Slot(object)
    def _on_removed(self, gone: RuleRow) -> None:
        self._model.set_rules(tuple(row.edit.text() for row in self.rows if row is not gone))


def _shown(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")
