"""A file beside the value that names it: picture, table, tree or text, or why it is not shown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.empty_state import paint_empty_state
from hopla_gui.gui.jobs.formatting import size, when
from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, plain_view, text_button
from hopla_gui.gui.jobs.text import many_lines, one_line, tip
from hopla_gui.gui.jobs.values_model import ValuesModel
from hopla_gui.gui.preview.image_view import ImageView
from hopla_gui.gui.preview.local_file import Unshowable
from hopla_gui.gui.preview.pictures import Picture, pixels_words
from hopla_gui.gui.preview.reading import Preview, Table, Text, Tree, read_preview
from hopla_gui.gui.preview.reveal import Revealer, can_open, open_file
from hopla_gui.gui.preview.table_model import TableModel
from hopla_gui.gui.theme import SPACING


class FilePreview(QWidget):
    """Shows one file, read off the main thread; opens it, and shows where it lies.

    Signals
    -------
    was_read
        What was found of the file, a `Preview`.
    """

    was_read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._facts = ""
        self._background = Background(self)
        self._background.done.connect(self._on_read)
        self._revealer = Revealer(self)
        self.name_label, self.facts_label = QLabel(), dim_label()
        self.name_label.setTextFormat(Qt.TextFormat.PlainText)
        self.name_label.setProperty("heading", True)
        self.name_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.facts_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.open_button = text_button("", "open", "Open in the program for such files")
        self.folder_button = text_button("", "folder", "Show in its folder")
        self.copy_button = text_button("", "copy", "Copy the path")
        self.open_button.clicked.connect(lambda: self._path and open_file(self._path))
        self.folder_button.clicked.connect(lambda: self._path and self._revealer.show(self._path))
        self.copy_button.clicked.connect(
            lambda: self._path and copy_text(str(self._path), self.copy_button)
        )
        self.image_view = ImageView()
        self.image_view.scale_changed.connect(self._on_scale_changed)
        self.table_model, self.tree_model = TableModel(self), ValuesModel(self)
        self.table_view, self.tree_view = QTableView(), QTreeView()
        self.text_view = plain_view("Text of the file")
        self._message = _Message()
        self._pages = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        self.table_view.setModel(self.table_model)
        self.table_view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table_view.setAlternatingRowColors(True)
        self.table_view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table_view.setAccessibleName("Table of the file")
        self.tree_view.setModel(self.tree_model)
        self.tree_view.setUniformRowHeights(True)
        self.tree_view.setStyleSheet("::item { padding: 2px 6px; }")
        self.tree_view.setAccessibleName("Content of the file")
        self.tree_view.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.tree_view.clicked.connect(self.tree_model.show_more)
        for page in (
            self._message,
            self.image_view,
            self.table_view,
            self.tree_view,
            self.text_view,
        ):
            self._pages.addWidget(page)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name_label)
        words.addWidget(self.facts_label)
        bar = QHBoxLayout()
        bar.setSpacing(0)
        bar.addLayout(words, 1)
        for button in (self.open_button, self.folder_button, self.copy_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(self._pages, 1)

    @property
    def path(self) -> Path | None:
        """The file that is shown."""
        return self._path

    def show_file(self, path: Path) -> None:
        """Read a file and show it."""
        if path != self._path:
            self.clear()
        self._path = path
        self.name_label.setText(one_line(path.name))
        self.name_label.setToolTip(tip(str(path)))
        self._background.start(lambda _is_stale: read_preview(path))

    def clear(self) -> None:
        """Show nothing."""
        self._background.forget()
        self._path = None
        self._facts = ""
        self.facts_label.setText("")
        self.text_view.clear()
        self.table_model.load(None)
        self.tree_model.load({})
        self._show_message("", "")

    def text(self) -> str:
        """Return what it says of the file."""
        return f"{self.name_label.text()}\n{self.facts_label.text()}\n{self._message.text()}"

    def _on_read(self, found: Preview) -> None:
        facts, content = found.facts, found.content
        words = []
        if facts is not None:
            modified = when(facts.modified, datetime.now().astimezone())
            words = [size(facts.size), modified]
        self.open_button.setEnabled(facts is not None and can_open(found.path))
        self.folder_button.setEnabled(found.path.parent.is_dir())
        match content:
            case Picture():
                words.insert(0, pixels_words(content.width, content.height))
                self._show_picture(content)
            case Table():
                words.insert(0, _table_words(content))
                self._show_table(content)
            case Tree():
                self._show_tree(found.path.name, content.value)
            case Text():
                words += ["the beginning"] if content.is_cut else []
                self.text_view.setPlainText(many_lines(content.text, line_limit=1_000))
                self._pages.setCurrentWidget(self.text_view)
            case Unshowable():
                self._show_message("No preview", str(content))
        self._facts = " · ".join(words)
        self._show_facts()
        self.was_read.emit(found)

    def _show_picture(self, picture: Picture) -> None:
        self._pages.setCurrentWidget(self.image_view)
        self.image_view.show_image(picture.image, picture.width)

    def _show_table(self, table: Table) -> None:
        self.table_model.load(table)
        self.table_view.resizeColumnsToContents()
        self._pages.setCurrentWidget(self.table_view)

    def _show_tree(self, name: str, value: object) -> None:
        self.tree_model.load(value if isinstance(value, dict) else {name: value})
        self.tree_view.expandToDepth(0)
        self._fit_names()
        self._pages.setCurrentWidget(self.tree_view)

    def _fit_names(self) -> None:
        """Leave values at least half of the width."""
        tree, header = self.tree_view, self.tree_view.header()
        header.resizeSection(1, tree.sizeHintForColumn(1))
        most = max(self._pages.width() // 2 - header.sectionSize(1), header.minimumSectionSize())
        header.resizeSection(0, min(tree.sizeHintForColumn(0), most))

    def _show_message(self, title: str, hint: str) -> None:
        self._message.say(title, hint)
        self._pages.setCurrentWidget(self._message)

    def _on_scale_changed(self, _scale: float) -> None:
        self._show_facts()

    def _show_facts(self) -> None:
        is_picture = self._pages.currentWidget() is self.image_view
        scale = f" · {self.image_view.shown_scale:.0%}" if is_picture and self._facts else ""
        self.facts_label.setText(self._facts + scale)
        self.facts_label.setToolTip(tip(self._facts))


def _table_words(table: Table) -> str:
    rows = f"{len(table.rows):,} rows"
    return f"first {rows}" if table.is_cut else rows


class _Message(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._title = self._hint = ""

    def say(self, title: str, hint: str) -> None:
        """Show a title, and below it a sentence."""
        self._title, self._hint = title, hint
        self.update()

    def text(self) -> str:
        """Return what is said."""
        return self._hint

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        if self._title:
            paint_empty_state(self, "file", self._title, self._hint)
