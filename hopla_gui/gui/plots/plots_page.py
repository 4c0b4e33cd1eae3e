"""The page of plots beside the tree: reads the run in the background, draws what it has found.

While a run goes on the picture is made anew a few times a second, and the less often the longer
it takes to make. Nothing is read while the page is out of sight.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from hopla_gui.domain.events import Event, JobFinished, JobRequeued, JobStarted
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec
from hopla_gui.engine.results.plot_source import Plot, PlotSource
from hopla_gui.errors import HoplaError
from hopla_gui.gui.background import Background
from hopla_gui.gui.interpreter import keep_what_is_loaded
from hopla_gui.gui.jobs.job_model import JobModel
from hopla_gui.gui.plots import library
from hopla_gui.gui.plots.empty_plot import EmptyPlot

if TYPE_CHECKING:
    from hopla_gui.gui.plots.plot_pane import PlotPane

_LEAST_PAUSE = 0.25  # seconds between two pictures
_SHARE = 9  # of the time that a picture takes, until the next
_TICK_MS = 1000  # the bars of running jobs grow


class PlotsPage(QStackedWidget):
    """Shows the run of a `JobModel` as pictures.

    Signals
    -------
    job_picked
        The index of a job that was clicked; -1 beside all of them.
    spec_chosen
        The `PlotSpec` that was chosen by hand.
    pane_made
        The `PlotPane`, once what draws is loaded.
    """

    job_picked = Signal(int)
    spec_chosen = Signal(object)
    pane_made = Signal(object)

    def __init__(self, model: JobModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._source: PlotSource | None = None
        self._spec: PlotSpec | None = None
        self._selected: Sequence[int] = ()
        self._is_due = True
        self._is_busy = False
        self._had_filter = False  # when it was drawn last
        self._began = 0.0
        self._live = False
        self._is_timeline = False
        self.pane: PlotPane | None = None
        self.empty = EmptyPlot()
        self.addWidget(self.empty)
        self._loading = Background(self)
        self._loading.done.connect(self._on_loaded)
        self._reading = Background(self)
        self._reading.done.connect(self._on_read)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._refresh)
        self._ticker = QTimer(self, interval=_TICK_MS)
        self._ticker.timeout.connect(self._on_tick)
        model.run_loaded.connect(self._on_run_loaded)
        model.visible_changed.connect(self._on_visible_changed)
        self._on_run_loaded()

    # What is shown

    @Slot()
    def _on_run_loaded(self) -> None:
        run = self._model.run
        self._reading.forget()
        self._is_busy = False
        columns = self._model.columns  # which follow the events with the model
        self._source = (
            PlotSource(columns, run.swept, run.info.units)
            if run is not None and columns is not None
            else None
        )
        self._selected = ()
        self._spec = None
        self._say("No run yet", "Plots of its jobs appear here.")
        self._load_if_seen()
        self._ask()

    def show_spec(self, spec: PlotSpec | None) -> None:
        """Show a picture, as far as the run has what it needs; ``None`` for one to begin with."""
        self._spec = spec
        self._ask()

    def apply(self, events: Sequence[Event]) -> None:
        """Take note of what has happened; the model's columns follow by themselves."""
        self._live = True
        if any(isinstance(event, JobStarted | JobFinished | JobRequeued) for event in events):
            self._ask()

    def finish(self) -> None:
        """Take note that nothing more will happen for now."""
        self._live = False
        self._ask()

    def select_jobs(self, jobs: Sequence[int]) -> None:
        """Mark the jobs that are selected."""
        self._selected = jobs
        if self.pane is not None:
            self.pane.canvas.show_selected(jobs)

    @property
    def is_up_to_date(self) -> bool:
        """Whether what is shown is what there is to show."""
        return not (self._is_due or self._is_busy)

    def stop(self) -> None:
        """Have all that is under way off the main thread end."""
        self._soon.stop()
        self._ticker.stop()
        self._reading.stop()
        self._loading.stop()
        if self.pane is not None:
            self.pane.stop()

    # When

    def showEvent(self, event: QShowEvent) -> None:
        """Load what draws on first use, and draw what has changed meanwhile."""
        super().showEvent(event)
        self._ticker.start()
        self._load_if_seen()
        self._refresh()

    def _load_if_seen(self) -> None:
        if self.pane is not None or self._source is None or not self.isVisible():
            return
        if not library.is_installed():
            self._say("Plots need pyqtgraph", f"To get it:  {library.COMMAND}")
        else:
            self._say("Loading what draws…", "")
            self._loading.start(lambda _: library.load())

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw for nobody."""
        super().hideEvent(event)
        self._ticker.stop()

    @Slot(int)
    def _on_visible_changed(self, _count: int) -> None:
        if self._has_filter() or self._had_filter:  # one that has gone lets the others in again
            self._ask()

    @Slot()
    def _on_tick(self) -> None:
        if self._live and self._is_timeline:
            self._ask()

    def _ask(self) -> None:
        """Draw soon, if anybody sees it; later where the last picture took long."""
        self._is_due = self._source is not None
        if self._is_due and self.isVisible() and not self._is_busy and not self._soon.isActive():
            self._soon.start(0)

    @Slot()
    def _refresh(self) -> None:
        if self.pane is None or self._source is None or not self._is_due or self._is_busy:
            return
        self._is_due, self._is_busy = False, True
        self._began = time.monotonic()
        source, spec, jobs = self._source, self._spec, self._jobs()
        self._had_filter = self._has_filter()
        self.pane.controls.show_filter(is_active=self._had_filter)
        self._reading.start(lambda _: _plot(source, spec, jobs))

    def _jobs(self) -> Sequence[int] | None:
        """Return the jobs to draw, ``None`` for all."""
        return self._model.visible_jobs() if self._is_filtered() else None

    def _is_filtered(self) -> bool:
        if self.pane is not None and not self.pane.controls.filtered.isChecked():
            return False
        return self._has_filter()

    def _has_filter(self) -> bool:
        return len(self._model.visible_jobs()) < self._model.counts().total

    # What was found

    @Slot(object)
    def _on_loaded(self, reason: str) -> None:
        if reason:
            self._say("What draws the plots cannot be loaded", reason)
            return
        from hopla_gui.gui.plots.plot_pane import PlotPane

        keep_what_is_loaded()  # half of all there is: to go through it holds the window up
        pane = self.pane = PlotPane()
        self.addWidget(pane)
        pane.job_picked.connect(self._on_job_picked)
        pane.controls.spec_chosen.connect(self._on_spec_chosen)
        pane.controls.filtered_toggled.connect(self._on_filtered_toggled)
        self.select_jobs(self._selected)
        self.pane_made.emit(pane)
        self._ask()

    @Slot(object)
    def _on_read(self, found: Plot | str) -> None:
        self._is_busy = False
        took = time.monotonic() - self._began
        if isinstance(found, str):
            self._say("The run cannot be read", found)
        elif self.pane is not None and self._model.run is not None:
            from hopla_gui.gui.plots.layers import Jobs

            self._is_timeline = found.spec.kind is PlotKind.TIMELINE
            model, swept = self._model, self._model.run.swept
            jobs = Jobs(model.spec, model.status, model.state_word, model.running_word, swept)
            self.pane.show_plot(found, jobs)
            self.setCurrentWidget(self.pane)
        if self._is_due and self.isVisible():
            self._soon.start(int(1000 * max(_LEAST_PAUSE, _SHARE * took)))

    @Slot(object)
    def _on_spec_chosen(self, spec: PlotSpec) -> None:
        self._spec = spec
        self.spec_chosen.emit(spec)
        self._soon.stop()  # a choice is answered at once
        self._ask()

    @Slot(bool)
    def _on_filtered_toggled(self, _checked: bool) -> None:
        self._ask()

    @Slot(int)
    def _on_job_picked(self, job: int) -> None:
        self.job_picked.emit(job)

    def _say(self, title: str, hint: str) -> None:
        self.empty.show_reason(title, hint)
        self.setCurrentWidget(self.empty)


def _plot(source: PlotSource, spec: PlotSpec | None, jobs: Sequence[int] | None) -> Plot | str:
    try:
        return source.plot(spec, jobs)
    except (HoplaError, ValueError) as error:
        return str(error)
