"""Fields of the cluster's options that no run option has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from hopla_gui.domain.cluster import ContainerProgram, is_word
from hopla_gui.gui.setup.amount_field import AmountField
from hopla_gui.gui.setup.durations import parse_duration
from hopla_gui.gui.setup.editor import CalmComboBox

_CLOCK = re.compile(r"(?:(\d+)-)?(\d+):([0-5]?\d)(?::([0-5]?\d))?$")


class WordField(QLineEdit):
    """One word as a batch script takes it: no blanks, no quotes; empty for none."""

    changed = Signal()

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setMinimumWidth(40)
        self.textEdited.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the word."""
        return self.text().strip() or None

    def set_value(self, value: str | None) -> None:
        """Show a word."""
        self.setText(value or "")

    def error(self) -> str | None:
        """Say that it is more than a word."""
        word = self.value()
        return None if word is None or is_word(word) else f"“{word}” is no single plain word"


class PlaceOnNodesField(WordField):
    """A path or an image, which may have blanks in it."""

    def error(self) -> str | None:
        """Nothing can be told from here."""
        return None


class WalltimeField(QLineEdit):
    """Hours, written as people and schedulers do: 12:00:00, 2-00:00, 90 min, 1.5 h."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("the queue's own limit")
        self.setMinimumWidth(40)
        self.textEdited.connect(lambda _: self.changed.emit())

    def value(self) -> float | None:
        """Return hours."""
        return parse_walltime(self.text())

    def set_value(self, value: float | None) -> None:
        """Show a time."""
        self.setText(walltime_text(value) if value else "")

    def error(self) -> str | None:
        """Say what is no time."""
        text = self.text().strip()
        if not text or parse_walltime(text):
            return None
        return f"“{text}” is no time; write 12:00 for twelve hours, 90 min or 2 d"


def parse_walltime(text: str) -> float | None:
    """Return hours, ``None`` for what is no time; ``12:00`` is twelve hours."""
    found = _CLOCK.match(text.strip())
    if found:
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return days * 24 + hours + minutes / 60 + seconds / 3600
    seconds_given = parse_duration(text)
    return None if seconds_given is None else seconds_given / 3600


def walltime_text(hours: float) -> str:
    """Return hours as ``12:30``, with seconds where there are some."""
    total = round(hours * 3600)
    clock = f"{total // 3600}:{total // 60 % 60:02d}"
    return f"{clock}:{total % 60:02d}" if total % 60 else clock


class MemoryField(AmountField):
    """Memory; none where the queue's default will do."""

    def __init__(self) -> None:
        super().__init__("GB", 1)
        self.setSpecialValueText("the queue's default")

    def value(self) -> float | None:  # type: ignore[override]
        """Return GB."""
        return super().value() or None

    def set_value(self, value: float | None) -> None:
        """Show an amount."""
        self.setValue(value or 0.0)


class LinesField(QPlainTextEdit):
    """Lines of text, an entry each; blank ones do not count."""

    changed = Signal()

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setFixedHeight(2 * self.fontMetrics().lineSpacing() + 14)
        self.textChanged.connect(self.changed)

    def value(self) -> tuple[str, ...]:
        """Return the lines."""
        return tuple(line.strip() for line in self._text().split("\n") if line.strip())

    def set_value(self, value: Sequence[str]) -> None:
        """Show lines."""
        self.setPlainText("\n".join(value))

    def error(self) -> None:
        """Nothing can be wrong."""

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(40, 40)

    def _text(self) -> str:
        return self.document().toRawText().replace("\u2029", "\n")


class ShellField(LinesField):
    """Lines of shell, as they stand."""

    def value(self) -> str | None:  # type: ignore[override]
        """Return the lines as one text."""
        return self._text().rstrip() or None

    def set_value(self, value: str | None) -> None:  # type: ignore[override]
        """Show lines."""
        self.setPlainText(value or "")


class ContainerField(CalmComboBox):
    """What starts a container."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        for program in ContainerProgram:
            self.addItem(program.value, program)
        self.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> ContainerProgram:
        """Return the program."""
        return ContainerProgram(self.currentData())

    def set_value(self, value: ContainerProgram | None) -> None:
        """Show a program."""
        self.setCurrentIndex(max(0, self.findData(value or ContainerProgram.APPTAINER)))

    def error(self) -> None:
        """Nothing can be wrong."""
