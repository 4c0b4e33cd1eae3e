"""The head of the details: which job, how it stands, and what it took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hopla_gui.domain.job import JobRecord, JobState
from hopla_gui.gui.icon_label import IconLabel
from hopla_gui.gui.jobs.formatting import (
    STATE_WORDS,
    clock_time,
    duration,
    exit_code_words,
    size,
    value_text,
)
from hopla_gui.gui.jobs.plain_view import dim_label
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.outside.again_button import AgainButton
from hopla_gui.gui.theme import SPACING, state_colour, state_icon

_PARAMETERS_SHOWN = 12


class DetailsHeader(QWidget):
    """Name, state and exit code in words; below, parameters, times, memory, attempt and host.

    Signals
    -------
    attempt_chosen
        The place of an attempt, from 0.
    """

    attempt_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = JobState.QUEUED
        self._icon = IconLabel(state_icon(JobState.QUEUED))
        self._name, self._state_label = _label(), _label()
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._parameters, self._facts = dim_label(), dim_label()
        for label in (self._state_label, self._parameters, self._facts):
            label.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(SPACING.SMALL)
        top.addWidget(self._icon)
        top.addWidget(self._name)
        top.addWidget(self._state_label, 1)
        self.attempt_box = QComboBox()
        self.attempt_box.setAccessibleName("Attempt")
        self.attempt_box.setToolTip("Each attempt keeps its own output, traceback and values")
        self.attempt_box.activated.connect(self.attempt_chosen)
        self.attempt_box.hide()
        top.addWidget(self.attempt_box)
        self.again_button = AgainButton()
        top.addWidget(self.again_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.SMALL, SPACING.SMALL, SPACING.SMALL, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addLayout(top)
        layout.addWidget(self._parameters)
        layout.addWidget(self._facts)

    def show_record(self, record: JobRecord) -> None:
        """Show how a job stands."""
        state = self._state = record.outcome.state
        self._icon.set_icon(state_icon(state))
        self._name.setText(one_line(record.spec.name))
        self._state_label.setText(state_sentence(record))
        self._show_colour()
        self._parameters.setText(parameters_text(record))
        self._facts.setText("   ".join(facts_words(record)))
        self._facts.setVisible(bool(self._facts.text()))

    def _show_colour(self) -> None:
        palette = self._state_label.palette()
        palette.setColor(QPalette.ColorRole.WindowText, state_colour(self._state))
        self._state_label.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        """Show the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            # later: the style sheet that comes next gives the label its old palette back
            QTimer.singleShot(0, self, self._show_colour)

    def show_standing(self, standing: str) -> None:
        """Say what the job does that is called running: it is being stopped, it is frozen."""
        self._state_label.setText(standing)

    def show_attempts(self, attempts: Sequence[JobRecord], place: int) -> None:
        """Offer the attempts of a job to choose from, where there is more than one."""
        texts = [
            f"Attempt {record.attempt} of {len(attempts)} · {STATE_WORDS[record.outcome.state]}"
            for record in attempts
        ]
        box = self.attempt_box
        if [box.itemText(item) for item in range(box.count())] != texts:
            box.clear()
            for text, record in zip(texts, attempts, strict=True):
                box.addItem(state_icon(record.outcome.state), text)
        box.setCurrentIndex(place)
        box.setVisible(len(attempts) > 1)

    def text(self) -> str:
        """Return all that it says."""
        labels = (self._name, self._state_label, self._parameters, self._facts)
        return "\n".join(label.text() for label in labels)


def state_sentence(record: JobRecord) -> str:
    """Return ``Failed · exit code 1``, ``Cancelled · after 60 s``."""
    outcome = record.outcome
    code = ""
    if outcome.state is JobState.FAILED and outcome.exit_code is not None:
        code = exit_code_words(outcome.exit_code)
    detail = one_line(outcome.detail or "")
    if code.startswith(detail):  # killed by SIGKILL: the code says that, and more
        detail = ""
    if outcome.state is JobState.CANCELLED:
        detail = detail.removeprefix("cancelled").lstrip()
    return " · ".join(filter(None, (STATE_WORDS[outcome.state], detail, code)))


def parameters_text(record: JobRecord) -> str:
    """Return ``lr = 0.1, model = small``."""
    given = list(record.spec.parameters.items())
    shown = [f"{name} = {value_text(value, 60)}" for name, value in given[:_PARAMETERS_SHOWN]]
    if len(given) > len(shown):
        shown.append(f"… {len(given) - len(shown)} more")
    return ",  ".join(shown)


def facts_words(record: JobRecord) -> Iterator[str]:
    """Yield what a job took, as far as it is known."""
    outcome = record.outcome
    if outcome.started is not None:
        yield f"Started {clock_time(outcome.started)}"
    if outcome.duration_s is not None:
        yield f"Took {duration(outcome.duration_s)}"
    if outcome.cpu_s is not None:
        yield f"CPU {duration(outcome.cpu_s)}"
    if outcome.max_rss_mb is not None:
        yield f"Memory {size(outcome.max_rss_mb * 1_000_000)}"
    if record.attempt > 1:
        yield f"Attempt {record.attempt}"
    if outcome.hostname:
        yield f"Host {one_line(outcome.hostname, 80)}"


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
