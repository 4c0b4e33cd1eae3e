"""The window: the set-up at the left, the jobs at the right, and what connects the two.

Runs on the main thread. What the user asks for is done by the `Workbench`; here are the widgets,
what they show, and how the window opens and closes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import Counts, JobStatus
from hopla_gui.domain.setup import Setup
from hopla_gui.engine.results.stored_run import StoredRun
from hopla_gui.errors import HoplaError
from hopla_gui.gui.about import show_about
from hopla_gui.gui.actions import Actions
from hopla_gui.gui.busy_bar import BusyBar
from hopla_gui.gui.document import Goal
from hopla_gui.gui.empty_state import EmptyState
from hopla_gui.gui.file_commands import FileCommands
from hopla_gui.gui.file_dialogs import FileDialogs
from hopla_gui.gui.form_control import FormControl
from hopla_gui.gui.form_hint import FormHint
from hopla_gui.gui.header import Header
from hopla_gui.gui.history.history_control import HistoryControl
from hopla_gui.gui.history.history_page import HistoryPage
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.messages import Level, MessageBar
from hopla_gui.gui.pages import Pages
from hopla_gui.gui.preview_control import PreviewControl
from hopla_gui.gui.question import Question
from hopla_gui.gui.questions import Questions
from hopla_gui.gui.run_commands import RunCommands
from hopla_gui.gui.run_panel import RunPanel
from hopla_gui.gui.settings import Settings
from hopla_gui.gui.setup.setup_panel import SetupPanel
from hopla_gui.gui.theme import SPACING
from hopla_gui.gui.workbench import Workbench

_SIZE = QSize(1280, 800)
_FRAME = QSize(16, 48)  # room for the title bar, whose height is not known before it is shown
_SIZES = [500, 780]


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
        self._closing: asyncio.Task[None] | None = None
        self._may_close = False
        self._make_widgets()
        self._form = FormControl(self.setup_panel, self.workbench, self)
        self._hint = FormHint(self.setup_panel, self.run_panel, self.workbench, self)
        self.preview_control = PreviewControl(self.setup_panel, self.workbench, self)
        self.jobs_page = self.preview_control.page
        self.pages.addWidget(self.jobs_page)
        self._run_commands = RunCommands(
            self.setup_panel, self.workbench, self.preview_control, self._questions, self
        )
        self.history_control = HistoryControl(
            self.history, self.workbench, self._run_commands, self._questions, self
        )
        dialogs = FileDialogs(self, settings)
        self._files = FileCommands(
            dialogs, self.workbench, self.open_path, self.setup_panel.setup, self
        )
        self._arrange()
        self._connect_actions()
        self._connect_parts()
        self._refresh()
        self._refresh_undo()

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
        self.pages = Pages(self.empty, self.splitter, self.history, self._commands["history"])
        self.run_button = self.header.run_button
        self.job_tree = self.run_panel.tree
        self.details = self.run_panel.details

    def _arrange(self) -> None:
        self.splitter.addWidget(self.setup_panel)
        self.splitter.addWidget(self.run_panel)
        self.splitter.setSizes(_SIZES)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setContentsMargins(SPACING.SMALL, 0, SPACING.SMALL, SPACING.SMALL)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, self.busy, self.messages):
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self._commands.fill(self.menuBar())
        self.setAcceptDrops(True)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        self._settings.restore_layout(self, self._splitters())

    def _splitters(self) -> list[QSplitter]:
        return [self.splitter, self.run_panel.splitter, self.setup_panel.splitter]

    def _connect_actions(self) -> None:
        for name, slot in {
            "open_script": self._files.ask_script,
            "open_sweep": self._files.ask_sweep,
            "open_run": self._files.ask_run,
            "open_demo": self.workbench.open_demo,
            "save_sweep": self._files.save,
            "save_sweep_as": self._files.ask_save,
            "reload": self._form.reload,
            "export": self._files.ask_export,
            "undo": self.setup_panel.undo_control.undo,
            "redo": self.setup_panel.undo_control.redo,
            "all_jobs": self.show_all_jobs,
            "quit": self.close,
            "run": self.start_run,
            "run_one": self._run_commands.run_one_first,
            "run_corners": self._run_commands.run_corners_first,
            "resume": self._on_resume,
            "stop": self._control.stop,
            "next_failed": self._on_next_failed,
            "focus_setup": self.setup_panel.form.setFocus,
            "focus_jobs": self.job_tree.setFocus,
            "focus_details": self.details.setFocus,
            "find": self._on_find,
            "dismiss": self.messages.clear,
            "about": self._on_about,
        }.items():
            self._commands[name].triggered.connect(slot)
        self._commands["pause"].triggered.connect(self._control.pause)
        self._commands["freeze"].triggered.connect(self._control.freeze)
        self._commands["run_log"].toggled.connect(self.run_panel.show_log)
        self.run_panel.bar.log_button.clicked.connect(self._commands["run_log"].trigger)
        self.run_panel.notes.close_wanted.connect(self._commands["run_log"].trigger)
        for kind, action in self._commands.batches.items():
            action.triggered.connect(lambda *_, kind=kind: self._files.ask_batch(kind))
        for mode, action in self._commands.themes.items():
            action.setChecked(mode == self._settings.theme)
            action.triggered.connect(lambda *_, mode=mode: self._on_theme_chosen(mode))
        self._commands.recent_menu.aboutToShow.connect(self._on_recent_about_to_show)

    def _connect_parts(self) -> None:
        self.empty.script_wanted.connect(self._files.ask_script)
        self.empty.sweep_wanted.connect(self._files.ask_sweep)
        self.empty.demo_wanted.connect(self.workbench.open_demo)
        self.empty.recent_wanted.connect(self.open_path)
        self.setup_panel.checked.connect(self._refresh)
        self.setup_panel.undo_control.changed.connect(self._refresh_undo)
        self.setup_panel.preview.all_wanted.connect(self.show_all_jobs)
        self.setup_panel.preview.refused_wanted.connect(self.show_refused)
        self.jobs_page.close_wanted.connect(self._on_jobs_page_closed)
        self.jobs_page.refused.connect(self._on_edit_refused)
        self._run_commands.refused_wanted.connect(self.show_refused)
        self.setup_panel.script_wanted.connect(self._files.ask_script)
        self.setup_panel.sweep_wanted.connect(self._files.ask_sweep)
        self.setup_panel.demo_wanted.connect(self.workbench.open_demo)
        self._form.path_chosen.connect(self.open_path)
        self._form.shown.connect(self._on_form_shown)
        self._form.abandoned.connect(self._on_form_abandoned)
        self._form.message.connect(self.messages.show_message)
        self.run_panel.stop_requested.connect(self._control.cancel)
        self.run_panel.rerun_requested.connect(self.workbench.rerun)
        self.run_panel.first_requested.connect(self._control.move_first)
        self.run_panel.bar.workers_chosen.connect(self._control.resize)
        self.run_panel.pilot_bar.accepted.connect(self._control.go_on)
        self.run_panel.resume_bar.accepted.connect(self._on_resume)
        self.run_panel.pilot_bar.declined.connect(self._control.stop)
        self._run_commands.starting.connect(self._on_starting)
        self._run_commands.changed.connect(self._refresh)
        self.pages.history_shown.connect(self._on_history_shown)
        self.history.close_wanted.connect(self.pages.hide_history)
        self.history_control.run_shown.connect(self.pages.show_work)
        self.history_control.leaving.connect(self._form.keep)
        self.workbench.message.connect(self.messages.show_message)
        self.workbench.failed.connect(self._on_failed)
        self.workbench.busy_changed.connect(self.busy.set_text)
        self._document.changed.connect(self._refresh)
        self._document.trust_wanted.connect(self._on_trust_wanted)
        self._control.run_opened.connect(self._on_run_opened)
        self._control.events_arrived.connect(self.run_panel.apply)
        self._control.stop_asked.connect(self.run_panel.show_stopping)
        self._control.pilot_released.connect(self.run_panel.release_pilot)
        self._control.run_finished.connect(self._on_run_finished)
        self._control.changed.connect(self._refresh)

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
        self._form.keep()
        self.messages.clear_level(Level.ERROR, Level.WARNING)
        self.workbench.open_path(path, picked=picked)

    @Slot()
    def _on_recent_about_to_show(self) -> None:
        menu = self._commands.recent_menu
        menu.clear()
        for path in self._settings.recent:
            menu.addAction(str(path)).triggered.connect(lambda *_, path=path: self.open_path(path))
        if menu.isEmpty():
            menu.addAction("Nothing was opened yet").setEnabled(False)

    @Slot(object)
    def _on_trust_wanted(self, goal: Goal) -> None:
        title, text, buttons = trust_words(goal.setup)

        def take(place: int, _remember: bool) -> None:
            if place == 0:
                self.workbench.approve(goal)

        if not self._questions.ask(title, text, buttons, take):
            self.messages.show_message(Level.WARNING, f"{goal.setup.script} was not opened.", "")

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

    @Slot()
    def _on_find(self) -> None:
        (self.history if self.pages.is_history else self.run_panel.filter_bar).focus_search()

    @Slot()
    def _on_next_failed(self) -> None:
        self.pages.show_work()
        self.job_tree.select_next_failed()
        self.job_tree.setFocus()

    @Slot()
    def _on_resume(self) -> None:
        if self._control.run_dir is not None:
            self.workbench.resume(self._control.run_dir)

    @Slot(object, object)
    def _on_run_opened(self, run: StoredRun | None, statuses: list[JobStatus]) -> None:
        self.run_panel.load(run, statuses, live=self._control.is_live)
        if run is not None:
            self.pages.show_work()

    @Slot(object)
    def _on_run_finished(self, counts: Counts) -> None:
        self.run_panel.finish(counts)
        QApplication.alert(self)
        self.run_finished.emit(counts)

    @Slot(object)
    def _on_failed(self, error: HoplaError) -> None:
        self.messages.show_error(error)

    @Slot(str, str)
    def show_bug(self, text: str, details: str) -> None:
        """Show what no code expected."""
        self.messages.show_message(Level.ERROR, text, details)

    @Slot()
    def _refresh(self) -> None:
        control, has_spec = self._control, self._document.spec is not None
        is_live, can_run = control.is_live, has_spec and not self._run_commands.is_busy
        jobs = self.setup_panel.job_count() if has_spec else 0
        run = self._commands["run"]
        run.setText(f"Run {jobs:,} jobs" if jobs > 1 else "Run")
        run.setEnabled(can_run)
        self._commands["run_one"].setEnabled(can_run and jobs > 1)
        self._commands["run_corners"].setEnabled(can_run and jobs > 2)
        self._commands["stop"].setEnabled(control.can_stop)
        for name in ("pause", "freeze"):
            self._commands[name].setEnabled(is_live and not control.is_stopping)
        self._commands["pause"].setChecked(control.is_paused)
        self._commands["pause"].setText("Continue" if control.is_paused else "Pause")
        self._commands["freeze"].setChecked(control.is_frozen)
        shown = self.run_panel.model.counts()
        self._commands["next_failed"].setEnabled(bool(shown.failed + shown.timeout + shown.lost))
        self._commands["resume"].setEnabled(self.run_panel.left() > 0 and not is_live)
        self.run_panel.bar.show_run(
            control.workers,
            live=is_live,
            paused=control.is_paused,
            frozen=control.is_frozen,
            stopping=control.is_stopping,
        )
        for name in ("save_sweep", "save_sweep_as", "reload", "all_jobs"):
            self._commands[name].setEnabled(has_spec)
        self._commands["export"].setEnabled(self._control.run is not None)
        self._commands.batch_menu.setEnabled(has_spec)
        counts = self._control.counts
        done = f"({counts.finished:,}/{counts.total:,}) " if is_live and counts.total else ""
        self.setWindowTitle(f"{done}{self._document.name}[*]" if has_spec else "hopla_gui")
        self.setWindowModified(self._document.is_modified)

    @Slot()
    def show_all_jobs(self) -> None:
        """Show the table of all jobs that the form makes."""
        if self._document.spec is not None:
            self.pages.show_page(self.jobs_page)
            self.jobs_page.table.setFocus()

    @Slot()
    def show_refused(self) -> None:
        """Show the first job that the script's parser refuses."""
        self.show_all_jobs()
        self.jobs_page.show_refused()

    @Slot()
    def _on_jobs_page_closed(self) -> None:
        self.pages.show_work()
        self.setup_panel.form.setFocus()

    @Slot(str)
    def _on_edit_refused(self, text: str) -> None:
        self.messages.show_message(Level.WARNING, text, "")

    @Slot()
    def _refresh_undo(self) -> None:
        undo = self.setup_panel.undo_control
        for name, words in (("undo", undo.undo_name), ("redo", undo.redo_name)):
            verb = name.capitalize()
            self._commands[name].setText(f"{verb}: {words.replace('&', '&&')}" if words else verb)
            self._commands[name].setEnabled(bool(words))

    @Slot()
    def _on_about(self) -> None:
        show_about(self)

    def _on_theme_chosen(self, mode: str) -> None:
        self._settings.theme = mode
        self.theme_chosen.emit(mode)

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
            title = f"Stop {_jobs_words(self._control.counts)}?"
            text = "What has finished is kept."
            self._questions.confirm(title, text, "Stop", "Keep running", self._control.stop)
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
            self.open_path(path, picked=False)

    # --- closing ---------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where jobs run; stop them; only then go."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._closing is not None:
            return
        if self._control.is_live:
            title = f"Stop {_jobs_words(self._control.counts)} and close?"
            text = "What has finished is kept, what waits stays queued: the run can be resumed."
            self._questions.confirm(title, text, "Stop and close", "Keep running", self.close_now)
        else:
            self.close_now()

    @Slot()
    def close_now(self) -> None:
        """Stop all jobs and close, without a question."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        self._form.keep()
        self._form.stop()
        self.preview_control.stop()
        self._settings.save_layout(self, self._splitters())
        if self._control.is_live:
            self.busy.set_text("Stopping the jobs…")
            self.run_panel.setEnabled(False)  # it shows a run that is being let go of
        try:
            await self.workbench.close()
        finally:
            self._may_close = True
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


def trust_words(setup: Setup) -> tuple[str, str, tuple[str, str]]:
    """Return title, text and buttons of the question about a script that came along."""
    title = f"Open {setup.script.name}, which was never opened here?"
    python = f", with {setup.python}" if setup.python else ""
    text = (
        f"{one_line(str(setup.script))}\n\nTo read its parameters, the script is run{python} up to"
        " its parser. Open it if you trust where it comes from. You are asked once."
    )
    return title, text, ("Open it", "Cancel")


def _jobs_words(counts: Counts) -> str:
    jobs = counts.running or counts.queued
    return f"{jobs:,} {'running' if counts.running else 'waiting'} {'job' if jobs == 1 else 'jobs'}"


def _dropped(data: QMimeData) -> Path | None:
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None
