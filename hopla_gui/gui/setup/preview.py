"""How many jobs the form makes, and the first of their commands."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.command import shell_line
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.plain_text import TIMES, plain_label, tooltip
from hopla_gui.gui.theme import SPACING, fixed_font, icon

COMMANDS_SHOWN = 100
_LINE_AT_MOST = 2_000


class Preview(QWidget):
    """The count, and commands as lines for a shell, to select and copy.

    Signals
    -------
    problem_wanted
        A person wants to see the first problem at its field.
    """

    problem_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = plain_label("", "heading")
        self._note = plain_label("", "dim", wrap=False)
        self._problem = QPushButton()
        self._problem.setFlat(True)
        self._problem.setProperty("problem", True)
        self._problem.clicked.connect(self.problem_wanted)
        self._copy = QToolButton()
        self._copy.setIcon(icon("copy"))
        self._copy.setAutoRaise(True)
        self._copy.setToolTip(tooltip("Copy the commands shown"))
        self._copy.setAccessibleName("Copy the commands")
        self._copy.clicked.connect(self.copy)
        self._commands = _Commands()
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        head.addWidget(self._count, 1)
        head.addWidget(self._problem)
        head.addWidget(self._note)
        head.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addLayout(head)
        column.addWidget(self._commands, 1)

    def show_jobs(self, jobs: Sequence[JobSpec], counts: Sequence[int]) -> None:
        """Show what will run.

        Parameters
        ----------
        counts
            Number of places of each block.
        """
        self._count.setText(count_text(len(jobs), counts))
        first = [jobs[place] for place in range(min(len(jobs), COMMANDS_SHOWN))]
        self._commands.setPlainText("\n".join(shell_line(job.cmd)[:_LINE_AT_MOST] for job in first))
        more = len(jobs) - len(first)
        self._note.setText(f"first {len(first)}" if more else "")
        self._note.setVisible(bool(more))
        self._problem.hide()
        self._copy.setEnabled(True)
        self._commands.setEnabled(True)
        self._commands.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def show_problems(self, problems: Sequence[UserError], counts: Sequence[int]) -> None:
        """Show why nothing can run yet; the reasons stand in the commands' place."""
        self._count.setText(count_text(None, counts))
        self._problem.setText(_problem_words(problems))
        self._problem.setToolTip(tooltip("\n".join(problem.what for problem in problems[:20])))
        self._problem.show()
        self._note.hide()
        self._copy.setEnabled(False)
        self._commands.setPlainText("\n".join(problem.what for problem in problems[:20]))
        self._commands.setEnabled(False)
        self._commands.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    @property
    def count_words(self) -> str:
        """What the heading says."""
        return self._count.text()

    @property
    def text(self) -> str:
        """The commands shown, one a line."""
        return self._commands.toPlainText()

    @Slot()
    def copy(self) -> None:
        """Put the commands shown on the clipboard."""
        QGuiApplication.clipboard().setText(self.text + "\n")


class _Commands(QPlainTextEdit):
    """Read-only lines, not wrapped."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFont(fixed_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Commands")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def sizeHint(self) -> QSize:
        """Four lines high."""
        return QSize(200, 4 * self.fontMetrics().lineSpacing() + 24)

    def minimumSizeHint(self) -> QSize:
        """Two lines high."""
        return QSize(60, 2 * self.fontMetrics().lineSpacing() + 16)


def count_text(total: int | None, counts: Sequence[int]) -> str:
    """Return the count in words, the blocks' sizes multiplied."""
    factors = f" {TIMES} ".join(f"{count:,}" for count in counts)
    if total is None:
        wanted = bool(counts) and 0 not in counts
        return f"{factors} {_jobs_word(prod(counts))}" if wanted else "No jobs yet"
    jobs = f"{total:,} {_jobs_word(total)}"
    return f"{factors} = {jobs}" if len(counts) > 1 else jobs


def _jobs_word(count: int) -> str:
    return "job" if count == 1 else "jobs"


def _problem_words(problems: Sequence[UserError]) -> str:
    return "1 thing to mend" if len(problems) == 1 else f"{len(problems)} things to mend"
