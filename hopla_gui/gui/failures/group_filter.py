"""Shows the jobs of a failure group by the filter, so that it says so and can be changed there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from hopla_gui.domain.causes import Cause
from hopla_gui.domain.failure_groups import FailureGroup
from hopla_gui.domain.jobcompletion import quoted
from hopla_gui.gui.failures.failures_pane import FailuresPane
from hopla_gui.gui.jobs.filter_bar import FilterBar
from hopla_gui.gui.jobs.job_tree import JobTree


def cause_query(cause: Cause) -> str:
    """Return what finds the jobs of a cause, in the language of the filter."""
    return f"job.failure={quoted(str(cause))}"


class GroupFilter(QObject):
    """Keeps the pane's choice and the filter one and the same, and selects a job of the group."""

    def __init__(
        self, pane: FailuresPane, filter_bar: FilterBar, tree: JobTree, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._filter_bar = filter_bar
        self._tree = tree
        self._query = ""  # that we have written
        self._is_new = False  # its jobs are not in sight yet
        pane.group_chosen.connect(self._on_group_chosen)
        filter_bar.filter_changed.connect(self._on_filter_changed)
        tree.model_of_jobs.visible_changed.connect(self._on_visible_changed)

    def release(self) -> None:
        """Take back the filter that a choice has written: other runs fail for other reasons."""
        if self._query:
            self._pane.forget_choice()
            self._on_group_chosen(None)

    def select_job(self) -> None:
        """Show the first job of the group that is chosen, as soon as it is in sight."""
        self._is_new = self._pane.chosen is not None
        self._on_visible_changed()

    def _on_group_chosen(self, group: FailureGroup | None) -> None:
        bar = self._filter_bar
        if group is None and bar.text() != self._query:
            return  # what somebody has typed stays
        self._query = cause_query(group.cause) if group is not None else ""
        self._is_new = group is not None
        bar.search_box.setText(self._query)
        bar.search_box.setCursorPosition(0)
        bar.set_states(None)  # tells at once, without the pause of somebody who types

    def _on_filter_changed(self, _states: object, text: str) -> None:
        if self._query and text != self._query:
            self._query = ""
            self._is_new = False
            self._pane.forget_choice()

    def _on_visible_changed(self, _jobs: int = 0) -> None:
        """Show the first job of the group, where none of it is shown already."""
        group = self._pane.chosen
        if not self._is_new or group is None:
            return
        visible = self._tree.model_of_jobs.visible_jobs()
        if visible and all(job in group.jobs for job in visible[:3]):
            self._is_new = False
            if group.jobs.keys().isdisjoint(self._tree.selected_jobs()):
                self._tree.select_job(visible[0])
