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

from hopla_gui.engine.commands.expand import JobList
from hopla_gui.engine.commands.shell import shell_line
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.editor import set_look
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
    all_wanted
        All jobs are to be shown.
    refused_wanted
        The first job that the script's parser refuses is to be shown.
    """

    problem_wanted = Signal()
    all_wanted = Signal()
    refused_wanted = Signal()

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
        self._all = QPushButton(icon("table"), "Show all jobs")
        self._all.setToolTip(tooltip("A table of all jobs, to switch off and to edit (Ctrl+J)"))
        self._all.clicked.connect(self.all_wanted)
        self._estimate = plain_label("", "dim")
        self._verdict = QPushButton()
        self._verdict.setProperty("verdict", True)
        policy = self._verdict.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # what stands below it does not jump
        self._verdict.setSizePolicy(policy)
        self._verdict.clicked.connect(self.refused_wanted)
        self._commands = _Commands()
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        head.addWidget(self._count, 1)
        head.addWidget(self._problem)
        head.addWidget(self._note)
        head.addWidget(self._copy)
        head.addWidget(self._all)
        below = QHBoxLayout()
        below.setSpacing(SPACING.SMALL)
        below.addWidget(self._estimate, 1)
        below.addWidget(self._verdict, 0, Qt.AlignmentFlag.AlignLeft)
        column = _Column(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addLayout(head)
        column.addLayout(below)
        column.addWidget(self._commands, 1)

    def show_jobs(self, jobs: JobList, counts: Sequence[int]) -> None:
        """Show what will run.

        Parameters
        ----------
        counts
            Number of places of each block, and of repetitions.
        """
        self._count.setText(count_text(len(jobs), counts, jobs.points))
        self.show_verdict("", refused=False)
        self._all.setEnabled(True)
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
        self.show_verdict("", refused=False)
        self.show_estimate("")
        self._commands.setPlainText("\n".join(problem.what for problem in problems[:20]))
        self._commands.setEnabled(False)
        self._commands.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    def show_estimate(self, text: str) -> None:
        """Say how long the jobs will take."""
        self._estimate.setText(text)
        self._estimate.setVisible(bool(text))

    def show_verdict(self, text: str, *, refused: bool, tip: str = "") -> None:
        """Say what the script's own parser makes of the jobs."""
        self._verdict.setText(text)
        self._verdict.setToolTip(tooltip(tip))
        self._verdict.setEnabled(refused)
        set_look(self._verdict, "problem", refused)
        self._verdict.setVisible(bool(text))

    @property
    def verdict_words(self) -> str:
        """What is said of the script's own parser."""
        return self._verdict.text()

    @property
    def estimate_words(self) -> str:
        """How long the jobs will take."""
        return self._estimate.text()

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


class _Column(QVBoxLayout):
    """Does not ask for the height of whole texts: the commands take what is left to them."""

    def hasHeightForWidth(self) -> bool:
        """Say that any height from the least one on will do."""
        return False


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
        return QSize(200, self._height_of(4))

    def minimumSizeHint(self) -> QSize:
        """Three lines high, none of them cut by the scroll bar."""
        return QSize(60, self._height_of(3))

    def _height_of(self, lines: int) -> int:
        room = self.horizontalScrollBar().sizeHint().height() + 12
        return lines * self.fontMetrics().lineSpacing() + room


def count_text(total: int | None, counts: Sequence[int], points: int | None = None) -> str:
    """Return the count in words, the blocks' sizes multiplied, less what is left out."""
    factors = f" {TIMES} ".join(f"{count:,}" for count in counts)
    if total is None:
        wanted = bool(counts) and 0 not in counts
        return f"{factors} {_jobs_word(prod(counts))}" if wanted else "No jobs yet"
    jobs = f"{total:,} {_jobs_word(total)}"
    left_out = (points or total) - total
    if left_out:
        return f"{factors} \N{MINUS SIGN} {left_out:,} = {jobs}"
    return f"{factors} = {jobs}" if len(counts) > 1 else jobs


def _jobs_word(count: int) -> str:
    return "job" if count == 1 else "jobs"


def _problem_words(problems: Sequence[UserError]) -> str:
    return "1 thing to mend" if len(problems) == 1 else f"{len(problems)} things to mend"
