"""The columns of the tree: widths, order and which are hidden, kept by name from run to run."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QMenu

from hopla_gui.gui.jobs.job_cells import FIXED_COLUMNS, Column
from hopla_gui.gui.jobs.job_model import JobModel

_WIDTHS = {Column.NAME: 24, Column.STATE: 25, Column.EXIT_CODE: 19, Column.DURATION: 15}
_NARROWEST, _WIDEST = 11, 40  # of a parameter's column; all in average character widths
_SAMPLE = 50


class TreeColumns:
    """Gives a header sane widths, lets the user change them, and remembers what was changed."""

    def __init__(self, header: QHeaderView, model: JobModel) -> None:
        self._header = header
        self._model = model
        self._kept: dict[str, Any] = {}
        self._order: list[str] = []
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setStretchLastSection(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu_requested)
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
        last = self._header.logicalIndex(self._header.count() - 1)
        for column in range(count):
            hidden = self._header.isSectionHidden(column)
            kept = self._kept.setdefault(self._key(column), {})
            kept["hidden"] = hidden
            if not hidden and column != last:  # the last one is as wide as there is room
                kept["width"] = self._header.sectionSize(column)
        shown = [self._key(self._header.logicalIndex(place)) for place in range(count)]
        self._order = shown + [key for key in self._order if key not in shown]

    def apply(self) -> None:
        """Give the columns of the model the widths, places and visibility that they are to have."""
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
        metrics = self._header.fontMetrics()
        unit = metrics.averageCharWidth()
        if column in _WIDTHS:
            return _WIDTHS[Column(column)] * unit
        texts = [self._model.column_title(column) + "  "]
        rows = range(min(self._model.rowCount(), _SAMPLE))
        texts += [str(self._model.index(row, column).data() or "") for row in rows]
        widest = max(metrics.horizontalAdvance(text[:100]) for text in texts) + 3 * unit
        return min(max(widest, _NARROWEST * unit), _WIDEST * unit)

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
