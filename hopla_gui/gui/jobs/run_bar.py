"""The head of a run: what it is, how far it is, how many jobs at a time, the button for its log."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hopla_gui.domain.setup import HIGHEST
from hopla_gui.gui.jobs.job_cells import FROZEN, STOPPING
from hopla_gui.gui.jobs.plain_view import dim_label, icon_button, text_button
from hopla_gui.gui.jobs.run_heading import RunHeading
from hopla_gui.gui.jobs.run_progress import RunProgress
from hopla_gui.gui.jobs.view_switch import ViewSwitch
from hopla_gui.gui.setup.editor import CalmSpinBox
from hopla_gui.gui.theme import SPACING, icon, tinted_icon, warning_colour

_PAUSED = "Paused"


class RunBar(QWidget):
    """Heading, and at its right what steers the run that is live; progress below.

    Signals
    -------
    workers_chosen
        A number of jobs at a time.
    """

    workers_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = RunHeading()
        self.progress = RunProgress()
        self.workers = CalmSpinBox()
        self.workers.setRange(1, HIGHEST["workers"])
        self.workers.setKeyboardTracking(False)  # 12 is not first 1
        self.workers.setAccessibleName("Workers of this run")
        self.workers.setToolTip("Jobs at a time; surplus ones finish first")
        self.workers.valueChanged.connect(self.workers_chosen)
        self._steered = 0  # workers that the rate of jobs is one of
        self._workers_label = QLabel("Workers")
        self._workers_label.setBuddy(self.workers)
        self._hint = dim_label()
        self._hint.setWordWrap(True)
        self._hint.hide()
        self.form_button = icon_button("panel", "Show or hide the form (Ctrl+B)")
        self.form_button.setCheckable(True)
        self.form_button.setChecked(True)
        self.log_button = text_button("Log", "terminal", "What the run says of itself (Ctrl+L)")
        self.log_button.setCheckable(True)
        self.advice_button = text_button("Advice", "info", "What the jobs took")
        self.advice_button.setCheckable(True)
        self.view_switch = ViewSwitch()
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING.SMALL)
        head.addWidget(self.form_button)
        head.addWidget(self.heading, 1)
        for widget in (
            self._workers_label,
            self.workers,
            self.advice_button,
            self.view_switch,
            self.log_button,
        ):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addLayout(head)
        column.addWidget(self._hint)
        column.addWidget(self.progress)

    def show_run(
        self, workers: int, *, live: bool, paused: bool, frozen: bool, stopping: bool
    ) -> None:
        """Show how a run is steered; of one that is over the workers are not asked."""
        for widget in (self._workers_label, self.workers):
            widget.setVisible(live and not stopping)
        word = STOPPING if stopping else FROZEN if frozen else _PAUSED
        self.progress.show_held(word if live and (paused or stopping) else "")
        self.progress.show_frozen(frozen)
        if workers != self._steered:
            self._steered = workers
            self.progress.forget_rate()
        if workers and not self.workers.hasFocus():
            was_blocked = self.workers.blockSignals(True)
            self.workers.setValue(workers)
            self.workers.blockSignals(was_blocked)

    def show_hint(self, text: str) -> None:
        """Say quietly what is to be known of the run; nothing for an empty text."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def hint(self) -> str:
        """Return what is said quietly."""
        return self._hint.text()

    @Slot(int, int)
    def show_note_count(self, notes: int, warnings: int) -> None:
        """Show on the button how much the log holds."""
        self.log_button.setText(f"Log ({notes:,})" if notes else "Log")
        sign = tinted_icon("warning", warning_colour) if warnings else icon("terminal")
        self.log_button.setIcon(sign)
