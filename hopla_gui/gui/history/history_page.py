"""The page of the stored runs: a table with a filter, and what can be done with a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.cluster import PLACE_WORDS
from hopla_gui.gui.flow_layout import FlowRow
from hopla_gui.gui.history.history_model import Column, HistoryModel
from hopla_gui.gui.history.jobs_delegate import JobsDelegate
from hopla_gui.gui.history.run_summary import RunSummary
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.formatting import when
from hopla_gui.gui.jobs.plain_view import dim_label, text_button
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.table_look import make_plain
from hopla_gui.gui.theme import SPACING, icon

_WIDTHS = {Column.RUN: 280, Column.STARTED: 130, Column.JOBS: 300, Column.WORKERS: 80}


class HistoryPage(QWidget):
    """Lists the stored runs; tells what the user wants of them, and does nothing to them.

    Signals
    -------
    open_wanted, run_again_wanted
        A run's folder.
    resume_wanted
        A run's folder, and whether failed jobs are to run too.
    delete_wanted
        `RunSummary` of each selected run.
    described
        A run's folder, ``title`` or ``note``, and its text.
    close_wanted
        Back to what was shown before.
    """

    open_wanted = Signal(object)
    run_again_wanted = Signal(object)
    resume_wanted = Signal(object, bool)
    delete_wanted = Signal(list)
    described = Signal(object, str, str)
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_loading = False
        self.model = HistoryModel(self)
        self.model.described.connect(self.described)
        self.table = _RunTable(self.model)
        self.search_box = QLineEdit()
        self.search_box.setPlaceholderText("Filter by title, script, note…")
        self.search_box.setAccessibleName("Filter runs by words")
        self.search_box.setClearButtonEnabled(True)
        self.search_box.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search_box.setMaximumWidth(360)
        self.search_box.textChanged.connect(self._on_filter_changed)
        self.about = dim_label()
        self.about.setWordWrap(True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._make_actions()
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.doubleClicked.connect(lambda _: self.open_action.trigger())
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.model.modelReset.connect(self._on_selection_changed)
        self._on_selection_changed()

    def _make_actions(self) -> None:
        self.open_action = self._action("Open", "open", self._open, "Return", "Enter")
        self.resume_action = self._action("Resume", "run", self._resume)
        self.resume_failed_action = self._action(
            "Resume with failed ones", "retry", self._resume_failed
        )
        self.again_action = self._action("Run again", "refresh", self._run_again)
        self.rename_action = self._action("Rename", "script", self._rename, "F2")
        self.note_action = self._action("Note", "info", self._write_note)
        self.delete_action = self._action("Delete…", "remove", self._delete, "Delete")
        self.resume_action.setToolTip("Run what is queued, lost or cancelled")
        self.resume_failed_action.setToolTip("Run what failed or timed out once more, too")
        self.again_action.setToolTip("Fill the form as it was, and run it as a new run")

    def _action(self, text: str, icon_name: str, slot: Callable[[], None], *keys: str) -> QAction:
        action = QAction(icon(icon_name), text, self.table)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        if keys:
            action.setToolTip(f"{text.rstrip('…')} ({keys[0]})")
        self.table.addAction(action)
        return action

    def _lay_out(self) -> None:
        title = QLabel("History")
        title.setProperty("title", True)
        self.close_button = text_button("Close", "close", "Back to the form and the jobs (Esc)")
        self.close_button.clicked.connect(self.close_wanted)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.search_box, 2)
        head.addWidget(self.close_button)
        foot = FlowRow(SPACING.SMALL, SPACING.SMALL)
        for action in (
            self.open_action,
            self.resume_action,
            self.resume_failed_action,
            self.again_action,
            self.rename_action,
            self.note_action,
            self.delete_action,
        ):
            foot.flow.addWidget(_button(action))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.LARGE)
        column.setSpacing(SPACING.SMALL)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.about)
        column.addWidget(foot)

    # --- what is shown ---------------------------------------------------------------------

    def show_loading(self) -> None:
        """Say that the runs are being read; those that are known stay."""
        self._is_loading = True
        self._show_empty_text()

    def show_runs(self, runs: Sequence[RunSummary], *, complete: bool) -> None:
        """Show runs, the newest first; what was selected stays so."""
        kept = [run.run_dir for run in self.selected()]
        self._is_loading = not complete
        self.model.set_runs(runs)
        self._show_empty_text()
        self._select(kept)

    def update_run(self, run: RunSummary) -> None:
        """Show what a run has become."""
        self.model.update_run(run)
        self._on_selection_changed()

    def selected(self) -> list[RunSummary]:
        """Return the runs that are selected."""
        rows = self.table.selectionModel().selectedRows()
        return [run for run in map(self.model.summary, rows) if run is not None]

    def select(self, run_dir: Path) -> None:
        """Select one run."""
        self._select([run_dir])

    def _select(self, run_dirs: Sequence[Path]) -> None:
        rows = [row for where in run_dirs if (row := self.model.row_of(where)) is not None]
        flag = QItemSelectionModel.SelectionFlag
        for row in rows or ([0] if self.model.rowCount() else []):
            index = self.model.index(row, Column.RUN)
            self.table.selectionModel().setCurrentIndex(index, flag.NoUpdate)
            self.table.selectionModel().select(index, flag.Select | flag.Rows)

    def _show_empty_text(self) -> None:
        if self._is_loading:
            self.table.empty = ("Reading the stored runs…", "")
        elif self.model.total:
            self.table.empty = ("No run matches", "Change or clear the filter.")
        else:
            self.table.empty = ("No runs yet", "Each run is kept here, with all its results.")
        self.table.viewport().update()

    def focus_search(self) -> None:
        """Put the cursor in the search box."""
        self.search_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_box.selectAll()

    @Slot()
    def _on_selection_changed(self) -> None:
        runs = self.selected()
        one = runs[0] if len(runs) == 1 else None
        is_free = one is not None and one.holder is None and not one.is_read_only
        self.open_action.setEnabled(one is not None)
        self.again_action.setEnabled(one is not None)
        self.resume_action.setEnabled(is_free and bool(one and one.left))
        self.resume_failed_action.setEnabled(is_free and bool(one and one.failed))
        self.rename_action.setEnabled(one is not None)
        self.note_action.setEnabled(one is not None)
        self.delete_action.setEnabled(bool(runs) and all(run.holder is None for run in runs))
        self.about.setText(about_words(one) if one else several_words(runs) if runs else "")

    # --- what the user does ----------------------------------------------------------------

    def menu(self) -> QMenu:
        """Return the menu for the selected runs."""
        menu = QMenu(self)
        menu.addActions([self.open_action, self.resume_action, self.resume_failed_action])
        menu.addAction(self.again_action)
        menu.addSeparator()
        menu.addActions([self.rename_action, self.note_action])
        menu.addSeparator()
        menu.addAction(self.delete_action)
        return menu

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        if self.selected():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        kept = [run.run_dir for run in self.selected()]
        self.model.set_filter(text)
        self._show_empty_text()
        self._select(kept)

    def _open(self) -> None:
        for run in self.selected()[:1]:
            self.open_wanted.emit(run.run_dir)

    def _resume(self) -> None:
        for run in self.selected()[:1]:
            self.resume_wanted.emit(run.run_dir, False)

    def _resume_failed(self) -> None:
        for run in self.selected()[:1]:
            self.resume_wanted.emit(run.run_dir, True)

    def _run_again(self) -> None:
        for run in self.selected()[:1]:
            self.run_again_wanted.emit(run.run_dir)

    def _delete(self) -> None:
        if runs := self.selected():
            self.delete_wanted.emit(runs)

    def _rename(self) -> None:
        self._edit(Column.RUN)

    def _write_note(self) -> None:
        self._edit(Column.NOTE)

    def _edit(self, column: Column) -> None:
        rows = self.table.selectionModel().selectedRows()
        if len(rows) == 1:
            index = rows[0].siblingAtColumn(column)
            self.table.scrollTo(index)
            self.table.setFocus()
            self.table.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            if self.search_box.text():
                self.search_box.clear()
            else:
                self.close_wanted.emit()
        else:
            super().keyPressEvent(event)


class _RunTable(QTableView):
    """The table, which says so where it is empty."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__()
        self.empty = ("", "")
        self.setModel(model)
        make_plain(self, padding=14)
        self.setAccessibleName("Stored runs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegateForColumn(Column.JOBS, JobsDelegate(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go to the first and the last run with Home and End, not to the ends of a row."""
        moves = QAbstractItemView.CursorAction
        rows, column = self.model().rowCount(), max(self.currentIndex().column(), 0)
        if rows and action in (moves.MoveHome, moves.MoveEnd):
            return self.model().index(0 if action == moves.MoveHome else rows - 1, column)
        return super().moveCursor(action, modifiers)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Draw the words of the jobs anew, which end where the table does."""
        super().scrollContentsBy(dx, dy)
        if dx:
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; say what there is where there are none."""
        super().paintEvent(event)
        if not self.model().rowCount():
            paint_empty_state(self.viewport(), "history", *self.empty)


def _button(action: QAction) -> QPushButton:
    button = QPushButton(action.icon(), action.text())
    button.setToolTip(action.toolTip())
    button.setAutoDefault(False)
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button


def several_words(runs: Sequence[RunSummary]) -> str:
    """Return how many runs there are, and why they cannot be deleted where somebody has one."""
    held = [run for run in runs if run.holder is not None]
    if not held:
        return f"{len(runs):,} runs"
    first = held[0]
    started = when(first.started, datetime.now().astimezone())
    user = one_line(first.holder or "")
    who = "is running in this window" if first.is_ours else f"is in use by {user}"
    name, others = one_line(first.name, 60), len(held) - 1
    also = f", {others:,} more {'is' if others == 1 else 'are'} in use, too" if others else ""
    return f"{len(runs):,} runs. They cannot be deleted: {name} of {started} {who}{also}"


def about_words(run: RunSummary) -> str:
    """Return who works on a run, or where it lies and what can be resumed."""
    where = one_line(str(run.run_dir), 200)
    if run.is_ours:
        return f"Running in this window. {where}"
    if run.holder:
        return f"In use by {one_line(run.holder)}. {where}"
    if run.goes_on:
        place = PLACE_WORDS.get(run.on, run.on)
        return f"Its jobs were running on {place}: open it to follow them. {where}"
    if run.is_crashed:
        count = run.counts.running
        jobs = "1 job" if count == 1 else f"{count:,} jobs"
        then = "its folder cannot be written" if run.is_read_only else "resume runs what is left"
        return f"The program ended while {jobs} ran: {then}. {where}"
    if run.left:
        but = ", but its folder cannot be written" if run.is_read_only else ""
        return f"{run.left:,} of {run.counts.total:,} jobs are left to run{but}. {where}"
    return where
