"""The fields of the run options, each an editor with a value, a signal and an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from hopla_gui.api import default_isolation
from hopla_gui.domain.endcommand import command_problem
from hopla_gui.domain.setup import Isolation, Order
from hopla_gui.gui.setup.durations import duration_text, parse_duration
from hopla_gui.gui.setup.editor import CalmComboBox, CalmSpinBox
from hopla_gui.gui.setup.path_dialog import open_dialog
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.setup.values import parse_words, shown, words_text
from hopla_gui.gui.theme import icon

ISOLATION_LINES = {
    Isolation.FRESH: "A new interpreter for each job: the safest, and the slowest to start.",
    Isolation.FORK: "A process of its own for each job, the script's imports already loaded: fast.",
    Isolation.REUSE: "Many jobs in one process: the fastest, where scripts leave nothing behind.",
}
_NAME = re.compile(r"[^\s=,;]+")


class OptionField(Protocol):
    """What the form needs of a field; ``changed`` is for what a person does."""

    changed: Any

    def value(self) -> Any:  # noqa: ANN401 - each field has its own type
        """Return the value; the default where what is typed is none."""

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a value."""

    def error(self) -> str | None:
        """Return what is wrong, in plain words."""


class CountField(CalmSpinBox):
    """A number of which 0 has a word; ``none`` is what 0 stands for."""

    changed = Signal()

    def __init__(self, highest: int, word: str, none: int | None) -> None:
        super().__init__()
        self._none = none
        self.setRange(0, highest)
        self.setSpecialValueText(word)
        self.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> int | None:  # type: ignore[override]
        """Return the number."""
        return super().value() or self._none

    def set_value(self, value: int | None) -> None:
        """Show a number."""
        self.setValue(value or 0)

    def error(self) -> None:
        """Nothing: what is no number cannot be typed."""


class _LineField(QLineEdit):
    """One line of text."""

    changed = Signal()

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setMinimumWidth(40)
        self.textEdited.connect(lambda _: self.changed.emit())


class TimeField(_LineField):
    """A time such as 10 min; ``none`` is what an empty line stands for."""

    def __init__(self, placeholder: str, none: float | None, highest: float) -> None:
        super().__init__(placeholder)
        self._none = none
        self._highest = highest

    def value(self) -> float | None:
        """Return seconds."""
        return parse_duration(self.text()) or self._none

    def set_value(self, value: float | None) -> None:
        """Show a time."""
        self.setText(duration_text(value) if value else "")

    def error(self) -> str | None:
        """Say what is no time; a limit of no time at all is none either."""
        if not self.text().strip():
            return None
        seconds = parse_duration(self.text())
        if seconds is None or (seconds == 0 and self._none is None):
            return f"“{self.text()}” is no time; write 90 s, 10 min or 1h30m"
        if seconds > self._highest:
            return f"at most {self._highest:,} seconds"
        return None


class FolderField(_LineField):
    """A folder, with a button to browse for it."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        browse = QAction(icon("folder"), "Choose the working directory…", self)
        browse.triggered.connect(self._on_browse)
        self.addAction(browse, QLineEdit.ActionPosition.TrailingPosition)

    def value(self) -> Path | None:
        """Return the folder."""
        text = self.text().strip()
        return Path(text).expanduser().absolute() if text else None

    def set_value(self, value: Path | None) -> None:
        """Show a folder."""
        self.setText(str(value) if value else "")

    def error(self) -> str | None:
        """Say that there is no such folder."""
        folder = Path(self.text().strip()).expanduser()
        return None if not self.text().strip() or folder.is_dir() else f"{folder} is no folder"

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose the working directory", self.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        open_dialog(dialog, self._on_folder_chosen)

    def _on_folder_chosen(self, paths: list[str]) -> None:
        self.setText(paths[0])
        self.changed.emit()


class WordsField(_LineField):
    """Words written as in a shell."""

    def value(self) -> tuple[str, ...]:
        """Return the words."""
        found = parse_words(self.text())
        return tuple(map(str, found)) if isinstance(found, list) else (self.text(),)

    def set_value(self, value: Sequence[str]) -> None:
        """Show words."""
        self.setText(words_text(value))

    def error(self) -> str | None:
        """Say that a quotation is open."""
        words = parse_words(self.text())
        return None if isinstance(words, list) else "a quotation mark is not closed"


class CommandField(WordsField):
    """A command, written as in a shell, with names in braces; no shell runs it."""

    def error(self) -> str | None:
        """Say which name is not known."""
        return super().error() or command_problem(self.value())


class NamesField(_LineField):
    """Names, with commas or spaces between them."""

    def value(self) -> tuple[str, ...]:
        """Return each name once."""
        return tuple(dict.fromkeys(_NAME.findall(self.text())))

    def set_value(self, value: Iterable[str]) -> None:
        """Show names."""
        self.setText(", ".join(value))

    def error(self) -> str | None:
        """Say that values have no place here."""
        return "names alone, without “=” and a value" if "=" in self.text() else None


class VariablesField(QPlainTextEdit):
    """Environment variables, one a line."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText("OMP_NUM_THREADS=1")
        self.setFixedHeight(3 * self.fontMetrics().lineSpacing() + 12)
        self.textChanged.connect(self.changed)

    def _lines(self) -> list[tuple[str, str, str]]:
        text = self.document().toRawText().replace("\u2029", "\n")
        return [line.strip().partition("=") for line in text.split("\n") if line.strip()]

    def value(self) -> dict[str, str]:
        """Return the variables by name."""
        return {name.strip(): value for name, equals, value in self._lines() if equals and name}

    def set_value(self, value: Mapping[str, str]) -> None:
        """Show variables."""
        self.setPlainText("\n".join(f"{name}={text}" for name, text in value.items()))

    def error(self) -> str | None:
        """Name a line that is no variable."""
        parts = (part for part in self._lines() if not part[1] or not part[0].strip())
        wrong = next(map("".join, parts), None)
        return None if wrong is None else f"{shown(wrong)} is not NAME=value"

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(40, 40)


