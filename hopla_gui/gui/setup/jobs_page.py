"""The page of all jobs that the form makes: the table, what it comes to, the command of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.commands.expand import JobList
from hopla_gui.gui.flow_layout import FlowRow
from hopla_gui.gui.jobs.plain_view import copy_text, plain_view, set_wrapped, text_button
from hopla_gui.gui.jobs.text import many_lines
from hopla_gui.gui.setup.job_table import JobTable
from hopla_gui.gui.setup.job_table_model import MOST_ROWS, JobTableModel
from hopla_gui.gui.setup.plain_text import plain_label
from hopla_gui.gui.theme import SPACING

_HINT = "Space: on or off · Enter: edit · Del: take edits back · Ctrl+C, Ctrl+V: spreadsheet"


class JobsPage(QWidget):
    """Lists all jobs before they run.

    Parameters
    ----------
    as_text, as_value
        (parameter, value) → text of a cell, and back.
    command
        A job's whole command as a shell line.

    Signals
    -------
    edits_wanted
        What is done by hand to single jobs, all of it.
    refused
        Why something cannot be done, in words.
    close_wanted
        Back to what was shown before.
    """

    edits_wanted = Signal(tuple)
    refused = Signal(str)
    close_wanted = Signal()

    def __init__(
        self,
        as_text: Callable[[str, object], str],
        as_value: Callable[[str, str], object],
        command: Callable[[JobSpec], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._first_refused: int | None = None
        self.model = JobTableModel(as_text, as_value, self)
        self.model.edits_wanted.connect(self.edits_wanted)
        self.model.refused.connect(self.refused)
        self.table = JobTable(self.model)
        self.summary = plain_label("", "dim", wrap=False)
        self.estimate = plain_label("", "dim", wrap=False)
        self.check = QPushButton()
        self.check.setFlat(True)
        self.check.clicked.connect(self.show_refused)
        self.line = plain_view("Command of the selected job")
        self.line.setTabChangesFocus(True)
        set_wrapped(self.line, True)
        self._lay_out()
        self.table.selectionModel().currentChanged.connect(self._on_current_changed)
        self.model.dataChanged.connect(self._show_command)
        self.model.modelReset.connect(self._show_command)
        self.model.layoutChanged.connect(self._show_command)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.LARGE)
        column.setSpacing(SPACING.SMALL)
        column.addLayout(self._head())
        column.addWidget(self._tools())
        column.addWidget(self.table, 1)
        column.addLayout(self._command_head())
        column.addWidget(self.line)
        self.line.setFixedHeight(3 * self.line.fontMetrics().lineSpacing() + 16)

    def _head(self) -> QHBoxLayout:
        title = QLabel("All jobs")
        title.setProperty("title", True)
        self.close_button = text_button("Close", "close", "Back to the form (Esc)")
        self.close_button.clicked.connect(self.close_wanted)
        head = QHBoxLayout()
        head.setSpacing(SPACING.MEDIUM)
        head.addWidget(title)
        head.addWidget(self.summary)
        head.addWidget(self.estimate)
        head.addStretch(1)
        head.addWidget(self.check)
        head.addWidget(self.close_button)
        return head

    def _tools(self) -> QWidget:
        row = FlowRow(SPACING.SMALL, SPACING.SMALL)
        for action in (
            self.table.switch_action,
            self.table.back_action,
            self.table.copy_titles_action,
            self.table.paste_action,
        ):
            row.flow.addWidget(_button(action))
        row.flow.addWidget(plain_label(_HINT, "dim", wrap=False))
        return row

    def _command_head(self) -> QHBoxLayout:
        self.line_title = plain_label("Command", "heading", wrap=False)
        self.copy_button = text_button("Copy command", "copy")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        row = QHBoxLayout()
        row.addWidget(self.line_title, 1)
        row.addWidget(self.copy_button)
        return row

    def stop(self) -> None:
        """Sort and copy no more."""
        self.table.stop()
        self.model.stop()

    # --- what is shown ---------------------------------------------------------------------

    def show_jobs(self, jobs: JobList | None, edits: Sequence[JobEdit]) -> None:
        """Show the jobs that the form makes now; ``None`` where something is wrong in it."""
        self.model.set_jobs(jobs, edits)
        self.show_refusals({}, "")
        mend = "Something in the form is to be mended first."
        self.summary.setText(_summary(jobs) if jobs is not None else mend)

    def show_estimate(self, text: str) -> None:
        """Say how long the jobs will take."""
        self.estimate.setText(text)

    def show_refusals(self, refusals: Mapping[int, str], text: str) -> None:
        """Show what the script's parser says of jobs, by index, and of all of them in words."""
        self._first_refused = min(refusals, default=None)
        self.check.setText(text)
        self.check.setEnabled(bool(refusals))
        self.check.setProperty("problem", bool(refusals))
        self.check.style().unpolish(self.check)
        self.check.style().polish(self.check)
        self.check.setVisible(bool(text))
        self.model.set_refusals(refusals)

    @Slot()
    def show_refused(self) -> None:
        """Go to the first job that the script's parser refuses."""
        if self._first_refused is not None:
            self.table.go_to(self.model.row_of_job(self._first_refused))
            self.table.setFocus()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_command()

    @Slot()
    def _show_command(self) -> None:
        row = self.table.currentIndex().row()
        job = self.model.job(row) if 0 <= row < self.model.rowCount() else None
        text = self._command(job) if isinstance(job, JobSpec) else ""
        name = job.name if isinstance(job, JobSpec) else ""
        self.line_title.setText(f"Command of {name}" if name else "Command")
        self.line.setPlainText(many_lines(text))

    @Slot()
    def _on_copy_clicked(self) -> None:
        row = self.table.currentIndex().row()
        job = self.model.job(row) if 0 <= row < self.model.rowCount() else None
        if isinstance(job, JobSpec):
            copy_text(self._command(job), self.copy_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        else:
            super().keyPressEvent(event)


def _summary(jobs: JobList) -> str:
    told = [f"{len(jobs):,} {'job' if len(jobs) == 1 else 'jobs'}"]
    off, edited, excluded = jobs.switched_off, jobs.edited, jobs.excluded
    told += [f"{off:,} switched off"] if off else []
    told += [f"{edited:,} edited by hand"] if edited else []
    told += [f"{excluded:,} left out by rules"] if excluded else []
    told += [f"the first {MOST_ROWS:,} shown"] if jobs.rows > MOST_ROWS else []
    return " · ".join(told)


def _button(action: QAction) -> QPushButton:
    button = QPushButton(action.icon(), action.text())
    button.setToolTip(action.toolTip())
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    return button
