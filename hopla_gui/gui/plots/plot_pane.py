"""Controls, canvas and what is left to say below it: all of a plot that needs pyqtgraph."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from hopla_gui.domain.plots.prepare import left_out_text
from hopla_gui.domain.plots.spec import PlotSpec
from hopla_gui.domain.plots.timeline import Timeline
from hopla_gui.engine.results.plot_source import Plot
from hopla_gui.gui.background import Background
from hopla_gui.gui.jobs.plain_view import dim_label
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.plots.canvas import PlotCanvas
from hopla_gui.gui.plots.empty_plot import EmptyPlot
from hopla_gui.gui.plots.layers import Jobs, shown
from hopla_gui.gui.plots.plot_controls import PlotControls
from hopla_gui.gui.plots.saving import picture_of, png_of, svg_of, write
from hopla_gui.gui.theme import SPACING, icon


class PlotPane(QWidget):
    """Shows a `Plot`, and asks for others.

    Signals
    -------
    job_picked
        The index of a job that was clicked; -1 beside all of them.
    save_wanted
        The ending of the file to write, ``.png`` or ``.svg``.
    saved
        The file, and why it could not be written, empty where it was.
    """

    job_picked = Signal(int)
    save_wanted = Signal(str)
    saved = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown_spec: PlotSpec | None = None
        self.controls = PlotControls()
        self.canvas = PlotCanvas()
        self.empty = EmptyPlot()
        self.note = dim_label()
        self.note.setWordWrap(True)
        self._writing = Background(self)
        self._writing.done.connect(self._on_written)
        self._lay_out()
        self._make_menu()
        self.canvas.job_picked.connect(self.job_picked)
        self.controls.fit_button.clicked.connect(self.canvas.fit)

    def _lay_out(self) -> None:
        frame = QWidget()
        self._stack = QStackedLayout(frame)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addWidget(self.controls)
        column.addWidget(frame, 1)
        column.addWidget(self.note)

    def _make_menu(self) -> None:
        menu = QMenu(self)
        for text, name, slot in (
            ("Save as PNG…", "save", lambda: self.save_wanted.emit(".png")),
            ("Save as SVG…", None, lambda: self.save_wanted.emit(".svg")),
            ("Copy picture", "copy", self.copy),
        ):
            action = QAction(text, self)
            if name:
                action.setIcon(icon(name))
            action.triggered.connect(slot)
            menu.addAction(action)
        self.controls.save_button.setMenu(menu)

    def show_plot(self, plot: Plot, jobs: Jobs) -> None:
        """Show a plot; the view stays where it was moved to while the same is shown."""
        self.controls.show_spec(plot.spec, plot.names)
        keep_view = plot.spec == self._shown_spec
        self._shown_spec = plot.spec
        picture = plot.picture
        if picture is None or not picture.drawn:
            title, hint = _why_empty(plot)
            if self.controls.is_filtering:
                hint += ". The filter leaves only these jobs: untick “Filtered jobs only” for all"
            self.empty.show_reason(title, hint)
            self._stack.setCurrentWidget(self.empty)
            self._shown_spec = None
        else:
            found = shown(picture, jobs, plot.quantities)
            self.canvas.show_picture(found, keep_view=keep_view)
            self._stack.setCurrentWidget(self.canvas)
        has_picture = self._stack.currentWidget() is self.canvas
        self.note.setText(one_line(_note(plot), 400) if has_picture else "")
        self.controls.fit_button.setEnabled(has_picture)
        self.controls.save_button.setEnabled(has_picture)

    @Slot()
    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(picture_of(self.canvas))

    def save(self, path: Path, title: str) -> None:
        """Write the picture as the ending of the name says; told by `saved`."""
        if path.suffix.lower() == ".svg":
            data = svg_of(self.canvas, title)
            self._writing.start(lambda _: (path, write(path, data)))
        else:
            image = picture_of(self.canvas)
            self._writing.start(lambda _: (path, write(path, png_of(image))))

    @Slot(object)
    def _on_written(self, found: tuple[Path, str]) -> None:
        self.saved.emit(*found)

    def stop(self) -> None:
        """Wait for what is being written."""
        self._writing.wait()


def _why_empty(plot: Plot) -> tuple[str, str]:
    if plot.picture is None:
        return "Nothing to plot", "Choose what is to be drawn."
    if isinstance(plot.picture, Timeline):
        return "Nothing has run yet", "A bar for each job appears here once it starts."
    return "No job can be drawn", _note(plot)


def _note(plot: Plot) -> str:
    picture = plot.picture
    assert picture is not None
    if isinstance(picture, Timeline):
        text = f"{picture.drawn:,} {'job' if picture.drawn == 1 else 'jobs'} drawn"
        out = picture.not_started
        return text + (f"; {out:,} not started" if out else "")
    return left_out_text(picture)
