"""The columns of the tree: widths, order and which are hidden, kept by name from run to run."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QMenu

from hopla_gui.gui.jobs.job_cells import FIXED_COLUMNS, Column
from hopla_gui.gui.jobs.job_model import JobModel

# In average character widths: what will be written there as the run goes on has room, too.
_LEAST = {Column.NAME: 24, Column.STATE: 22, Column.EXIT_CODE: 15, Column.DURATION: 14}
_NARROWEST, _WIDEST = 10, 40
_SAMPLE = 50
_INDENT = 20  # pixels


class TreeColumns:
    """Gives a header sane widths, lets the user change them, and remembers what was changed."""

    def __init__(self, header: QHeaderView, model: JobModel) -> None:
        self._header = header
        self._model = model
        self._kept: dict[str, Any] = {}
        self._order: list[str] = []
        self._is_applying = False
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setStretchLastSection(False)  # a number at the far edge belongs to nothing
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu_requested)
        header.sectionResized.connect(self._on_section_resized)
        model.modelAboutToBeReset.connect(self._keep)
        model.run_loaded.connect(self.apply)
        self.apply()

    def shown(self) -> list[int]:
        """Return the columns that are shown, from left to right."""
        places = (self._header.logicalIndex(place) for place in range(self._header.count()))
        return [column for column in places if not self._header.isSectionHidden(column)]

    def state(self) -> str:
        """Return all that the user changed, as a text for the settings."""
        self._keep()
        return json.dumps({"columns": self._kept, "order": self._order})

    def restore(self, state: str) -> None:
        """Take up what `state` returned; anything else is ignored."""
        try:
            found = json.loads(state)
            self._kept, self._order = dict(found["columns"]), list(found["order"])
        except (ValueError, KeyError, TypeError):
            return
        self.apply()

    def _key(self, column: int) -> str:
        title = self._model.column_title(column)
        return title if column < FIXED_COLUMNS else f"parameter {title}"

    def _keep(self) -> None:
        count = min(self._header.count(), self._model.columnCount())
        for column in range(count):
            kept = self._kept.setdefault(self._key(column), {})
            kept["hidden"] = self._header.isSectionHidden(column)
        shown = [self._key(self._header.logicalIndex(place)) for place in range(count)]
        self._order = shown + [key for key in self._order if key not in shown]

    def _on_section_resized(self, column: int, _before: int, width: int) -> None:
        """Keep the width that somebody gave a column; 0 is that of one that is hidden."""
        if width and not self._is_applying and column < self._model.columnCount():
            self._kept.setdefault(self._key(column), {})["width"] = width

    def apply(self) -> None:
        """Give the columns of the model the widths, places and visibility that they are to have."""
        self._is_applying = True
        try:
            self._apply()
        finally:
            self._is_applying = False

    def _apply(self) -> None:
        count = self._model.columnCount()
        columns = sorted(range(count), key=self._place)
        for place, column in enumerate(columns):
            self._header.moveSection(self._header.visualIndex(column), place)
        for column in range(count):
            kept = self._kept.get(self._key(column), {})
            self._header.setSectionHidden(
                column, bool(kept.get("hidden")) and column != Column.NAME
            )
            width = kept.get("width")
            self._header.resizeSection(
                column, width if isinstance(width, int) and width > 0 else self._width(column)
            )

    def _place(self, column: int) -> tuple[int, int]:
        key = self._key(column)
        known = self._order.index(key) if key in self._order else len(self._order)
        return (-1 if column == Column.NAME else known, column)

    def _width(self, column: int) -> int:
        """Return the width that the first rows need, within bounds."""
        metrics = self._header.fontMetrics()
        unit = metrics.averageCharWidth()
        texts = [self._model.column_title(column) + "  "]
        rows = range(min(self._model.rowCount(), _SAMPLE))
        texts += [str(self._model.index(row, column).data() or "") for row in rows]
        widest = max(metrics.horizontalAdvance(text[:100]) for text in texts) + 3 * unit
        if column == Column.NAME:
            widest += _INDENT  # it bears the arrow that opens a row
        least = _LEAST[Column(column)] if column < FIXED_COLUMNS else _NARROWEST
        return min(max(widest, least * unit), _WIDEST * unit)

    def _on_menu_requested(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(place))

    def menu(self) -> QMenu:
        """Return the menu that chooses the columns."""
        menu = QMenu(self._header)
        for column in range(1, self._model.columnCount()):
            action = menu.addAction(self._model.column_title(column).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(not self._header.isSectionHidden(column))
            action.toggled.connect(
                lambda shown, column=column: self._header.setSectionHidden(column, not shown)
            )
        return menu
