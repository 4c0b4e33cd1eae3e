"""What a job wrote: stdout and stderr, one of them or both, followed while it runs."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import JobRecord
from hopla_gui.gui.jobs.log_pane import LogPane
from hopla_gui.gui.jobs.plain_view import copy_text, set_wrapped, text_button
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.theme import SPACING

_POLL_MS = 300


class Streams(Enum):
    """Which of the two are shown."""

    BOTH = "Both"
    STDOUT = "stdout"
    STDERR = "stderr"


class OutputView(QWidget):
    """The logs of one job; in "both" a log that is empty takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stdout = LogPane("stdout")
        self.stderr = LogPane("stderr")
        self._streams = Streams.BOTH
        self._is_running = False
        self._shown: tuple[str, str] | None = None
        self._buttons = {streams: self._stream_button(streams) for streams in Streams}
        self._buttons[Streams.BOTH].setChecked(True)
        self.wrap_button = text_button("Wrap", tip="Break long lines at the width of the window")
        self.wrap_button.setCheckable(True)
        self.wrap_button.toggled.connect(self._on_wrap_toggled)
        self.copy_button = text_button("Copy", "copy", "Copy the page that is shown")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self._lay_out()
        for pane in (self.stdout, self.stderr):
            pane.size_changed.connect(self._show_panes)
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._show_panes()

    def _stream_button(self, streams: Streams) -> QToolButton:
        button = text_button(streams.value)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.show_streams(streams))
        return button

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.TINY)
        for button in self._buttons.values():
            group.addButton(button)
            bar.addWidget(button)
        bar.addStretch()
        bar.addWidget(self.wrap_button)
        bar.addWidget(self.copy_button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.stdout)
        splitter.addWidget(self.stderr)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACING.SMALL,) * 4)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(bar)
        layout.addWidget(splitter)

    def show_job(self, run: RunView, record: JobRecord) -> None:
        """Show the logs of a job's last attempt; go on from where it was for the same one."""
        self._is_running = not record.outcome.state.is_final
        paths = run.run_dir / record.stdout, run.run_dir / record.stderr
        key = str(paths[0]), str(paths[1])
        if key == self._shown:
            self._on_timer_timeout()
        else:
            self._shown = key
            self.stdout.show_log(paths[0])
            self.stderr.show_log(paths[1])
        self._show_panes()
        self._start_or_stop()

    def clear(self) -> None:
        """Show nothing."""
        self._shown, self._is_running = None, False
        self.stdout.show_log(None)
        self.stderr.show_log(None)
        self._start_or_stop()

    def show_streams(self, streams: Streams) -> None:
        """Show stdout, stderr or both."""
        self._streams = streams
        self._buttons[streams].setChecked(True)
        self._show_panes()

    def save_state(self) -> str:
        """Return how the logs are shown, as a text for the settings."""
        return "wrapped" if self.wrap_button.isChecked() else ""

    def restore_state(self, state: str) -> None:
        """Take up what `save_state` returned."""
        self.wrap_button.setChecked(state == "wrapped")

    def _show_panes(self) -> None:
        both = self._streams is Streams.BOTH
        out, err = self.stdout.log_size > 0, self.stderr.log_size > 0
        self.stdout.setVisible(self._streams is Streams.STDOUT or (both and (out or not err)))
        self.stderr.setVisible(self._streams is Streams.STDERR or (both and err))
        nothing = "Nothing written yet" if self._is_running else "Nothing was written"
        for pane in (self.stdout, self.stderr):
            pane.view.setPlaceholderText(nothing)

    def _on_wrap_toggled(self, wrapped: bool) -> None:
        for pane in (self.stdout, self.stderr):
            set_wrapped(pane.view, wrapped)

    def _on_copy_clicked(self) -> None:
        panes = [pane for pane in (self.stdout, self.stderr) if not pane.isHidden()]
        texts = (text for pane in panes if (text := pane.view.toPlainText()))
        copy_text("\n".join(texts), self.copy_button)

    def _on_timer_timeout(self) -> None:
        self.stdout.follow()
        self.stderr.follow()

    def _start_or_stop(self) -> None:
        if self._is_running and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, and follow while the job runs."""
        super().showEvent(event)
        self._on_timer_timeout()
        self._start_or_stop()

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow for nobody."""
        super().hideEvent(event)
        self._timer.stop()
