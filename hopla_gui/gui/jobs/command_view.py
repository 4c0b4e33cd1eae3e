"""The command of a job: to paste into a shell, and argument by argument."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from hopla_gui.domain.job import JobSpec
from hopla_gui.domain.run import RunInfo
from hopla_gui.engine.commands.reproducing import full_command
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, plain_view, set_wrapped, text_button
from hopla_gui.gui.jobs.text import many_lines, one_line
from hopla_gui.gui.theme import SPACING

_LEAST_HEIGHT = 36


class CommandView(QWidget):
    """A job's command in three forms, each to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = self._full = ""
        self.line_view = plain_view("Command as a shell line")
        self.arguments_view = plain_view("Arguments, one a line")
        for view in (self.line_view, self.arguments_view):
            view.setMinimumHeight(_LEAST_HEIGHT)  # less than Qt asks: the plots above need the room
        set_wrapped(self.line_view, True)
        self._folder = dim_label()
        self._folder.setWordWrap(True)
        self.copy_button = text_button(
            "Copy as shell", "copy", "Copy the command as a shell takes it"
        )
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.copy_full_button = text_button(
            "Copy to reproduce", "terminal", "With its folder, variables and interpreter"
        )
        self.copy_full_button.clicked.connect(self._on_copy_full_clicked)
        bar = QHBoxLayout()
        bar.addWidget(_heading("Shell line"), 1)
        bar.addWidget(self.copy_button)
        bar.addWidget(self.copy_full_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.line_view, 2)
        layout.addWidget(_heading("Arguments"))
        layout.addWidget(self.arguments_view, 3)
        layout.addWidget(self._folder)

    def show_command(self, info: RunInfo, spec: JobSpec) -> None:
        """Show a job's command and where it runs."""
        self._line, self._full = shell_line(spec.cmd), full_command(info, spec)
        _set_text(self.line_view, self._line)
        _set_text(self.arguments_view, "\n".join(one_line(word, 5_000) for word in spec.cmd))
        python = f" · {one_line(info.python)}" if info.python else ""
        self._folder.setText(f"in {one_line(info.cwd)}{python}")

    def clear(self) -> None:
        """Show nothing."""
        self._line = self._full = ""
        self.line_view.clear()
        self.arguments_view.clear()
        self._folder.clear()

    def _on_copy_clicked(self) -> None:
        copy_text(self._line, self.copy_button)

    def _on_copy_full_clicked(self) -> None:
        copy_text(self._full, self.copy_full_button)


def _set_text(view: QPlainTextEdit, text: str) -> None:
    shown = many_lines(text)
    if view.toPlainText() != shown:
        view.setPlainText(shown)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