class IsolationField(QWidget):
    """The three levels with a line of explanation each; one is this system's default."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._default = default_isolation()
        self._value: Isolation | None = None
        self.buttons = {level: self._button(level) for level in ISOLATION_LINES}
        group, grid = QButtonGroup(self), QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for row, (level, line) in enumerate(ISOLATION_LINES.items()):
            group.addButton(self.buttons[level])
            grid.addWidget(self.buttons[level], 2 * row, 0)
            hint = plain_label(line, "dim")
            hint.setContentsMargins(20, 0, 0, 4)
            grid.addWidget(hint, 2 * row + 1, 0, 1, 2)
        self.setFocusProxy(self.buttons[self._default])
        self.set_value(None)

    def _button(self, level: Isolation) -> QRadioButton:
        word = f"{level.value} (default)" if level is self._default else level.value
        button = QRadioButton(word)
        button.setAccessibleDescription(ISOLATION_LINES[level])
        button.setEnabled(level is not Isolation.FORK or self._default is Isolation.FORK)
        button.clicked.connect(lambda: self._on_clicked(level))
        return button

    def _on_clicked(self, level: Isolation) -> None:
        self._value = None if level is self._default else level
        self.changed.emit()

    def value(self) -> Isolation | None:
        """Return the level, ``None`` for the system's default."""
        return self._value

    def set_value(self, value: Isolation | None) -> None:
        """Show a level."""
        self._value = value
        self.buttons[value or self._default].setChecked(True)

    def error(self) -> str | None:
        """Say that a sweep file asks for what this system does not have."""
        missing = self._value is Isolation.FORK and self._default is not Isolation.FORK
        return "this system has no fork" if missing else None


class OrderField(CalmComboBox):
    """In which order jobs start."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.addItem("as in the sweep", Order.EXPANDED)
        self.addItem("shuffled", Order.SHUFFLED)
        self.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Order:
        """Return the order."""
        return Order(self.currentData())

    def set_value(self, value: Order) -> None:
        """Show an order."""
        self.setCurrentIndex(self.findData(value))

    def error(self) -> None:
        """Nothing can be wrong."""


_NARROW = 60
_NEVER, _FIRST, _NUMBER, _SHARE = range(4)


class FailuresField(QWidget):
    """After how many failures no more jobs are started: never, 1, N, or a share of all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.policy = CalmComboBox()
        self.policy.addItems(["never", "after the first", "after a number", "after a share"])
        self.policy.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        self.number, self.percent = CalmSpinBox(), CalmSpinBox()
        self.number.setRange(2, 1_000_000)
        self.number.setSuffix(" failures")
        self.percent.setRange(1, 99)
        self.percent.setSuffix(" % of all jobs")
        self.percent.setValue(10)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.policy, 2)
        for box, name in ((self.number, "Failures"), (self.percent, "Share of failures")):
            box.setAccessibleName(name)
            box.setMinimumWidth(_NARROW)  # not that of the largest number
            row.addWidget(box, 2)
            box.valueChanged.connect(lambda _: self.changed.emit())
        self.policy.currentIndexChanged.connect(self._on_policy_changed)
        self.setFocusProxy(self.policy)
        self._show_boxes()

    def _on_policy_changed(self, _place: int) -> None:
        self._show_boxes()
        self.changed.emit()

    def _show_boxes(self) -> None:
        self.number.setVisible(self.policy.currentIndex() == _NUMBER)
        self.percent.setVisible(self.policy.currentIndex() == _SHARE)

    def value(self) -> int | float | None:
        """Return a number of jobs, a share below 1, or ``None`` for never."""
        choices = (None, 1, self.number.value(), self.percent.value() / 100)
        return choices[self.policy.currentIndex()]

    def set_value(self, value: int | float | None) -> None:
        """Show a policy."""
        if value is None or value == 1:
            self.policy.setCurrentIndex(_NEVER if value is None else _FIRST)
        elif value > 1:
            self.number.setValue(int(value))
            self.policy.setCurrentIndex(_NUMBER)
        else:
            self.percent.setValue(max(round(value * 100), 1))
            self.policy.setCurrentIndex(_SHARE)

    def error(self) -> None:
        """Nothing can be wrong."""
