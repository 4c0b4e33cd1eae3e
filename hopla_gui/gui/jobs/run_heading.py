"""The heading of a run: what it is called, when it started, how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from hopla_gui.domain.cluster import PLACE_WORDS
from hopla_gui.domain.wording import took_words
from hopla_gui.gui.jobs.formatting import clock_time, when
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import one_line, tip
from hopla_gui.gui.theme import SPACING, dim_colour

_LEAST_WIDTH = 120


class RunHeading(QWidget):
    """A title and, dim beside it, some facts; on one line, cut where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._facts = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_run(self, title: str, facts: str, tip_text: str) -> None:
        """Show what a run is called and what is known of it."""
        self._facts = facts
        self.setToolTip(tip(tip_text))
        self.rename(title)

    def rename(self, title: str) -> None:
        """Show what the run is called now."""
        self._title = one_line(title, 200)
        self.setAccessibleName(self.text())
        self.update()

    def text(self) -> str:
        """Return all that it says."""
        return f"{self._title} · {self._facts}" if self._facts else self._title

    def sizeHint(self) -> QSize:
        """Return the height of a line; the width is what is left."""
        return QSize(_LEAST_WIDTH, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size at which a short title is read."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title, then the facts in the room that is left."""
        painter, bold = QPainter(self), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(bold)
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideMiddle, self.width())
        painter.setFont(bold)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, title)
        left = metrics.horizontalAdvance(title) + SPACING.MEDIUM
        room = QRect(left, 0, self.width() - left, self.height())
        if room.width() > 0:
            painter.setFont(self.font())
            painter.setPen(dim_colour())
            right = Qt.TextElideMode.ElideRight
            facts = self.fontMetrics().elidedText(self._facts, right, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, facts)
        painter.end()


def run_facts(run: RunView, *, live: bool, from_history: bool, end: str, held: bool = False) -> str:
    """Return ``started today 14:05 · took 2 min 05 s · from history``.

    Parameters
    ----------
    end
        When or after how long it ended, in words; empty where it has not.
    held
        Whether it is told elsewhere that the run is paused, frozen or being stopped.
    """
    return " · ".join(filter(None, _facts(run, live, held, from_history, end)))


def _facts(run: RunView, live: bool, held: bool, from_history: bool, end: str) -> Iterator[str]:
    yield f"started {_when(run.info.started)}"
    if live:
        place = PLACE_WORDS.get(run.info.options.on)
        doing = "" if held else "running"
        yield " ".join(filter(None, (doing, place and f"on {place}")))
    else:
        yield end
    if from_history:
        yield "from history"


def end_words(started: float, ended: float, *, idle: bool) -> str:
    """Return ``took 2 min 05 s``, or ``ended today 14:07``.

    Parameters
    ----------
    idle
        Whether it may have stood idle in between: then it took less.
    """
    return f"ended {_when(ended)}" if idle else took_words(ended - started)


def _when(seconds: float) -> str:
    return when(seconds, datetime.now().astimezone())


def run_tip(run: RunView) -> str:
    """Return which script ran when, and where its results lie."""
    return f"{run.info.script} · started {clock_time(run.info.started)} · {run.run_dir}"
