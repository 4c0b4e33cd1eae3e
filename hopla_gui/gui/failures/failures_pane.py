"""Why jobs failed, at a glance: above the jobs, as soon as one has failed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.events import Event
from hopla_gui.domain.failure_groups import FailureGroup, FailureGroups
from hopla_gui.engine.commands.reproducing import full_command
from hopla_gui.engine.results.explaining import Explainer
from hopla_gui.gui.failures.failure_delegate import FailureDelegate
from hopla_gui.gui.failures.failure_model import FailureModel
from hopla_gui.gui.failures.failure_reader import FailureReader
from hopla_gui.gui.failures.group_view import GroupView
from hopla_gui.gui.jobs.plain_view import WholeLabel, copy_text, text_button
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.theme import SPACING, icon
from hopla_gui.turns import main_thread_works

ROWS = 3  # in sight at a time
_LINES_OF_OTHERS = 19  # as high is what stands around the causes, and five rows of jobs
_MUCH = 10_000  # pixels


class FailuresPane(QWidget):
    """A row for each cause; a click shows the jobs that failed for it, another one shows all.

    Signals
    -------
    group_chosen
        A `FailureGroup` whose jobs are to be shown, ``None`` for all jobs.
    rerun_wanted
        Job indices.
    job_wanted
        The job to show.
    """

    group_chosen = Signal(object)
    rerun_wanted = Signal(list)
    job_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunView | None = None
        self.reader = FailureReader(self)
        self.reader.changed.connect(self._show)
        self._chosen: Cause | None = None
        self._is_open: bool | None = None  # as somebody chose; else where there is room
        self._failed = self._causes = 0
        self._room = _MUCH
        self._shown = (-1, 0)  # rows and lines of each
        self._make_widgets()
        self._arrange()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    # --- building ----------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.model = FailureModel(self)
        self.view = GroupView()
        self.view.setModel(self.model)
        self._delegate = FailureDelegate(self.view)
        self.view.setItemDelegate(self._delegate)
        self.view.clicked_again.connect(self.choose_none)
        self.view.escaped.connect(self.choose_none)
        self.view.activated.connect(self._on_activated)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu_requested)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.title_button = QToolButton()
        self.title_button.setAutoRaise(True)
        self.title_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title_button.setIcon(icon("chevron-down"))
        self.title_button.setToolTip("Show or hide why jobs failed")
        self.title_button.clicked.connect(self._on_title_clicked)
        self._hint = WholeLabel()
        self.rerun_button = text_button("Run again", "retry", "Run the jobs of this group again")
        self.rerun_button.clicked.connect(self.rerun)
        self.command_button = text_button(
            "Copy command", "terminal", "Copy a command that reproduces the first job of the group"
        )
        self.command_button.clicked.connect(self.copy_command)
        self.copy_button = text_button("Copy", "copy", "Copy all causes as text (Ctrl+C)")
        self.copy_button.clicked.connect(self.copy_text)
        copy = QAction("Copy as text", self.view)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_text)
        self.view.addAction(copy)

    def _arrange(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.TINY)
        bar.addWidget(self.title_button)
        bar.addWidget(self._hint, 1)
        for button in self._buttons():
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.view)

    def _buttons(self) -> tuple[QToolButton, ...]:
        return self.rerun_button, self.command_button, self.copy_button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._fit_words()

    def minimumSizeHint(self) -> QSize:
        """Return the size at which the buttons are icons."""
        icons = sum(button.sizeHint().height() for button in self._buttons())
        return QSize(
            self.title_button.sizeHint().width() + icons, super().minimumSizeHint().height()
        )

    def _fit_words(self) -> None:
        """Write words on the buttons; where there is no room, they are icons."""
        style = Qt.ToolButtonStyle
        for button in self._buttons():
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon)
        widths = (button.sizeHint().width() for button in (self.title_button, *self._buttons()))
        if sum(widths) + len(self._buttons()) * SPACING.TINY > self.width():
            for button in self._buttons():
                button.setToolButtonStyle(style.ToolButtonIconOnly)

    # --- what it shows -----------------------------------------------------------------------

    def load(
        self,
        run: RunView | None,
        explainer: Explainer | None,
        failed: int = 0,
        groups: FailureGroups | None = None,
    ) -> None:
        """Show a run, or none.

        Parameters
        ----------
        explainer
            Says what sets its failures apart.
        failed
            How many jobs did not succeed: while their causes are read, these have room already.
        groups
            The causes, where they are read already.
        """
        if run is None or self._run is None or run.run_dir != self._run.run_dir:
            self._chosen = None
        self._run, self._failed = run, failed
        self.reader.load(run, explainer, groups)
        self._show()

    def apply(self, events: Sequence[Event]) -> None:
        """Take in what has happened."""
        self.reader.apply(events)

    def finish(self) -> None:
        """Say what sets the groups apart now that no job is left."""
        self._show()
        self.reader.explain()

    def stop(self) -> None:
        """Have nothing under way any more."""
        self.reader.stop()

    @property
    def groups(self) -> FailureGroups | None:
        """The groups as they stand; ``None`` while they are read."""
        return self.reader.groups

    @Slot()
    def _show(self) -> None:
        main_thread_works()
        is_reading = self.reader.groups is None
        groups = self.reader.groups.ordered() if self.reader.groups is not None else []
        chosen = self.chosen
        runs_again = chosen is not None and not chosen.jobs  # and may fail again
        shown = [*groups, chosen] if chosen is not None and runs_again else groups
        if self.model.show_groups(shown, self.reader.rules):
            self._select(self._chosen)
        jobs = self._failed if is_reading else sum(map(len, groups))
        causes = min(jobs, ROWS) if is_reading else len(shown)
        what = "1 job did not succeed" if jobs == 1 else f"{jobs:,} jobs did not succeed"
        why = f", for {len(groups):,} reasons" if len(groups) > 1 else ""
        self.title_button.setText(what + (" · reading why…" if is_reading else why))
        self._fit(causes)
        self._refresh_buttons()

    def _fit(self, causes: int) -> None:
        self._causes = causes
        self.setVisible(causes > 0)
        rows, lines = shown = self._fitting(min(causes, ROWS))
        if shown == self._shown:
            return
        self._shown = shown
        self._delegate.lines = lines
        self.title_button.setIcon(icon("chevron-down" if rows else "chevron-right"))
        height = self._delegate.row_height(self.view.fontMetrics())
        self.view.setFixedHeight(rows * height + 2 * self.view.frameWidth())
        self.view.scheduleDelayedItemsLayout()
        self.view.setVisible(rows > 0)
        self._refresh_buttons()

    def _fitting(self, wanted: int) -> tuple[int, int]:
        """Return how many rows are in sight, and with how many lines each."""
        if self._is_open is False:
            return 0, 2
        one_line, two_lines = (
            self._delegate.row_height(self.view.fontMetrics(), lines) for lines in (1, 2)
        )
        if wanted * two_lines <= self._room:
            return wanted, 2
        return wanted if self._is_open else min(wanted, self._room // one_line), 1

    @Slot(int)
    def fit_into(self, height: int) -> None:
        """Leave room for some jobs in so many pixels, which all that is seen of a run has."""
        self._room = max(0, height - _LINES_OF_OTHERS * self.fontMetrics().height())
        self._fit(self._causes)

    def _on_title_clicked(self) -> None:
        self._set_open(not self._shown[0])

    def save_state(self) -> str:
        """Return whether the causes are to be seen, as a text for the settings."""
        return {None: "", True: "open", False: "folded"}[self._is_open]

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned."""
        self._set_open({"open": True, "folded": False}.get(state))

    def _set_open(self, is_open: bool | None) -> None:
        self._is_open = is_open
        self._fit(self._causes)

    # --- the group that is chosen --------------------------------------------------------------

    @property
    def chosen(self) -> FailureGroup | None:
        """The group whose jobs are shown."""
        if self.reader.groups is None or self._chosen is None:
            return None
        return self.reader.groups.group(self._chosen)

    def choose_none(self) -> None:
        """Show all jobs again."""
        self.view.clearSelection()
        self.view.selectionModel().clearCurrentIndex()

    def forget_choice(self) -> None:
        """Take note that other jobs are shown, by another hand."""
        self._chosen = None
        self._select(None)
        self._refresh_buttons()

    def _select(self, cause: Cause | None) -> None:
        row = self.model.row_of(cause) if cause is not None else None
        selection = self.view.selectionModel()
        was_blocked = selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(self.model.index(row), flag)
        selection.blockSignals(was_blocked)
        self.view.viewport().update()

    @Slot()
    def _on_selection_changed(self) -> None:
        """Take up the choice; a row that is current alone is not chosen: focus makes it so."""
        rows = self.view.selectionModel().selectedRows()
        group = self.model.group(rows[0].row()) if rows else None
        self._chosen = group.cause if group is not None else None
        self._refresh_buttons()
        self.group_chosen.emit(group)

    def _refresh_buttons(self) -> None:
        group = self.chosen
        for button in (self.rerun_button, self.command_button):
            button.setEnabled(bool(group))  # not where all of its jobs run again
        if group is None:
            self.rerun_button.setText("Run again")
        else:
            self.rerun_button.setText(
                f"Run {len(group):,} again" if len(group) > 1 else "Run again"
            )
        can_click = self.model.rowCount() > 0 and self._shown[0] > 0
        self._hint.setText("Esc shows all" if group else "click to filter" if can_click else "")
        self._fit_words()

    def _on_activated(self, index: QModelIndex) -> None:
        group = self.model.group(index.row())
        if group is not None:
            self.job_wanted.emit(min(group.jobs))

    # --- what can be done with it --------------------------------------------------------------

    def rerun(self) -> None:
        """Ask for the jobs of the group to run again."""
        group = self.chosen
        if group:
            self.rerun_wanted.emit(sorted(group.jobs))

    def copy_command(self) -> None:
        """Copy a shell line that does what the first job of the group did."""
        group = self.chosen
        if group and self._run is not None:
            line = full_command(self._run.info, self._run.spec(min(group.jobs)))
            copy_text(line, self.command_button)

    def copy_text(self) -> None:
        """Copy the causes as text."""
        words = (self.model.words(row).text for row in range(self.model.rowCount()))
        copy_text("\n".join(words), self.copy_button)

    def _on_menu_requested(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = self.chosen
        if group:
            again = f"Run {len(group):,} jobs again" if len(group) > 1 else "Run the job again"
            menu.addAction(icon("retry"), again, self.rerun)
            menu.addAction(icon("terminal"), "Copy a reproducing command", self.copy_command)
        menu.addAction(icon("copy"), "Copy all causes as text", self.copy_text)
        menu.popup(self.view.viewport().mapToGlobal(at))
