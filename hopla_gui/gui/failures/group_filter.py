"""Shows the jobs of a failure group by the filter, so that it says so and can be changed there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.failure_groups import FailureGroup
from hopla_gui.gui.failures.failures_pane import FailuresPane
from hopla_gui.gui.jobs.filter_bar import FilterBar


def cause_query(cause: Cause) -> str:
    """Return what finds the jobs of a cause, in the language of the filter."""
    text = str(cause).replace("\\", "\\\\").replace('"', '\\"')
    return f'job.failure="{text}"'


class GroupFilter(QObject):
    """Keeps the pane's choice and the filter one and the same."""

    def __init__(self, pane: FailuresPane, filter_bar: FilterBar, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        self._filter_bar = filter_bar
        self._query = ""  # that we have written
        pane.group_chosen.connect(self._on_group_chosen)
        filter_bar.filter_changed.connect(self._on_filter_changed)

    def _on_group_chosen(self, group: FailureGroup | None) -> None:
        bar = self._filter_bar
        if group is None and bar.text() != self._query:
            return  # what somebody has typed stays
        self._query = cause_query(group.cause) if group is not None else ""
        bar.search_box.setText(self._query)
        bar.set_states(None)  # tells at once, without the pause of somebody who types

    def _on_filter_changed(self, _states: object, text: str) -> None:
        if self._query and text != self._query:
            self._query = ""
            self._pane.forget_choice()
