"""The values that a job handed over: a tree with types, and beside it what they name or hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from hopla_gui.engine.results.unread_values import UnreadValues
from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.formatting import size
from hopla_gui.gui.jobs.nodes import Index, Node
from hopla_gui.gui.jobs.plain_view import copy_text
from hopla_gui.gui.jobs.row_copy import value_as_text
from hopla_gui.gui.jobs.turning_splitter import TurningSplitter
from hopla_gui.gui.jobs.values_model import ValuesModel
from hopla_gui.gui.own_keys import ENTER, claims_control_enter, is_control_enter
from hopla_gui.gui.preview.value_pane import ValuePane
from hopla_gui.gui.preview.value_window import ValueWindow
from hopla_gui.gui.theme import SPACING, icon

_OPENED_AT_ONCE = 12


class ValuesView(QWidget):
    """Shows a job's values; opens, saves or copies one of them, or copies the path to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = self._path = ""
        self._shown: Mapping[str, object] | None = None
        self._reading = Background(self)
        self._reading.done.connect(self._fill)
        self.model = ValuesModel(self)
        self.tree = _ValuesTree()
        self.tree.setModel(self.model)
        self.pane = ValuePane()
        self.pane.whole_wanted.connect(self.open_value)
        header, unit = self.tree.header(), self.fontMetrics().averageCharWidth()
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 24 * unit)
        header.resizeSection(1, 18 * unit)
        self.tree.clicked.connect(self.model.show_more)
        self.tree.entered_row.connect(self._on_row_entered)
        self.tree.whole_wanted.connect(self.open_value)
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self._make_actions()
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        splitter = TurningSplitter()
        splitter.addWidget(self.tree)
        splitter.addWidget(self.pane)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.addWidget(splitter)

    def _make_actions(self) -> None:
        self.open_action = self._action("Open value", "open", self.open_value)
        self.open_action.setShortcut(QKeySequence("Ctrl+Return"))
        self.save_action = self._action("Save value…", "save", self.save_value)
        self.copy_value_action = self._action("Copy value", "copy", self.copy_value)
        self.copy_value_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_path_action = self._action("Copy path", None, self.copy_path)
        self.copy_path_action.setToolTip("Where the value lies: outputs.scores[3]")

    def _action(self, text: str, icon_name: str | None, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self.tree)
        if icon_name:
            action.setIcon(icon(icon_name))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        self.tree.addAction(action)
        return action

    def show_values(
        self, values: Mapping[str, object], why_none: str = "", folder: str = ""
    ) -> None:
        """Show a job's values, or say why there are none.

        Parameters
        ----------
        folder
            Where relative paths among them start: the working directory of the job.
        """
        self.tree.why_none = why_none
        if (values, folder) == (self._shown, self._folder):
            return  # read anew, and the same: what was opened stays open
        self._shown, self._folder = values, folder
        self._reading.forget()
        if isinstance(values, UnreadValues) and not values.is_read:
            self.tree.why_none = f"Reading {size(values.size)} of values…"
            self.pane.clear()
            self.model.load({})
            self._read_if_seen()
        else:
            self._fill(values)

    def _read_if_seen(self) -> None:
        values = self._shown
        if isinstance(values, UnreadValues) and not values.is_read and self.isVisible():
            self._reading.start(lambda _is_stale: values.read())

    def showEvent(self, event: QShowEvent) -> None:
        """Read what takes a while only when somebody looks."""
        super().showEvent(event)
        self._read_if_seen()

    def _fill(self, values: Mapping[str, object]) -> None:
        wanted = self._path
        self.model.load(values)
        for row in range(min(self.model.rowCount(), _OPENED_AT_ONCE)):
            index = self.model.index(row, 0)
            node = self.model.node(index)
            if node and isinstance(node.value, Mapping) and len(node.value) <= _OPENED_AT_ONCE:
                self.model.fetchMore(index)
                self.tree.expand(index)
        self._go_to(wanted)

    def _go_to(self, path: str) -> None:
        """Select what lies where the value lay that was looked at last: in the next job, too."""
        node = self.model.find(path) if path else None
        self._path = path
        if node is None:
            self.pane.clear()
        else:
            index = self.model.node_index(node)
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def _current(self) -> Node | None:
        return self.model.node(self.tree.currentIndex())

    def open_value(self) -> None:
        """Show all of the current value in a window of its own."""
        node = self._current()
        if node is not None and not node.is_more:
            self._window_of(node).show()

    def save_value(self) -> None:
        """Ask where to save all of the current value."""
        node = self._current()
        if node is not None and not node.is_more:
            window = self._window_of(node)
            window.show()
            window.text_shown.connect(window.ask_where_to_save)

    def _window_of(self, node: Node) -> ValueWindow:
        return ValueWindow(node.path or node.label, node.value, self.window())

    def copy_value(self) -> None:
        """Copy the value of the current row: text as it is, the rest as JSON."""
        node = self._current()
        if node is not None and not node.is_more:
            copy_text(value_as_text(node.value))

    def copy_path(self) -> None:
        """Copy where the current row's value lies: ``outputs.scores[3]``."""
        node = self._current()
        if node is not None and node.path:
            copy_text(node.path)

    def _on_current_changed(self, current: Index, _previous: Index) -> None:
        node = self.model.node(current)
        if node is None or node.is_more:
            self.pane.clear()
        else:
            self._path = node.path
            self.pane.show_value(node.value, self._folder)

    def _on_row_entered(self) -> None:
        """Do what Enter does: show more, open a container, or show all of a value."""
        index, node = self.tree.currentIndex().siblingAtColumn(0), self._current()
        if node is None or self.model.show_more(index):
            return
        if node.has_parts:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
        else:
            self.open_value()

    def _on_menu_requested(self, place: QPoint) -> None:
        if self._current() is not None:
            menu = QMenu(self.tree)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions([self.open_action, self.save_action])
            menu.addSeparator()
            menu.addActions([self.copy_value_action, self.copy_path_action])
            menu.popup(self.tree.viewport().mapToGlobal(place))


class _ValuesTree(QTreeView):
    entered_row = Signal()
    whole_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.why_none = ""
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("::item { padding: 2px 6px; }")
        self.setAccessibleName("Values of the job")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; say why there are none."""
        super().paintEvent(event)
        if self.model().rowCount() == 0 and self.why_none:
            paint_empty_state(self.viewport(), "tree", "No values", self.why_none)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter from the window, which would start a run."""
        return claims_control_enter(event) or bool(super().event(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in sight: what is shown below it takes some of the room."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Enter and Ctrl+Enter."""
        if is_control_enter(event):
            self.whole_wanted.emit()
        elif event.key() in ENTER and not event.modifiers():
            self.entered_row.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a container, as ever; of what has no parts, tell as of Enter."""
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self.model().hasChildren(index.siblingAtColumn(0)):
            self.entered_row.emit()
