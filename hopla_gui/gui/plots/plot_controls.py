"""What is plotted against what, and how: the two rows above a plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.plots.spec import Names, PlotKind, PlotSpec, Spread, Statistic, turned
from hopla_gui.gui.jobs.plain_view import text_button
from hopla_gui.gui.plots.name_box import CalmComboBox, NameBox
from hopla_gui.gui.theme import SPACING

_KINDS = {
    PlotKind.SCATTER: ("Points", "A point a job"),
    PlotKind.LINE: ("Lines", "Lines through the means, with their spread over repetitions"),
    PlotKind.HEATMAP: ("Heat map", "A cell for each pair of values"),
    PlotKind.HISTOGRAM: ("Histogram", "How many jobs have which values"),
    PlotKind.TIMELINE: ("Timeline", "What ran on which worker, when and for how long"),
}
_SPREADS = {
    Spread.NONE: "Mean alone",
    Spread.DEVIATION: "Mean ± std",
    Spread.CONFIDENCE: "Mean, 95 % CI",
    Spread.RANGE: "Mean, min to max",
}
_STATISTICS = {
    Statistic.MEAN: "Mean",
    Statistic.MINIMUM: "Minimum",
    Statistic.MAXIMUM: "Maximum",
    Statistic.COUNT: "Number of jobs",
}
_AROUND = 48  # pixels beside the words of a box


class PlotControls(QWidget):
    """Chooses a `PlotSpec`.

    Signals
    -------
    spec_chosen
        The picture asked for, by the user's hand.
    filtered_toggled
        Whether only jobs that pass the filter are to be drawn.
    """

    spec_chosen = Signal(object)
    filtered_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec, self._names = PlotSpec(), Names()
        self._logarithmic: set[str] = set()  # quantities that such a scale was chosen for
        self.kinds = {kind: _kind_button(*words) for kind, words in _KINDS.items()}
        self._kind_group = QButtonGroup(self)
        self.x_box, self.y_box = NameBox("X"), NameBox("Y")
        self.colour_box = NameBox("Colour")
        self.log_x, self.log_y = _log_box("of X"), _log_box("of Y")
        self.log_cells = _log_box("of the colours")
        self.spread, self.statistic = _choice_box(_SPREADS), _choice_box(_STATISTICS)
        self.filtered = QCheckBox("Filtered jobs only")
        self.filtered.setChecked(True)
        self.fit_button = text_button("Fit", "reset", "Show all again (Home, or double click)")
        self.save_button = text_button("Save", "save", "Save or copy the picture")
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._labels = {box: QLabel() for box in (self.x_box, self.y_box, self.colour_box)}
        self._lay_out()
        self._connect()
        self._show_fitting(self._spec)  # all boxes side by side would ask for too much room

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        for row in (top, below):
            row.setSpacing(SPACING.TINY)
        for button in self.kinds.values():
            self._kind_group.addButton(button)
            top.addWidget(button)
        top.addStretch()
        for widget in (self.filtered, self.fit_button, self.save_button):
            top.addWidget(widget)
        logs = {self.x_box: self.log_x, self.y_box: self.log_y}
        for box in (self.x_box, self.y_box, self.colour_box):
            label = self._labels[box]
            label.setBuddy(box)
            below.addWidget(label)
            below.addWidget(box, 2)
            if box in logs:
                below.addWidget(logs[box])
                below.addSpacing(SPACING.SMALL)
        below.addWidget(self.log_cells)
        below.addWidget(self.spread, 1)
        below.addWidget(self.statistic, 1)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.TINY)
        column.addLayout(top)
        column.addLayout(below)

    def _connect(self) -> None:
        self._kind_group.buttonClicked.connect(self._on_kind_clicked)
        for box in (self.x_box, self.y_box, self.colour_box):
            box.name_chosen.connect(self._on_changed)
        self.log_x.clicked.connect(lambda log: self._on_log_clicked(self.x_box, log))
        self.log_y.clicked.connect(lambda log: self._on_log_clicked(self.y_box, log))
        self.log_cells.clicked.connect(lambda log: self._on_log_clicked(self.colour_box, log))
        for choice in (self.spread, self.statistic):
            choice.activated.connect(self._on_changed)
        self.filtered.toggled.connect(self.filtered_toggled)

    def show_spec(self, spec: PlotSpec, names: Names) -> None:
        """Show what is drawn, and offer what could be."""
        self._spec, self._names = spec, names
        self._logarithmic.difference_update((spec.x, spec.y, spec.colour))
        self._logarithmic |= spec.logarithmic
        groups = (names.swept, names.traced, names.measured, names.others)
        self.x_box.show_names(groups, spec.x)
        self.y_box.show_names(groups, spec.y)
        none = "Number of jobs" if spec.kind is PlotKind.HEATMAP else "None"
        self.colour_box.show_names(groups, spec.colour, none)
        self.kinds[spec.kind].setChecked(True)
        for box, chosen in ((self.spread, spec.spread), (self.statistic, spec.statistic)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(chosen))
        self._show_fitting(spec)

    def _show_fitting(self, spec: PlotSpec) -> None:
        """Show the boxes that this kind of picture needs, under words that fit it."""
        self.log_x.setChecked(spec.log_x)
        self.log_y.setChecked(spec.log_y)
        self.log_cells.setChecked(spec.log_cells)
        kind = spec.kind
        quantities = kind is not PlotKind.TIMELINE
        is_map = kind is PlotKind.HEATMAP
        has_y = quantities and kind is not PlotKind.HISTOGRAM
        shown: dict[NameBox, bool] = {
            self.x_box: quantities,
            self.y_box: has_y,
            self.colour_box: quantities,
        }
        for box, visible in shown.items():
            box.setVisible(visible)
            self._labels[box].setVisible(visible)
        self._labels[self.x_box].setText("Of" if kind is PlotKind.HISTOGRAM else "X")
        self._labels[self.y_box].setText("Y")
        self._labels[self.colour_box].setText("Cells show" if is_map else "Colour by")
        self.log_x.setVisible(quantities and not is_map)
        self.log_y.setVisible(has_y and not is_map)
        self.log_cells.setVisible(is_map)
        self.spread.setVisible(kind is PlotKind.LINE)
        self.statistic.setVisible(is_map and bool(spec.colour))

    def show_filter(self, *, is_active: bool) -> None:
        """Offer to draw filtered jobs alone, where there is a filter."""
        self.filtered.setVisible(is_active)

    @property
    def is_filtering(self) -> bool:
        """Whether jobs are left out of the picture by the filter."""
        return not self.filtered.isHidden() and self.filtered.isChecked()

    def spec(self) -> PlotSpec:
        """Return what is chosen."""
        return replace(
            self._spec,
            x=self.x_box.name(),
            y=self.y_box.name(),
            colour=self.colour_box.name(),
            spread=Spread(self.spread.currentData()),
            statistic=Statistic(self.statistic.currentData()),
        ).scaled(self._logarithmic)

    def _on_kind_clicked(self, button: QAbstractButton) -> None:
        kind = next(kind for kind, each in self.kinds.items() if each is button)
        spec = turned(self._spec, kind, self._names).scaled(self._logarithmic)
        self.show_spec(spec, self._names)
        self.spec_chosen.emit(spec)

    def _on_log_clicked(self, box: NameBox, log: bool) -> None:
        name = {box.name()}
        self._logarithmic = self._logarithmic | name if log else self._logarithmic - name
        self._on_changed()

    def _on_changed(self, *_: object) -> None:
        spec = self.spec()
        self._spec = spec
        self._show_fitting(spec)
        self.spec_chosen.emit(spec)


def _kind_button(text: str, tip: str) -> QToolButton:
    button = text_button(text, tip=tip)
    button.setCheckable(True)
    return button


def _log_box(what: str) -> QToolButton:
    button = text_button("log", tip=f"Logarithmic scale {what}")
    button.setAccessibleName(f"Logarithmic scale {what}")
    button.setCheckable(True)
    return button


def _choice_box(words: Mapping[Spread, str] | Mapping[Statistic, str]) -> CalmComboBox:
    box = CalmComboBox()
    widest = max(map(box.fontMetrics().horizontalAdvance, words.values()))
    box.setMinimumContentsLength(4)  # it grows where there is room
    box.setMaximumWidth(widest + _AROUND)
    for value, text in words.items():
        box.addItem(text, value)
    return box
