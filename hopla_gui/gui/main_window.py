"""The window: its pages and what lies about them, and what connects the parts.

Runs on the main thread. What the user asks for is done by the `Workbench`; here are the widgets,
what they show, and how the window opens and closes.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from hopla_gui.gui.action_state import ActionState
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.advice_control import AdviceControl
from hopla_gui.gui.busy_bar import BusyBar
from hopla_gui.gui.closing import Closing
from hopla_gui.gui.cluster_profiles import ProfileMenu
from hopla_gui.gui.empty_state import EmptyState
from hopla_gui.gui.export.export_control import ExportControl
from hopla_gui.gui.file_commands import FileCommands
from hopla_gui.gui.file_dialogs import FileDialogs
from hopla_gui.gui.file_drop import FileDrop
from hopla_gui.gui.form_control import FormControl
from hopla_gui.gui.form_hint import FormHint
from hopla_gui.gui.form_room import FormRoom
from hopla_gui.gui.header import Header
from hopla_gui.gui.history.history_control import HistoryControl
from hopla_gui.gui.history.history_page import HistoryPage
from hopla_gui.gui.jobs_control import JobsControl
from hopla_gui.gui.messages import Level, MessageBar
from hopla_gui.gui.notices.run_notices import RunNotices
from hopla_gui.gui.outside.outside_control import OutsideControl
from hopla_gui.gui.pages import Pages
from hopla_gui.gui.plot_commands import PlotCommands
from hopla_gui.gui.preset_menu import PresetMenu
from hopla_gui.gui.presets import Presets
from hopla_gui.gui.preview_control import PreviewControl
from hopla_gui.gui.question import Question
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.scroll_when_small import ScrollWhenSmall
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.report_page import ReportPage
from hopla_gui.gui.setup.table_page import TablePage
from hopla_gui.gui.title import Title
from hopla_gui.gui.trust_question import TrustQuestion
from hopla_gui.gui.view_commands import ViewCommands
from hopla_gui.gui.work_page import WorkPage
from hopla_gui.gui.workbench import Workbench

_SIZE = QSize(1280, 800)
_FRAME = QSize(16, 48)  # room for the title bar, whose height is not known before it is shown
_LEAST_PAGE = QSize(560, 220)


class MainWindow(QMainWindow):
    """The program's one window; needs a running asyncio loop.

    Parameters
    ----------
    runs_dir
        Where runs are stored; the platform's data folder by default.

    Signals
    -------
    closed
        The window is gone, and so is everything that it started.
    theme_chosen
        ``system``, ``light`` or ``dark``.
    run_finished
        The counts of the run that has ended.
    """

    closed = Signal()
    theme_chosen = Signal(str)
    run_finished = Signal(object)

    def __init__(self, settings: Settings, runs_dir: Path | None = None) -> None:
        super().__init__()
        self._settings = settings
        self.workbench = Workbench(settings, runs_dir, self)
        self._document, self._control = self.workbench.document, self.workbench.control
        self._commands = Actions(self)
        self._questions = Questions(self, self._home)
        self._closing = Closing(self._control, self._questions, self.workbench.close, self)
        self._make_widgets()
        self._make_controls()
        self._arrange()
        self._connect_actions()
        self._connect_parts()
        self._connect_messages()
        self._title = Title(self._document, self._control, self)

    # --- building --------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.header = Header(self._commands)
        self.messages = MessageBar()
        self.busy = BusyBar()
        self.empty = EmptyState()
        self.empty.set_recent(self._settings.recent)
        self.splitter = WorkPage()
        self.setup_panel, self.run_panel = self.splitter.setup_panel, self.splitter.run_panel
        self.history = HistoryPage()
        self.pages = Pages(self.empty, self.splitter, self.history, self._commands["history"])
        self.run_button = self.header.run_button
        self.job_tree = self.run_panel.tree
        self.details = self.run_panel.details

    def _make_controls(self) -> None:
        self._form = FormControl(self.setup_panel, self.workbench, self._settings, self)
        self._hint = FormHint(self.setup_panel, self.run_panel, self.workbench, self)
        self._trust_question = TrustQuestion(self.workbench, self._questions, self)
        self.preview_control = PreviewControl(self.setup_panel, self.workbench, self)
        self.jobs_page = self.preview_control.page
        self.table_page = TablePage(self.setup_panel.model)
        self.report_page = ReportPage()
        for page in (self.jobs_page, self.table_page, self.report_page):
            self.pages.addWidget(page)
        self._run_commands = RunCommands(
            self.setup_panel, self.workbench, self.preview_control, self._questions, self
        )
        self.outside = OutsideControl(self._settings, self._questions, self)
        self.outside.serve(self.details)
        self._form_room = FormRoom(self.splitter, self._control, self._commands["form"])
        for name in ("focus_jobs", "focus_details", "next_failed"):  # before the focus goes there
            self._commands[name].triggered.connect(self._form_room.show_jobs)
        self.history_control = HistoryControl(
            self.history, self.workbench, self._run_commands, self._questions, self
        )
        self._presets = PresetMenu(
            self.setup_panel, Presets(self.workbench.presets_dir), self._questions, self
        )
        self._profiles = ProfileMenu(self.setup_panel, self._settings, self._questions, self)
        dialogs = FileDialogs(self, self._settings)
        self._plots = PlotCommands(
            self.run_panel, dialogs, self._settings, self._commands["plots"], self
        )
        self._files = FileCommands(dialogs, self.workbench, self.open_path, self.setup_panel, self)
        self.export_control = ExportControl(self.run_panel, self.workbench, self._settings, self)
        self._notices = RunNotices(self._control, self._settings, self)
        self._advice = AdviceControl(self.run_panel.advice, self.setup_panel, self.workbench, self)
        self._view = ViewCommands(
            self.pages,
            self.setup_panel,
            self.run_panel,
            self.history,
            self.jobs_page,
            self.table_page,
            self.report_page,
            self._settings,
            self,
        )
        parts = (self.setup_panel, self.run_panel, self._run_commands)
        self._action_state = ActionState(self._commands, self.workbench, *parts, self)
        self._jobs = JobsControl(
            self.run_panel, self.workbench, self._run_commands, self._settings, self
        )
        self._drop = FileDrop(
            self._document, partial(self.open_path, picked=False), self._view.open_table, self
        )

    def _arrange(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, self.busy, self.export_control.bar, self.messages):
            column.addWidget(part)
        column.addWidget(ScrollWhenSmall(self.pages, _LEAST_PAGE), 1)
        self.setCentralWidget(centre)
        self._commands.fill(self.menuBar())
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        self._settings.restore_layout(self, self.splitter.splitters())
        self._jobs.restore()

    def _connect_actions(self) -> None:
        actions = self._commands
        self._files.connect_actions(actions, self._settings)
        self._run_commands.connect_actions(actions)
        self._view.connect_actions(actions, self.messages)
        for name, slot in {
            "reload": self._form.reload,
            "export": self.export_control.ask,
            "undo": self.setup_panel.undo_control.undo,
            "redo": self.setup_panel.undo_control.redo,
            "quit": self.close,
        }.items():
            actions[name].triggered.connect(slot)
        actions["notify"].setChecked(self._settings.notifies)
        actions["notify"].toggled.connect(self._notices.switch)
        self._notices.job_wanted.connect(self.job_tree.select_job)

    def _connect_parts(self) -> None:
        for start in (self.empty, self.setup_panel):
            start.script_wanted.connect(self._files.ask_script)
            start.sweep_wanted.connect(self._files.ask_sweep)
            start.demo_wanted.connect(self.workbench.open_demo)
        self.empty.recent_wanted.connect(self.open_path)
        self.jobs_page.refused.connect(self._on_edit_refused)
        self._run_commands.refused_wanted.connect(self._view.show_refused)
        self._run_commands.results_wanted.connect(self.pages.show_work)
        self.setup_panel.attention_wanted.connect(self._form_room.show)
        self._commands["open_demo"].triggered.connect(self._form_room.show)
        self._form.path_chosen.connect(self.open_path)
        self._form.shown.connect(self.pages.show_work)
        self._form.abandoned.connect(self._on_form_abandoned)
        self._run_commands.starting.connect(self._on_starting)
        self.pages.history_shown.connect(self.history.table.setFocus)
        self.pages.history_shown.connect(self.history_control.refresh)
        self.history.close_wanted.connect(self.pages.hide_history)
        self.history_control.run_shown.connect(self.pages.show_work)
        self.history_control.leaving.connect(self._form.keep)
        self.history_control.renamed.connect(self.run_panel.rename)
        self.workbench.busy_changed.connect(self.busy.set_text)
        self._view.theme_chosen.connect(self.theme_chosen)
        self._jobs.shown.connect(self.pages.show_work)
        self._jobs.finished.connect(self.run_finished)
        self._closing.begun.connect(self._on_closing_begun)
        self._closing.done.connect(self._on_closing_done)

    def _connect_messages(self) -> None:
        menus = (self._presets, self._profiles)
        for message in (
            self.workbench.message,
            self._form.message,
            self._drop.message,
            self._plots.message,
            self._trust_question.message,
            self.export_control.message,
            *(menu.message for menu in menus),
        ):
            message.connect(self.messages.show_message)
        for failed in (self.workbench.failed, self.outside.failed, *(m.failed for m in menus)):
            failed.connect(self.messages.show_error)

    # --- opening -------------------------------------------------------------------------

    def start(self, files: list[Path]) -> None:
        """Open what the command line names, else what was open last."""
        self.empty.setFocus()
        self.workbench.start(files)
        self.workbench.begin(self.history_control.look_for_crash())

    @Slot(Path)
    def open_path(self, path: Path, *, picked: bool = True) -> None:
        """Open a script, a sweep file or a stored run; ask first where jobs would be stopped."""
        if self._control.is_live and self.workbench.is_run(path):
            self.history_control.open(self.workbench.run_folder(path))
            return
        if not self.workbench.is_run(path):
            self._form_room.show()
        self._form.keep()
        self.messages.clear_level(Level.ERROR, Level.WARNING)
        self.workbench.open_path(path, picked=picked)

    # --- what has happened -----------------------------------------------------------------

    @Slot()
    def _on_form_abandoned(self) -> None:
        if self._control.run is None:
            self.pages.show_empty()

    @Slot(str, str)
    def show_bug(self, text: str, details: str) -> None:
        """Show what no code expected."""
        self.messages.show_message(Level.ERROR, text, details)

    @Slot(str)
    def _on_edit_refused(self, text: str) -> None:
        self.messages.show_message(Level.WARNING, text, "")

    # --- running ---------------------------------------------------------------------------

    @Slot()
    def start_run(self) -> None:
        """Run all jobs of the form; ask where some have run before."""
        self._run_commands.run_all()

    @Slot()
    def _on_starting(self) -> None:
        self.messages.clear_level(Level.ERROR, Level.WARNING, Level.SUCCESS)
        if self.run_button.hasFocus() or self.header.run_menu_button.hasFocus():
            self.job_tree.setFocus()  # else it goes to whatever is next, as the button goes dim

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask before Escape stops a run: it is pressed too easily."""
        if event.key() == Qt.Key.Key_Escape and self._control.can_stop:
            self._run_commands.ask_to_stop()
        else:
            super().keyPressEvent(event)

    # --- closing ---------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where jobs run; stop them; only then go."""
        event.setAccepted(self._closing.is_done)
        if not self._closing.is_done:
            self._closing.ask()

    @Slot()
    def close_now(self) -> None:
        """Stop all jobs and close, without a question."""
        self._closing.now()

    @Slot(bool)
    def _on_closing_begun(self, is_live: bool) -> None:
        self._form.keep()
        self._form.stop()
        self.preview_control.stop()
        self.table_page.stop()
        self._settings.save_layout(self, self.splitter.splitters())
        self._jobs.stop()
        if is_live:
            is_left = self._control.outlives_us and not self._control.cancels_on_close
            self.busy.set_text("Closing…" if is_left else "Stopping the jobs…")
            self.run_panel.setEnabled(False)  # it shows a run that is being let go of

    @Slot()
    def _on_closing_done(self) -> None:
        self._notices.close()
        self.close()
        self.closed.emit()

    def _home(self) -> QWidget:
        """Return the widget in sight that is to be used first."""
        if self.pages.currentWidget() is self.splitter:
            has_jobs = self._control.run is not None
            return self.job_tree if has_jobs else self.setup_panel.form
        return self.history.table if self.pages.is_history else self.empty

    @property
    def question(self) -> Question | None:
        """What is being asked."""
        return self._questions.current
