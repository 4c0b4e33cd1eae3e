"""The columns of the tree: which are shown, how wide and where, kept by name from run to run.

The fixed columns and the swept parameters are there in every run and may be hidden. Further ones,
facts and traced values, are added; values and parameters are kept for the script they belong to.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView

from hopla_gui.domain.columns import JobColumn, Source, column_named
from hopla_gui.domain.job import JobState, JobStatus
from hopla_gui.gui.jobs.job_cells import FIXED_COLUMNS, NOT_READ, TITLES, Column, state_text
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.jobs.row_painter import INDENT

# In average character widths: what will be written there as the run goes on has room, too.
_LEAST = {Column.NAME: 24, Column.STATE: 22, Column.EXIT_CODE: 18, Column.DURATION: 14}
_NARROWEST, _WIDEST = 10, 40
_SAMPLE = 50
_MOST_SCRIPTS = 50
_ANY_SCRIPT = ""


class TreeColumns(QHeaderView):
    """The header: it gives columns sane widths and remembers what the user changed.

    Signals
    -------
    menu_requested
        A column (-1 for none) and a place on the screen.
    """

    menu_requested = Signal(int, QPoint)

    def __init__(self, model: JobModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._jobs = model
        self._kept: dict[str, Any] = {}
        self._order: list[str] = []
        self._further: dict[str, list[str]] = {}
        self._empty: list[int] = []  # further columns of which no job in sight has a value yet
        self._is_applying = False
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setStretchLastSection(False)  # a number at the far edge belongs to nothing
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.sectionResized.connect(self._on_section_resized)
        model.modelAboutToBeReset.connect(self._keep)
        model.run_loaded.connect(self._on_run_loaded)
        model.columns_loaded.connect(self.apply)
        model.counts_changed.connect(self._on_counts_changed)

    def start(self) -> None:
        """Lay out the columns for the first time, once a view has given the header its model."""
        self.setFirstSectionMovable(False)
        self.apply()

    # Which are shown

    def shown(self) -> list[int]:
        """Return the columns that are shown, from left to right."""
        places = (self.logicalIndex(place) for place in range(self.count()))
        return [column for column in places if not self.isSectionHidden(column)]

    def is_shown(self, column: JobColumn) -> bool:
        """Whether a column is shown."""
        columns = self._jobs.shown_columns
        return column in columns and not self.isSectionHidden(columns.index(column))

    def show_column(self, column: JobColumn, shown: bool = True) -> None:
        """Show a column, or hide it."""
        columns = list(self._jobs.shown_columns)
        always = self._count_of_always()
        if column in columns[:always]:
            self.setSectionHidden(columns.index(column), not shown)
            self._keep()
            return
        if shown != (column in columns):
            kept = self._further.setdefault(self._script_of(column), [])
            if shown:
                kept.append(str(column))
            elif str(column) in kept:
                kept.remove(str(column))
            self._keep()
            self._show_further()

    def show_as_at_first(self) -> None:
        """Forget all that was changed."""
        self._kept.clear()
        self._order.clear()
        for script in (_ANY_SCRIPT, self._script()):
            self._further.pop(script, None)
        self._show_further()

    def _count_of_always(self) -> int:
        run = self._jobs.run
        return FIXED_COLUMNS + (len(run.swept) if run is not None else 0)

    def _script(self) -> str:
        return self._jobs.run.info.script if self._jobs.run is not None else _ANY_SCRIPT

    def _script_of(self, column: JobColumn) -> str:
        return _ANY_SCRIPT if column.source is Source.FACT else self._script()

    def _show_further(self) -> None:
        scripts = dict.fromkeys((_ANY_SCRIPT, self._script()))  # the same while there is no run
        names = [name for script in scripts for name in self._further.get(script, ())]
        self._jobs.show_columns([column for name in names if (column := column_named(name))])
        self.apply()

    # What is kept

    def kept_state(self) -> str:
        """Return all that the user changed, as a text for the settings."""
        self._keep()
        scripts = [script for script, kept in self._further.items() if kept][-_MOST_SCRIPTS:]
        further = {script: self._further[script] for script in scripts}
        return json.dumps({"columns": self._kept, "order": self._order, "further": further})

    def restore(self, state: str) -> None:
        """Take up what `kept_state` returned; anything else is ignored."""
        try:
            found = json.loads(state)
            self._kept, self._order = dict(found["columns"]), list(found["order"])
            further = found.get("further", {})
            self._further = {
                str(script): [str(name) for name in names] for script, names in further.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        self._show_further()

    def _key(self, column: int) -> str:
        shown = self._jobs.shown_columns[column]
        if column < FIXED_COLUMNS:
            return TITLES[shown]
        return f"parameter {shown.name}" if shown.source is Source.PARAMETER else str(shown)

    def _keep(self) -> None:
        if self.model() is None or self._is_applying:
            return
        count = min(self.count(), self._jobs.columnCount())
        for column in range(count):
            kept = self._kept.setdefault(self._key(column), {})
            kept["hidden"] = self.isSectionHidden(column)
        shown = [self._key(self.logicalIndex(place)) for place in range(count)]
        # A column that this run has not stays behind the one that it was behind.
        behind: dict[str, list[str]] = {}
        before = ""
        for key in self._order:
            if key in shown:
                before = key
            else:
                behind.setdefault(before, []).append(key)
        self._order = [one for key in ("", *shown) for one in (key, *behind.get(key, ())) if one]

    def _on_section_resized(self, column: int, _before: int, width: int) -> None:
        """Keep the width that somebody gave a column; 0 is that of one that is hidden."""
        if width and not self._is_applying and column < self._jobs.columnCount():
            self._kept.setdefault(self._key(column), {})["width"] = width

    def _on_run_loaded(self) -> None:
        self._show_further()

    # Widths and places

    def apply(self) -> None:
        """Give the columns of the model the widths, places and visibility that they are to have."""
        self._is_applying = True
        try:
            self._apply()
        finally:
            self._is_applying = False

    def _apply(self) -> None:
        count, self._empty = self._jobs.columnCount(), []
        if self.count() != count:
            return  # a run is being loaded: it comes
        columns = sorted(range(count), key=self._place)
        for place, column in enumerate(columns):
            self.moveSection(self.visualIndex(column), place)
        for column in range(count):
            kept = self._kept.get(self._key(column), {})
            self.setSectionHidden(column, bool(kept.get("hidden")) and column != Column.NAME)
            width = kept.get("width")
            self.resizeSection(
                column, width if isinstance(width, int) and width > 0 else self._width(column)
            )
        further = range(self._count_of_always(), count)
        self._empty = [column for column in further if not self._has_values(column)]

    def _place(self, column: int) -> tuple[int, int]:
        key = self._key(column)
        known = self._order.index(key) if key in self._order else len(self._order)
        return (-1 if column == Column.NAME else known, column)

    def _width(self, column: int) -> int:
        """Return the width that the first rows need, within bounds."""
        metrics = self.fontMetrics()
        unit = metrics.averageCharWidth()
        texts = [self._jobs.column_title(column) + "   "]
        texts += self._first_texts(column)
        if column == Column.STATE:
            texts += self._last_attempts()
        widest = max(metrics.horizontalAdvance(text[:100]) for text in texts) + 3 * unit
        if column in (Column.NAME, Column.STATE):
            widest += INDENT  # it bears the arrow that opens a row, or the icon of the state
        least = _LEAST[Column(column)] if column < FIXED_COLUMNS else _NARROWEST
        return min(max(widest, least * unit), _WIDEST * unit)

    def _first_texts(self, column: int) -> list[str]:
        cells = self._jobs.cells()
        jobs = self._jobs.visible_jobs()[:_SAMPLE]
        return [cells.short_text(job, column) for job in jobs] if cells is not None else []

    def _has_values(self, column: int) -> bool:
        return not set(self._first_texts(column)) <= {"", NOT_READ}

    def _on_counts_changed(self) -> None:
        """Give columns that had nothing to show a width for their first values."""
        if any(map(self._has_values, self._empty)):
            self.apply()

    def _last_attempts(self) -> list[str]:
        """Return what states may come to say: any job may be run again by hand."""
        retries = self._jobs.run.info.options.retries if self._jobs.run is not None else 0
        last = 1 + max(retries, 1)
        return [state_text(JobStatus(state, attempt=last)) for state in JobState]

    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu_requested.emit(self.logicalIndexAt(place), self.mapToGlobal(place))
