"""The head of a run: its progress, how many jobs at a time, and the button for its log."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from hopla_gui.gui.jobs.plain_view import text_button
from hopla_gui.gui.jobs.run_progress import RunProgress
from hopla_gui.gui.setup.editor import CalmSpinBox
from hopla_gui.gui.theme import SPACING, icon, tinted_icon, warning_colour

_WORKERS_AT_MOST = 4096
_PAUSED = "Paused"
_FROZEN = "Frozen"


class RunBar(QWidget):
    """Progress at the left; at the right what steers the run that is live.

    Signals
    -------
    workers_chosen
        A number of jobs at a time.
    """

    workers_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = RunProgress()
        self.workers = CalmSpinBox()
        self.workers.setRange(1, _WORKERS_AT_MOST)
        self.workers.setKeyboardTracking(False)  # 12 is not first 1
        self.workers.setAccessibleName("Workers of this run")
        self.workers.setToolTip("Jobs at a time; surplus ones finish first")
        self.workers.valueChanged.connect(self.workers_chosen)
        self._workers_label = QLabel("Workers")
        self._workers_label.setBuddy(self.workers)
        self._held = QLabel(_PAUSED)
        self._held.setProperty("warning", True)
        self.log_button = text_button("Log", "terminal", "What the run has to say of itself")
        self.log_button.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.SMALL)
        row.addWidget(self.progress, 1)
        top = Qt.AlignmentFlag.AlignVCenter
        for widget in (self._held, self._workers_label, self.workers, self.log_button):
            row.addWidget(widget, 0, top)

    def show_run(self, workers: int, *, live: bool, paused: bool, frozen: bool) -> None:
        """Show how a run is steered; of one that is over the workers are not asked."""
        self._workers_label.setVisible(live)
        self.workers.setVisible(live)
        self._held.setText(_FROZEN if frozen else _PAUSED)
        self._held.setVisible(live and paused)
        if workers and not self.workers.hasFocus():
            was_blocked = self.workers.blockSignals(True)
            self.workers.setValue(workers)
            self.workers.blockSignals(was_blocked)

    @Slot(int, int)
    def show_note_count(self, notes: int, warnings: int) -> None:
        """Show on the button how much the log holds."""
        self.log_button.setText(f"Log ({notes:,})" if notes else "Log")
        sign = tinted_icon("warning", warning_colour) if warnings else icon("terminal")
        self.log_button.setIcon(sign)
