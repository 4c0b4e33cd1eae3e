"""The window: the set-up at the left, the jobs at the right, and what connects the two.

Runs on the main thread. What the user asks for is done by the `Workbench`; here are the widgets,
what they show, and how the window opens and closes.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import Counts, JobStatus
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import HoplaError
from hopla_gui.gui.action_state import ActionState
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.advice_control import AdviceControl
from hopla_gui.gui.busy_bar import BusyBar
from hopla_gui.gui.closing import Closing, jobs_words
from hopla_gui.gui.cluster_profiles import ProfileMenu
from hopla_gui.gui.empty_state import EmptyState
from hopla_gui.gui.export.export_control import ExportControl
from hopla_gui.gui.file_commands import FileCommands
from hopla_gui.gui.file_dialogs import FileDialogs
from hopla_gui.gui.form_control import FormControl
from hopla_gui.gui.form_hint import FormHint
from hopla_gui.gui.form_room import FormRoom
from hopla_gui.gui.header import Header
from hopla_gui.gui.history.history_control import HistoryControl
from hopla_gui.gui.history.history_page import HistoryPage
from hopla_gui.gui.messages import Level, MessageBar
from hopla_gui.gui.notices.run_notices import RunNotices
from hopla_gui.gui.notices.words import window_title
from hopla_gui.gui.outside.outside_control import OutsideControl
from hopla_gui.gui.pages import Pages
from hopla_gui.gui.plot_commands import PlotCommands
from hopla_gui.gui.preset_menu import PresetMenu
from hopla_gui.gui.presets import Presets
from hopla_gui.gui.preview_control import PreviewControl
from hopla_gui.gui.question import Question
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.scroll_when_small import ScrollWhenSmall
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.report_page import ReportPage
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.setup.table_page import TablePage
from hopla_gui.gui.setup.table_sweep import TABLE_SUFFIXES
from hopla_gui.gui.theme import SPACING
from hopla_gui.gui.trust_question import TrustQuestion
from hopla_gui.gui.view_commands import ViewCommands
from hopla_gui.gui.workbench import Workbench

_SIZE = QSize(1280, 800)
_FRAME = QSize(16, 48)  # room for the title bar, whose height is not known before it is shown
_SIZES = [500, 780]
_LEAST_RUN = QSize(280, 200)
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
        self._refresh_title()

    # --- building --------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.header = Header(self._commands)
        self.messages = MessageBar()
        self.busy = BusyBar()
        self.empty = EmptyState()
        self.empty.set_recent(self._settings.recent)
        self.setup_panel = SetupPanel()
        self.run_panel = RunPanel()
        self.history = HistoryPage()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("setup-and-jobs")
        self.splitter.addWidget(self.setup_panel)
        self._jobs_side = ScrollWhenSmall(self.run_panel, _LEAST_RUN)
        self.splitter.addWidget(self._jobs_side)
        self.setup_panel.setFocusProxy(self.setup_panel.form)
        self._jobs_side.setFocusProxy(self.run_panel.tree)
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
        self._form_room = FormRoom(
            self.setup_panel,
            self._jobs_side,
            self._control,
            self._commands["form"],
            self.run_panel.bar.form_button,
            self.setup_panel.script_bar.jobs_button,
        )
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
        self._files = FileCommands(
            dialogs,
            self.workbench,
            self.open_path,
            self.setup_panel.setup,
            self,
        )
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
        self._action_state = ActionState(
            self._commands,
            self.workbench,
            self.setup_panel,
            self.run_panel,
            self._run_commands,
            self,
        )

    def _arrange(self) -> None:
        self.splitter.setSizes(_SIZES)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setContentsMargins(SPACING.SMALL, 0, SPACING.SMALL, SPACING.SMALL)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, self.busy, self.export_control.bar, self.messages):
            column.addWidget(part)
        column.addWidget(ScrollWhenSmall(self.pages, _LEAST_PAGE), 1)
        self.setCentralWidget(centre)
        self._commands.fill(self.menuBar())
        self.setAcceptDrops(True)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        self._settings.restore_layout(self, self._splitters())
        self.job_tree.restore_state(self._settings.tree_state("columns"))
        self.run_panel.filter_bar.restore_state(self._settings.tree_state("filter"))
        self.details.compare_view.restore_state(self._settings.tree_state("comparison"))

    def _splitters(self) -> list[QSplitter]:
        return [self.splitter, self.run_panel.splitter, self.setup_panel.splitter]

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

    def _connect_parts(self) -> None:
        self.empty.script_wanted.connect(self._files.ask_script)
        self.empty.sweep_wanted.connect(self._files.ask_sweep)
        self.empty.demo_wanted.connect(self.workbench.open_demo)
        self.empty.recent_wanted.connect(self.open_path)
        self.jobs_page.refused.connect(self._on_edit_refused)
        self._run_commands.refused_wanted.connect(self._view.show_refused)
        self.setup_panel.script_wanted.connect(self._files.ask_script)
        self.setup_panel.sweep_wanted.connect(self._files.ask_sweep)
        self.setup_panel.demo_wanted.connect(self.workbench.open_demo)
        self.setup_panel.attention_wanted.connect(self._form_room.show)
        self._commands["open_demo"].triggered.connect(self._form_room.show)
        self._form.path_chosen.connect(self.open_path)
        self._form.shown.connect(self._on_form_shown)
        self._form.abandoned.connect(self._on_form_abandoned)
        self._form.message.connect(self.messages.show_message)
        self.run_panel.stop_requested.connect(self._control.cancel)
        self.run_panel.rerun_requested.connect(self.workbench.rerun)
        self.run_panel.first_requested.connect(self._control.move_first)
        self.run_panel.bar.workers_chosen.connect(self._control.resize)
        self.run_panel.pilot_bar.accepted.connect(self._control.go_on)
        self.run_panel.resume_bar.accepted.connect(self._run_commands.resume)
        self.run_panel.holder_bar.accepted.connect(self._run_commands.look_again)
        self.run_panel.pilot_bar.declined.connect(self._control.stop)
        self._run_commands.starting.connect(self._on_starting)
        self.pages.history_shown.connect(self._on_history_shown)
        self.history.close_wanted.connect(self.pages.hide_history)
        self.history_control.run_shown.connect(self.pages.show_work)
        self.history_control.leaving.connect(self._form.keep)
        self.workbench.message.connect(self.messages.show_message)
        self.workbench.failed.connect(self._on_failed)
        self.outside.failed.connect(self._on_failed)
        self.workbench.busy_changed.connect(self.busy.set_text)
        self.export_control.message.connect(self.messages.show_message)
        for menu in (self._presets, self._profiles):
            menu.message.connect(self.messages.show_message)
            menu.failed.connect(self._on_failed)
        self._plots.message.connect(self.messages.show_message)
        self._trust_question.message.connect(self.messages.show_message)
        self._document.changed.connect(self._refresh_title)
        self._control.run_opened.connect(self._on_run_opened)
        self._control.events_arrived.connect(self.run_panel.apply)
        self._control.stop_asked.connect(self.run_panel.show_stopping)
        self._control.pilot_released.connect(self.run_panel.release_pilot)
        self._control.run_finished.connect(self._on_run_finished)
        self._control.changed.connect(self._refresh_title)
        self._view.theme_chosen.connect(self.theme_chosen)
        self._closing.begun.connect(self._on_closing_begun)
        self._closing.done.connect(self._on_closing_done)

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
    def _on_form_shown(self) -> None:
        self.pages.show_work()

    @Slot()
    def _on_form_abandoned(self) -> None:
        if self._control.run is None:
            self.pages.show_empty()

    @Slot()
    def _on_history_shown(self) -> None:
        self.history.table.setFocus()
        self.history_control.refresh()

    @Slot(object, object)
    def _on_run_opened(self, run: StoredRun | None, statuses: list[JobStatus]) -> None:
        holder = self._control.holder or ""
        self.run_panel.load(run, statuses, live=self._control.is_live, holder=holder)
        if run is not None:
            self.pages.show_work()

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        self.run_panel.finish(counts)
        self.run_finished.emit(counts)

    @Slot(object)
    def _on_failed(self, error: HoplaError) -> None:
        self.messages.show_error(error)

    @Slot(str, str)
    def show_bug(self, text: str, details: str) -> None:
        """Show what no code expected."""
        self.messages.show_message(Level.ERROR, text, details)

    @Slot()
    def _refresh_title(self) -> None:
        """Name what is open and how far its run is: it is read in the task bar too."""
        counts = self._control.counts if self._control.is_live else Counts()
        has_spec = self._document.spec is not None
        name = f"{self._document.name}[*]" if has_spec else "hopla_gui"
        self.setWindowTitle(window_title(name, counts))
        self.setWindowModified(self._document.is_modified)

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
            title = f"Stop {jobs_words(self._control.counts)}?"
            text = "What has finished is kept."
            stop, until = self._control.stop, self._control.run_finished
            self._questions.confirm(title, text, "Stop", "Keep running", stop, until)
        else:
            super().keyPressEvent(event)

    # --- drag and drop ---------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file."""
        path = _dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            if path.suffix.lower() in TABLE_SUFFIXES:
                self._open_table(path)
            else:
                self.open_path(path, picked=False)

    def _open_table(self, path: Path) -> None:
        if self._document.spec is None:
            text = "A table needs a script whose parameters its columns go to: open that first."
            self.messages.show_message(Level.INFO, text, "")
            return
        self._view.show_table()
        self.table_page.open(path)

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
        self.run_panel.plots.stop()
        self.run_panel.model.arranger.stop()
        self.run_panel.failures.stop()
        self._settings.save_layout(self, self._splitters())
        self._settings.set_tree_state("columns", self.job_tree.save_state())
        self.run_panel.group_filter.release()
        self._settings.set_tree_state("filter", self.run_panel.filter_bar.save_state())
        self._settings.set_tree_state("comparison", self.details.compare_view.save_state())
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


def _dropped(data: QMimeData) -> Path | None:
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None
