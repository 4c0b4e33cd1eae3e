"""Why jobs failed, at a glance: above the jobs, as soon as one has failed.

Causes are read, and what sets them apart is worked out, on a thread; events are counted at once
and shown some times a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.distinguishing import Rule
from hopla_gui.domain.events import Event
from hopla_gui.domain.failure_groups import FailureGroup, FailureGroups
from hopla_gui.engine.commands.reproducing import full_command
from hopla_gui.engine.results.explaining import Explainer, read_groups
from hopla_gui.gui.failures.failure_delegate import FailureDelegate
from hopla_gui.gui.failures.failure_model import ROWS_AT_MOST, FailureModel
from hopla_gui.gui.jobs.plain_view import copy_text, text_button
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.setup.background import Background, IsStale
from hopla_gui.gui.theme import SPACING, icon

ROWS = 3  # in sight at a time
SHOW_MS = 250
EXPLAIN_MS = 2000

Found = tuple[FailureGroups | None, dict[Cause, list[Rule]]]


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
    height_changed
        It takes more room, or less.
    """

    group_chosen = Signal(object)
    rerun_wanted = Signal(list)
    job_wanted = Signal(int)
    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunView | None = None
        self._groups: FailureGroups | None = None  # None: not read yet
        self._missed: list[Event] = []  # while they are read
        self._rules: dict[Cause, list[Rule]] = {}
        self._explainer: Explainer | None = None
        self._chosen: Cause | None = None
        self._is_open = True
        self._shown_rows = -1
        self._background = Background(self)
        self._background.done.connect(self._on_found)
        self._show_timer = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._show_timer.timeout.connect(self._show)
        self._explain_timer = QTimer(self, singleShot=True, interval=EXPLAIN_MS)
        self._explain_timer.timeout.connect(self._explain)
        self._make_widgets()
        self._arrange()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    # --- building ----------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.model = FailureModel(self)
        self.view = _GroupView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(FailureDelegate(self.view))
        self.view.clicked_again.connect(self.choose_none)
        self.view.escaped.connect(self.choose_none)
        self.view.activated.connect(self._on_activated)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu_requested)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.title_button = QToolButton()
        self.title_button.setAutoRaise(True)
        self.title_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title_button.setIcon(icon("chevron-down"))
        self.title_button.setToolTip("Show or hide why jobs failed")
        self.title_button.clicked.connect(self._on_title_clicked)
        self._hint = QLabel()
        self._hint.setProperty("dim", True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
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
        for button in (self.rerun_button, self.command_button, self.copy_button):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self.view)

    # --- what it shows -----------------------------------------------------------------------

    def load(self, run: RunView | None) -> None:
        """Show a run, or none."""
        self._background.forget()
        self._show_timer.stop()
        self._explain_timer.stop()
        self._run, self._groups, self._missed, self._rules = run, None, [], {}
        self._explainer = Explainer(run) if run is not None else None
        self._chosen = None
        self._show()
        if run is not None:
            self._background.start(lambda is_stale: _read(run, self._explainer, is_stale))

    def apply(self, events: Sequence[Event]) -> None:
        """Take in what has happened."""
        if self._groups is None:
            self._missed += events
        elif self._groups.apply(events):
            self._start_timers()

    def finish(self) -> None:
        """Say what sets the groups apart now that no job is left."""
        if self._groups is not None and len(self._groups):
            self._show()
            self._explain()

    def stop(self) -> None:
        """Have nothing under way any more."""
        self._background.stop()
        self._show_timer.stop()
        self._explain_timer.stop()

    @property
    def groups(self) -> FailureGroups | None:
        """The groups as they stand; ``None`` while they are read."""
        return self._groups

    def _start_timers(self) -> None:
        for timer in (self._show_timer, self._explain_timer):
            if not timer.isActive():
                timer.start()

    def _explain(self) -> None:
        groups, explainer = self._groups, self._explainer
        if groups is None or explainer is None:
            return
        largest = {group.cause: list(group.jobs) for group in groups.ordered()[:ROWS_AT_MOST]}

        def work(_is_stale: IsStale) -> Found:
            return None, dict(zip(largest, explainer.explain(largest.values()), strict=True))

        self._background.start(work)

    def _on_found(self, found: Found) -> None:
        groups, self._rules = found
        if groups is not None:
            missed, self._missed, self._groups = self._missed, [], groups
            if groups.apply(missed):
                self._start_timers()
        self._show()

    def _show(self) -> None:
        groups = self._groups.ordered() if self._groups is not None else []
        if self.model.show_groups(groups, self._rules):
            self._select(self._chosen)
        jobs, causes = sum(map(len, groups)), len(groups)
        what = "1 job did not succeed" if jobs == 1 else f"{jobs:,} jobs did not succeed"
        why = f", for {causes:,} reasons" if causes > 1 else ""
        self.title_button.setText(what + why)
        self._refresh_buttons()
        self._fit(causes)

    def _fit(self, rows: int) -> None:
        shown = min(rows, ROWS) if self._is_open else 0
        if shown == self._shown_rows:
            return
        self._shown_rows = shown
        height = max(self.view.sizeHintForRow(0), 1)
        self.view.setFixedHeight(max(shown, 1) * height + 2 * self.view.frameWidth())
        self.view.setVisible(shown > 0)
        self.setVisible(rows > 0)
        self.height_changed.emit()

    def _on_title_clicked(self) -> None:
        self._is_open = not self._is_open
        self.title_button.setIcon(icon("chevron-down" if self._is_open else "chevron-right"))
        self._fit(self.model.rowCount())

    # --- the group that is chosen --------------------------------------------------------------

    @property
    def chosen(self) -> FailureGroup | None:
        """The group whose jobs are shown."""
        if self._groups is None or self._chosen is None:
            return None
        return self._groups.group(self._chosen)

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

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        group = self.model.group(current.row()) if current.isValid() else None
        self._chosen = group.cause if group is not None else None
        self._refresh_buttons()
        self.group_chosen.emit(group)

    def _refresh_buttons(self) -> None:
        group = self.chosen
        for button in (self.rerun_button, self.command_button):
            button.setEnabled(group is not None)
        if group is None:
            self.rerun_button.setText("Run again")
        else:
            self.rerun_button.setText(
                f"Run {len(group):,} again" if len(group) > 1 else "Run again"
            )
        is_known = self.model.rowCount() > 0
        hint = (
            "" if not is_known else "shown below; Esc shows all" if group else "click to see them"
        )
        self._hint.setText(hint)

    def _on_activated(self, index: QModelIndex) -> None:
        group = self.model.group(index.row())
        if group is not None:
            self.job_wanted.emit(min(group.jobs))

    # --- what can be done with it --------------------------------------------------------------

    def rerun(self) -> None:
        """Ask for the jobs of the group to run again."""
        group = self.chosen
        if group is not None:
            self.rerun_wanted.emit(sorted(group.jobs))

    def copy_command(self) -> None:
        """Copy a shell line that does what the first job of the group did."""
        group = self.chosen
        if group is not None and self._run is not None:
            copy_text(full_command(self._run.info, self._run.spec(min(group.jobs))))

    def copy_text(self) -> None:
        """Copy the causes as text."""
        words = (self.model.words(row).text for row in range(self.model.rowCount()))
        copy_text("\n".join(words))

    def _on_menu_requested(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = self.chosen
        if group is not None:
            again = f"Run {len(group):,} jobs again" if len(group) > 1 else "Run the job again"
            menu.addAction(icon("retry"), again, self.rerun)
            menu.addAction(icon("terminal"), "Copy a reproducing command", self.copy_command)
        menu.addAction(icon("copy"), "Copy all causes as text", self.copy_text)
        menu.popup(self.view.viewport().mapToGlobal(at))


def _read(run: RunView, explainer: Explainer | None, is_stale: IsStale) -> Found:
    groups = read_groups(run)
    ordered = groups.ordered()[:ROWS_AT_MOST]
    if is_stale() or explainer is None or not ordered:
        return groups, {}
    rules = explainer.explain(ordered)
    return groups, {group.cause: found for group, found in zip(ordered, rules, strict=True)}


class _GroupView(QListView):
    """Rows that are chosen one at a time, and let go by another click or Escape."""

    clicked_again = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("Why jobs failed")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let go of the row that is chosen already."""
        index = self.indexAt(event.position().toPoint())
        was_chosen = index.isValid() and self.selectionModel().isSelected(index)
        is_left = event.button() == Qt.MouseButton.LeftButton
        super().mousePressEvent(event)
        if was_chosen and is_left:
            self.clicked_again.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let go with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
