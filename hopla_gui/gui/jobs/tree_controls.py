"""Between the tree and the bar above it: completions, groups, and the choice of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from hopla_gui.domain.columns import FACTS, JobColumn, Source, column_named, fact, plain_name
from hopla_gui.domain.job import JobState
from hopla_gui.domain.jobcompletion import Candidate, quoted
from hopla_gui.domain.jobmatch import as_text
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.gui.jobs.column_chooser import ColumnChooser
from hopla_gui.gui.jobs.filter_bar import FilterBar
from hopla_gui.gui.jobs.group_chooser import GroupChooser
from hopla_gui.gui.jobs.job_cells import title_of
from hopla_gui.gui.jobs.job_tree import JobTree
from hopla_gui.gui.jobs.text import one_line

_GROUPABLE = ("state", "failure", "exitcode", "host", "worker", "attempt")
_MOST_IN_MENU = 10  # of parameters, and of values: the menu fits on a small screen
_MOST_VALUES = 40
_LOOKED_AT = 2_000  # jobs whose values are offered
_LONGEST = 80
_KINDS = {Source.PARAMETER: "parameter", Source.VALUE: "value"}
_FACT_WORDS = {
    "state": "how the job stands",
    "exitcode": "exit code",
    "duration": "seconds, or 2min, 1.5h",
    "cpu": "processor time in seconds",
    "memory": "MB, or 1.5GB",
    "host": "machine that ran it",
    "worker": "number of the worker",
    "attempt": "number of the attempt",
    "started": "10:30, or 2026-01-31",
    "ended": "10:30, or 2026-01-31",
    "note": "word on the state",
    "failure": "why it failed",
}


class TreeControls(QObject):
    """Lets a filter bar steer a tree of jobs."""

    def __init__(self, tree: JobTree, bar: FilterBar, parent: QObject) -> None:
        super().__init__(parent)
        self._tree, self._bar = tree, bar
        self._model = tree.model_of_jobs
        self.chooser = ColumnChooser(tree)
        self.chooser.column_chosen.connect(tree.columns.show_column)
        self.chooser.reset_requested.connect(tree.columns.show_as_at_first)
        self.group_chooser = GroupChooser(tree)
        self.group_chooser.column_chosen.connect(self._model.set_grouping)
        bar.filter_changed.connect(self._model.set_filter)
        bar.search_box.set_sources(self.names, self.values_of)
        bar.group_button.clicked.connect(self._on_group_clicked)
        bar.columns_button.clicked.connect(self.choose_columns)
        tree.columns.menu_requested.connect(self._on_menu_requested)
        self._model.run_loaded.connect(self.show_counts)
        self._model.visible_changed.connect(bar.set_visible_jobs)
        self._model.arranger.filter_judged.connect(bar.show_verdict)
        self._model.arranger.grouping_changed.connect(self._on_grouping_changed)

    @Slot()
    def show_counts(self) -> None:
        """Show in the bar how many jobs are in each state."""
        self._bar.set_counts(self._model.counts())

    # Completions

    def names(self) -> list[Candidate]:
        """Return the names that a filter may compare."""
        columns = self._columns()
        parameters = self._parameters()
        first = [Candidate("state:", _FACT_WORDS["state"])]
        others = (column for column in columns if column not in (fact("state"), fact("name")))
        return first + [Candidate(plain_name(one, parameters), _about(one)) for one in others]

    def _columns(self) -> Sequence[JobColumn]:
        facts = [fact(name) for name in FACTS]
        columns = self._model.columns
        try:
            return columns.names() if columns is not None else facts
        except EnvironmentProblem:  # the run's folder is gone: what is known already is left
            return facts

    def _parameters(self) -> Sequence[str]:
        return self._model.columns.parameters if self._model.columns is not None else ()

    def values_of(self, name: str) -> list[str]:
        """Return values that the column of a name has, as far as they are at hand."""
        column = self._model.arranger.column_of(name)
        if column == fact("state"):
            return [state.value for state in JobState]
        if column is None or self._model.run is None:
            return []
        found = dict.fromkeys(self._some_values(column))
        return list(islice(found, _MOST_VALUES))

    def _some_values(self, column: JobColumn) -> Iterator[str]:
        jobs = len(self._model.run or ())
        step = max(1, jobs // _LOOKED_AT)
        if column.source is Source.PARAMETER:
            step = max(1, jobs // 200)  # each costs a look into the store
        for job in range(0, jobs, step):
            value = self._model.value(job, column)
            if value is not None and len(text := as_text(value)) <= _LONGEST:
                yield text

    # Groups

    def group_menu(self) -> QMenu:
        """Return the menu that chooses what groups have in common: of many columns the first."""
        menu = QMenu(self._bar)
        choices = QActionGroup(menu)
        self._add_group(menu, choices, "No groups", None)
        menu.addSeparator()
        for name in _GROUPABLE:
            if name in FACTS:
                self._add_group(menu, choices, title_of(fact(name)), fact(name))
        for source in (Source.PARAMETER, Source.VALUE):
            found = [c for c in self._columns() if c.source is source and not c.is_item]
            if found:
                menu.addSeparator()
            for column in found[:_MOST_IN_MENU]:
                self._add_group(menu, choices, title_of(column), column)
        menu.addSeparator()
        self._add(menu, "More…", self.choose_grouping)
        return menu

    @Slot()
    def choose_grouping(self) -> None:
        """Offer all columns that groups may have in common."""
        self.group_chooser.offer(self._offered())
        self.group_chooser.show_below(self._bar.group_button)

    def _add_group(
        self, menu: QMenu, choices: QActionGroup, text: str, column: JobColumn | None
    ) -> None:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(column == self._model.arranger.wanted.grouping)
        action.triggered.connect(lambda: self._model.set_grouping(column))
        choices.addAction(action)

    def _on_group_clicked(self) -> None:
        menu = self.group_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self._bar.group_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def save_state(self) -> str:
        """Return what the groups have in common, as a text for the settings."""
        column = self._model.arranger.wanted.grouping
        return "" if column is None else str(column)

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned; anything else is ignored."""
        self._model.set_grouping(column_named(state))

    @Slot(object)
    def _on_grouping_changed(self, column: JobColumn | None) -> None:
        self._bar.show_grouping("" if column is None else title_of(column))

    # Columns

    @Slot()
    def choose_columns(self) -> None:
        """Offer all columns there are."""
        self.chooser.set_columns(self._offered(), self._tree.columns.is_shown)
        self.chooser.show_below(self._bar.columns_button)

    def _offered(self) -> list[JobColumn]:
        return [column for column in self._columns() if column != fact("name")]

    def header_menu(self, column: int) -> QMenu:
        """Return the menu of a column's title."""
        menu = QMenu(self._tree)
        shown = self._model.shown_columns[column] if column >= 0 else None
        if shown is not None:
            name = one_line(title_of(shown), 30).replace("&", "&&")
            self._add(menu, f"Sort by {name}", lambda: self._sort(column))
            self._add(menu, "Sort the other way round", lambda: self._sort(column, falling=True))
            self._add(menu, "Order of the sweep", lambda: self._sort(-1))
            menu.addSeparator()
            self._add(menu, f"Group by {name}", lambda: self._model.set_grouping(shown))
            self._add(menu, f"Filter by {name}…", lambda: self._filter_by(shown))
            menu.addSeparator()
            if column > 0:
                hide = self._add(
                    menu, f"Hide {name}", lambda: self._tree.columns.show_column(shown, False)
                )
                hide.setEnabled(len(self._tree.columns.shown()) > 1)
        self._add(menu, "Choose columns…", self.choose_columns)
        return menu

    def _add(self, menu: QMenu, text: str, slot: object) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(slot)
        return action

    def _sort(self, column: int, *, falling: bool = False) -> None:
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self._tree.columns.setSortIndicator(column, order)

    def _filter_by(self, column: JobColumn) -> None:
        box = self._bar.search_box
        name = plain_name(column, self._parameters())
        name = name if column.source is Source.VALUE else quoted(name)
        before = f"{box.text().rstrip()} " if box.text().strip() else ""
        box.setText(f"{before}{name}:")
        box.setFocus()

    def _on_menu_requested(self, column: int, place: QPoint) -> None:
        menu = self.header_menu(column)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def _about(column: JobColumn) -> str:
    if column.source is Source.FACT:
        return _FACT_WORDS.get(column.name, "")
    return _KINDS[column.source]
