"""Progress of a run: a bar in the colours of the states, and what it says in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hopla_gui.domain.job import Counts, JobState
from hopla_gui.gui.jobs.formatting import STATE_WORDS, duration, elapsed
from hopla_gui.gui.jobs.job_cells import FROZEN
from hopla_gui.gui.jobs.progress_estimate import RateEstimate, rate_words, time_left_words
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.theme import SPACING, colours, state_colour

# From left to right: what is done, what went wrong, what runs; the rest of the bar waits.
_SEGMENTS = (
    JobState.SUCCEEDED,
    JobState.FAILED,
    JobState.TIMEOUT,
    JobState.LOST,
    JobState.CANCELLED,
    JobState.RUNNING,
)
_SPOKEN = (*_SEGMENTS, JobState.QUEUED)


def counts_words(counts: Counts, *, frozen: bool = False) -> str:
    """Return ``8 of 12 done · 6 succeeded · 2 failed · 4 running``, or ``4 frozen``."""
    if not counts.total:
        return ""
    spoken = {**STATE_WORDS, **({JobState.RUNNING: FROZEN} if frozen else {})}
    found = ((state, getattr(counts, state.value)) for state in _SPOKEN)
    words = [f"{count:,} {spoken[state].lower()}" for state, count in found if count]
    return " · ".join([f"{counts.done:,} of {counts.total:,} done", *words])


class RunProgress(QWidget):
    """Shows how far a run is, how fast it goes and how long it will take."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _SegmentBar()
        self._counts_label = _plain_label()
        self._time_label = _plain_label()
        self._counts_label.setWordWrap(True)
        self._time_label.setProperty("dim", True)
        self._time_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._held = _plain_label()
        self._held.setProperty("warning", True)
        self._held.hide()
        words = QHBoxLayout()
        words.addWidget(self._counts_label, 1)
        words.addWidget(self._time_label)
        words.addWidget(self._held)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.TINY)
        layout.addWidget(self._bar)
        layout.addLayout(words)
        self._estimate = RateEstimate()
        self._started: float | None = None
        self._before = 0  # jobs that had ended when the run was taken up
        self._holds: set[str] = set()
        self._has_been_held = False  # an average would count that time
        self._why_waiting = ""
        self._is_frozen = False
        self._counts = Counts()

    def start(self, counts: Counts) -> None:
        """Show a run that is about to start, or to go on from where it stands."""
        self._estimate = RateEstimate()
        self._started = None
        self._holds.clear()
        self._has_been_held = False
        self._why_waiting = ""
        self._before = counts.worked_off
        self._show(counts)
        self._time_label.setText("starting…" if counts.queued == counts.total > 0 else "")

    def update(self, counts: Counts, now: float) -> None:  # type: ignore[override]
        """Show how a run stands at a time of a clock that never goes back, in seconds."""
        if self._started is None:
            self._started = now
        self._estimate.add(now, counts.worked_off)
        self._show(counts)
        self._time_label.setText(" · ".join(self._time_words(counts, now)))

    def say_why_waiting(self, why: str) -> None:
        """Say from now on why queued jobs wait."""
        self._why_waiting = one_line(why, 120)

    def show_frozen(self, frozen: bool) -> None:
        """Say whether the jobs that run stand still."""
        if frozen != self._is_frozen:
            self._is_frozen = frozen
            self._show(self._counts)

    def show_held(self, word: str) -> None:
        """Say in a word why a person lets no more jobs be started; nothing where they are."""
        self._held.setText(word)
        self._held.setVisible(bool(word))
        self.hold("a person's word", bool(word))

    def held_text(self) -> str:
        """Return why no more jobs are started; nothing where they are."""
        return self._held.text()

    def hold(self, reason: str, held: bool) -> None:
        """Promise no end while there is a reason to hold jobs back.

        The time until all are released says nothing of how fast the run goes.
        """
        was_held = bool(self._holds)
        self._holds = self._holds | {reason} if held else self._holds - {reason}
        self._has_been_held |= held
        if was_held and not self._holds:
            self.forget_rate()

    def forget_rate(self) -> None:
        """Promise no end until enough jobs have ended from now on: how fast they go changes."""
        self._estimate = RateEstimate()

    def _time_words(self, counts: Counts, now: float) -> list[str]:
        assert self._started is not None
        rate = self._estimate.per_second
        left = self._estimate.seconds_left(counts.queued + counts.running)
        words = [f"{elapsed(now - self._started)} so far"]
        if not self._holds and rate is not None:
            words.insert(0, rate_words(rate))
        if not self._holds and left is not None and left > 0:
            words.append(time_left_words(left))
        return words

    def finish(self, counts: Counts, seconds: float | None = None) -> None:
        """Show how a run ended, and how fast it went where its seconds are known, and many.

        Where it was taken up again these words are of the jobs that have ended since. Where it was
        held they tell of no rate.
        """
        self._show(counts)
        ended = counts.worked_off - self._before
        is_measured = (
            seconds is not None and seconds >= 1 and ended >= 10 and not self._has_been_held
        )
        rate = rate_words(ended / seconds) if seconds and is_measured else ""
        words = [f"{rate} on average"] if rate else []
        if self._before and ended > 0 and seconds is not None:
            jobs = "1 job" if ended == 1 else f"{ended:,} jobs"
            words.insert(0, f"{jobs} in {duration(seconds)}")
        self._time_label.setText(" · ".join(words))

    def clear(self) -> None:
        """Show no run."""
        self.start(Counts())
        self._counts_label.clear()

    def text(self) -> str:
        """Return what the bar says in words."""
        return self._counts_label.text()

    def time_text(self) -> str:
        """Return what it says of time."""
        return self._time_label.text()

    def _show(self, counts: Counts) -> None:
        self._counts = counts
        words = counts_words(counts, frozen=self._is_frozen)
        if counts.queued and self._why_waiting:
            words = f"{words} ({self._why_waiting})"
        self._counts_label.setText(words)
        self._bar.show_counts(counts, words)


class _SegmentBar(QWidget):
    """One bar in parts, each as long as its share of the jobs."""

    def __init__(self) -> None:
        super().__init__()
        self._counts = Counts()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress")

    def sizeHint(self) -> QSize:
        """Return a bar as high as half a line of text."""
        return QSize(120, self.fontMetrics().height() // 2 + 2)

    def show_counts(self, counts: Counts, words: str) -> None:
        """Show the jobs by state."""
        self._counts = counts
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            self.setToolTip(words)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the parts, rounded at both ends of the bar."""
        painter = QPainter(self)
        paint_segments(painter, QRectF(self.rect()), self._counts)
        painter.end()


def paint_segments(painter: QPainter, place: QRectF, counts: Counts) -> None:
    """Paint a rounded bar in parts, each as long as its share of the jobs."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    radius = place.height() / 2
    outline.addRoundedRect(place, radius, radius)
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.fillRect(place, QColor(colours().pressed))
    left = place.left()
    for state in _SEGMENTS:
        width = place.width() * getattr(counts, state.value) / max(counts.total, 1)
        if width:
            # A single failure among thousands is still seen.
            width = max(width, 3.0)
            painter.fillRect(QRectF(left, place.top(), width, place.height()), state_colour(state))
            left += width
    painter.restore()


def _plain_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
