"""Where the rows of the form are: a page that scrolls, and is turned for other rows."""

from __future__ import annotations

from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from hopla_gui.gui.setup.parameter_row import ParameterRow
from hopla_gui.gui.theme import SPACING

_LEAST_ROW = 40  # pixels from one row to the next


class FormScroll(QScrollArea):
    """Shows one page of rows.

    Rows are made where they are shown and go where they were: a widget that is given another
    parent is styled anew with all that is in it, which takes longer than all else together.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._book = QWidget()
        self._column = QVBoxLayout(self._book)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._pages: list[QWidget] = []
        self.setWidget(self._book)

    def turn(self) -> QWidget:
        """Return an empty page that is shown in place of the one before."""
        for old in self._pages[-1:]:
            old.hide()
            self._column.removeWidget(old)
        page = QWidget(self._book)
        self._column.addWidget(page)
        page.show()
        self._pages.append(page)
        return page

    def clear_away(self) -> Iterator[None]:
        """Delete the rows of pages that were turned, one at a time."""
        while len(self._pages) > 1:
            for row in self._pages[0].findChildren(ParameterRow):
                shiboken6.delete(row)
                yield
            shiboken6.delete(self._pages.pop(0))

    @property
    def rows_in_sight(self) -> int:
        """How many rows can be seen at once, at most."""
        return self.viewport().height() // _LEAST_ROW + 1

    def show_top(self) -> None:
        """Show what stands above the first row."""
        self.verticalScrollBar().setValue(0)

    def show_row(self, row: ParameterRow) -> None:
        """Bring a row into sight, its head where it is too high."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.ensureWidgetVisible(row, SPACING.SMALL, SPACING.LARGE)
        self.ensureVisible(0, row.mapTo(self._book, QPoint()).y(), 0, SPACING.SMALL)
