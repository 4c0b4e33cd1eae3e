"""The box that takes a filter: it completes names and values, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCompleter,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hopla_gui.domain.jobcompletion import Candidate, Completion, complete
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.theme import SPACING, dim_colour, icon

_TYPING_PAUSE_MS = 150
_MOST_RECENT = 12
_SHOWN = 12
_ABOUT = Qt.ItemDataRole.UserRole
_LEAST_WIDTH, _BAR_WIDTH = 220, 20

Key = Qt.Key


class FilterBox(QLineEdit):
    """A line for a query.

    Signals
    -------
    settled
        The text stands still: it was typed to an end, chosen or cleared.
    help_requested
        How to write a filter is to be shown.
    """

    settled = Signal()
    help_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter: words, state:failed, lr>0.01 …")
        self.setAccessibleName("Filter jobs")
        self.setClearButtonEnabled(True)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._help = self.addAction(icon("help"), QLineEdit.ActionPosition.TrailingPosition)
        self._help.setToolTip("How to filter (F1)")
        self._help.triggered.connect(self.help_requested)
        self.recent: list[str] = []
        self._names: Callable[[], Sequence[Candidate]] = list
        self._values: Callable[[str], Sequence[str]] = lambda name: ()
        self._completion = Completion(0, 0, ())
        self._shown = QStandardItemModel(self)
        self._completer = QCompleter(self._shown, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_SHOWN)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._on_candidate_chosen)
        self._popup = QListView()
        self._popup.setAccessibleName("Completions")
        self._popup.setUniformItemSizes(True)
        self._popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._completer.setPopup(self._popup)
        self._popup.setItemDelegate(_CandidateDelegate(self))  # a completer brings its own
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._settle)
        self.textChanged.connect(self._pause.start)
        self.textEdited.connect(self._on_text_edited)

    def set_sources(
        self, names: Callable[[], Sequence[Candidate]], values: Callable[[str], Sequence[str]]
    ) -> None:
        """Take completions from these: the columns there are, and the values that one has."""
        self._names, self._values = names, values

    def completions(self) -> Completion:
        """Return what may stand at the cursor; with nothing typed, what was used before."""
        if not self.text():
            used = tuple(Candidate(text, "used before") for text in self.recent)
            return Completion(0, 0, (*used, *self._names()))
        return complete(self.text(), self.cursorPosition(), self._names(), self._values)

    def insert_completion(self, chosen: int) -> None:
        """Put in one of the completions that were shown last."""
        found = self._completion
        text = found.candidates[chosen].text
        before, after = self.text()[: found.start], self.text()[found.end :]
        self.setText(before + text + after)
        self.setCursorPosition(len(before + text))
        if self.text().endswith(":"):
            self._show_completions()

    def remember(self) -> None:
        """Keep the text among those that were used."""
        text = self.text().strip()
        if text:
            self.recent = [text, *(one for one in self.recent if one != text)][:_MOST_RECENT]

    def _settle(self) -> None:
        self._pause.stop()
        self.settled.emit()

    def _on_text_edited(self, text: str) -> None:
        if text:
            self._show_completions()
        else:
            self._popup.hide()

    def _show_completions(self) -> None:
        self._completion = found = self.completions()
        if not found.candidates or not self.isVisible():
            self._popup.hide()
            return
        self._shown.clear()
        for one in found.candidates:
            item = QStandardItem(one_line(one.text, 60))
            item.setData(one.about, _ABOUT)
            self._shown.appendRow(item)
        place = QRect(self.rect())
        place.setLeft(max(0, self.cursorRect().left() - 40))
        place.setWidth(max(self._popup.sizeHintForColumn(0) + _BAR_WIDTH, _LEAST_WIDTH))
        self._completer.complete(place)

    def _on_candidate_chosen(self, _text: str) -> None:
        row = self._popup.currentIndex().row()
        if row >= 0:
            self.insert_completion(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Complete with Ctrl+Space, Down and Tab, clear with Escape, apply with Enter."""
        shown = self._popup.isVisible()
        if shown and event.key() in (Key.Key_Tab, Key.Key_Backtab):
            self.insert_completion(max(self._popup.currentIndex().row(), 0))
            self._popup.hide()
        elif shown and event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_Escape):
            event.ignore()  # the list of completions takes them
        elif event.key() in (Key.Key_Return, Key.Key_Enter):
            self.remember()
            self._settle()
        elif event.key() == Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Key.Key_F1:
            self.help_requested.emit()
        elif event.key() == Key.Key_Down or (
            event.key() == Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._show_completions()
        else:
            super().keyPressEvent(event)


class _CandidateDelegate(QStyledItemDelegate):
    """Draws what may be put in, and at the right what it is."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room for both."""
        metrics = option.fontMetrics
        about = metrics.horizontalAdvance(index.data(_ABOUT) or "")
        width = metrics.horizontalAdvance(index.data()) + about + 4 * SPACING.SMALL
        return QSize(width, metrics.height() + SPACING.SMALL)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, option.palette.highlight())
        room = option.rect.adjusted(SPACING.SMALL, 0, -SPACING.SMALL, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, index.data())
        painter.setPen(dim_colour())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, index.data(_ABOUT) or "")
