"""Says that the script has changed, and how, before the form follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from hopla_gui.domain.parserdiff import ParserChange
from hopla_gui.errors import HoplaError
from hopla_gui.gui.jobs.plain_view import text_button
from hopla_gui.gui.jobs.text import many_lines
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING, fixed_font, icon

_LINES_AT_MOST = 7
_DETAIL_AT_MOST = 50_000


class ChangeBar(QWidget):
    """Stands above the form while it lags behind its script.

    Signals
    -------
    update_wanted
        The form is to follow.
    """

    update_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = plain_label()
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(fixed_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName("What has changed")
        self.fold = text_button("Details", "chevron-right")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._on_fold_toggled)
        self.update_button = QPushButton("Update the form")
        self.update_button.setToolTip("What you gave is carried over; undo takes it back (Ctrl+R)")
        self.update_button.clicked.connect(self.update_wanted)
        self.close_button = text_button("Not now", "close")
        self.close_button.clicked.connect(self.hide)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING.SMALL)
        buttons.addWidget(self.update_button)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        buttons.addWidget(self.fold)
        self._frame = QFrame()
        around = QVBoxLayout(self)
        around.setContentsMargins(SPACING.LARGE, SPACING.TINY, SPACING.LARGE, SPACING.SMALL)
        around.addWidget(self._frame)
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(SPACING.MEDIUM, SPACING.SMALL, SPACING.SMALL, SPACING.SMALL)
        column.setSpacing(SPACING.SMALL)
        column.addWidget(self.text)
        column.addWidget(self.details)
        column.addLayout(buttons)

    def show_changes(
        self, script: str, changes: Sequence[ParserChange], notes: Sequence[str]
    ) -> None:
        """Say how the form would differ, and what becomes of the values given."""
        told = [str(change) for change in changes]
        self._show(f"{script} has changed: {change_words(changes)}.", [*told, *notes], "info")
        self.update_button.setText("Update the form")
        self.fold.setChecked(len(told) + len(notes) <= _LINES_AT_MOST)

    def show_error(self, script: str, error: HoplaError) -> None:
        """Say that the parser cannot be read as the file stands now."""
        text = f"{script} has changed, and cannot be read as it stands: {error.what}"
        self._show(text, error.detail[-_DETAIL_AT_MOST:].splitlines(), "warning")
        self.update_button.setText("Try again")
        self.fold.setChecked(False)

    def _show(self, text: str, lines: Sequence[str], level: str) -> None:
        self._frame.setProperty("message", level)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
        self.text.setText(text)
        self.details.setPlainText(many_lines("\n".join(lines)))
        rows = min(max(len(lines), 1), _LINES_AT_MOST)
        self.details.setFixedHeight(rows * self.details.fontMetrics().lineSpacing() + 12)
        self.fold.setVisible(bool(lines))
        self._on_fold_toggled(self.fold.isChecked())
        self.show()

    @Slot(bool)
    def _on_fold_toggled(self, opened: bool) -> None:
        self.fold.setIcon(icon("chevron-down" if opened else "chevron-right"))
        self.details.setVisible(opened and bool(self.details.toPlainText()))


def change_words(changes: Sequence[ParserChange]) -> str:
    """Return how many parameters changed, and how: ``1 added, 2 retyped``."""
    times = Counter(str(change.kind) for change in changes)
    return ", ".join(
        f"{count} with another default" if kind == "default" else f"{count} {kind}"
        for kind, count in times.items()
    )
