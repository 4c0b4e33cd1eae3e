"""What the View and Help menus do: pages, focus, messages, colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from hopla_gui.domain.params import ParamSpec
from hopla_gui.gui.about import show_about
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.history.history_page import HistoryPage
from hopla_gui.gui.messages import MessageBar
from hopla_gui.gui.pages import Pages
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.scroll_when_small import go_to
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.jobs_page import JobsPage
from hopla_gui.gui.setup.report_page import ReportPage
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.setup.table_page import TablePage


class ViewCommands(QObject):
    """Moves between the pages and parts of the window.

    Signals
    -------
    theme_chosen
        ``system``, ``light`` or ``dark``.
    """

    theme_chosen = Signal(str)

    def __init__(
        self,
        pages: Pages,
        setup_panel: SetupPanel,
        run_panel: RunPanel,
        history: HistoryPage,
        jobs_page: JobsPage,
        table_page: TablePage,
        report_page: ReportPage,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pages = pages
        self._setup_panel = setup_panel
        self._run_panel = run_panel
        self._history = history
        self._jobs_page = jobs_page
        self._table_page = table_page
        self._report_page = report_page
        self._settings = settings
        setup_panel.preview.all_wanted.connect(self.show_all_jobs)
        setup_panel.preview.refused_wanted.connect(self.show_refused)
        setup_panel.sweep_panel.table_wanted.connect(self.show_table)
        setup_panel.script_bar.report_wanted.connect(self.show_report)
        report_page.field_wanted.connect(self._on_field_wanted)
        report_page.extra_wanted.connect(self._on_extra_wanted)
        for page in (jobs_page, table_page, report_page):
            page.close_wanted.connect(self._on_page_closed)

    def connect_actions(self, actions: Actions, messages: MessageBar) -> None:
        """Answer the actions of the View and Help menus."""
        for name, slot in {
            "all_jobs": self.show_all_jobs,
            "open_table": self.show_table,
            "report": self.show_report,
            "focus_setup": self._on_focus_setup,
            "focus_jobs": self._on_focus_jobs,
            "focus_details": self._on_focus_details,
            "find": self._on_find,
            "next_failed": self._on_next_failed,
            "dismiss": messages.clear,
            "about": self._on_about,
        }.items():
            actions[name].triggered.connect(slot)
        actions["run_log"].toggled.connect(self._run_panel.show_log)
        self._run_panel.bar.log_button.clicked.connect(actions["run_log"].trigger)
        self._run_panel.notes.close_wanted.connect(actions["run_log"].trigger)
        for mode, action in actions.themes.items():
            action.setChecked(mode == self._settings.theme)
            action.triggered.connect(lambda *_, mode=mode: self._on_theme_chosen(mode))

    @Slot()
    def show_all_jobs(self) -> None:
        """Show the table of all jobs that the form makes."""
        if self._setup_panel.spec is not None:
            self._pages.show_page(self._jobs_page)
            self._jobs_page.table.setFocus()

    @Slot()
    def show_table(self) -> None:
        """Show the page that makes a table the sweep."""
        if self._setup_panel.spec is not None:
            self._pages.show_page(self._table_page)
            self._table_page.start()

    def open_table(self, path: Path) -> None:
        """Show that page with a table."""
        self.show_table()
        self._table_page.open(path)

    @Slot()
    def show_report(self) -> None:
        """Show what was understood of the script's parameters."""
        spec = self._setup_panel.spec
        if spec is not None:
            self._report_page.show_spec(spec)
            self._pages.show_page(self._report_page)
            self._report_page.table.setFocus()

    @Slot(tuple, object)
    def _on_field_wanted(self, subcommand: tuple[str, ...], param: ParamSpec) -> None:
        self._pages.show_work()
        self._setup_panel.focus_param(subcommand, param)

    @Slot()
    def _on_extra_wanted(self) -> None:
        self._pages.show_work()
        self._setup_panel.focus_extra()

    @Slot()
    def show_refused(self) -> None:
        """Show the first job that the script's parser refuses."""
        self.show_all_jobs()
        self._jobs_page.show_refused()

    @Slot()
    def _on_page_closed(self) -> None:
        self._pages.show_work()
        (
            self._run_panel.tree if self._setup_panel.isHidden() else self._setup_panel.form
        ).setFocus()

    @Slot()
    def _on_focus_setup(self) -> None:
        self._setup_panel.attention_wanted.emit()
        go_to(self._setup_panel.form)

    @Slot()
    def _on_focus_jobs(self) -> None:
        self._run_panel.show_plots(False)
        go_to(self._run_panel.tree)

    @Slot()
    def _on_focus_details(self) -> None:
        go_to(self._run_panel.details)

    @Slot()
    def _on_find(self) -> None:
        if self._pages.is_history:
            self._history.focus_search()
        elif not self._run_panel.details.find_text():
            self._run_panel.filter_bar.focus_search()

    @Slot()
    def _on_next_failed(self) -> None:
        self._pages.show_work()
        self._run_panel.show_plots(False)
        self._run_panel.tree.select_next_failed()
        go_to(self._run_panel.tree)

    @Slot()
    def _on_about(self) -> None:
        show_about(self._window)

    def _on_theme_chosen(self, mode: str) -> None:
        self._settings.theme = mode
        self.theme_chosen.emit(mode)
