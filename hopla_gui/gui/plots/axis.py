"""An axis of a plot that reads as its `Scale` says."""

from __future__ import annotations

import html

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from hopla_gui.domain.plots.scale import Scale, ScaleKind
from hopla_gui.gui.jobs.text import one_line
from hopla_gui.gui.theme import colours

_TITLE_LIMIT = 80  # characters
_UPRIGHT_LABEL = 130  # pixels of a category at the left
_GRID = 40  # of 255


class ScaleAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks and title of a scale; what they say is data, never markup."""

    def __init__(self, orientation: str) -> None:
        self._scale = Scale("")  # the base class asks for the title already
        self._texts: dict[float, str] = {}
        super().__init__(orientation, maxTickLength=-4)
        self.enableAutoSIPrefix(False)
        self.setStyle(autoExpandTextSpace=True, hideOverlappingLabels=False)

    def show_scale(self, scale: Scale) -> None:
        """Read as another scale from now on."""
        if scale != self._scale:
            self._scale = scale
            self.picture = None
            self.setLabel(scale.title)

    @property
    def title(self) -> str:
        """What the axis is called."""
        return self._scale.title

    def show_theme(self) -> None:
        """Take the colours of the theme in use."""
        theme = colours()
        self.setPen(theme.strong_border)
        self.setTextPen(theme.dim)
        self.setGrid(0 if self._scale.kind is ScaleKind.CATEGORY else _GRID)
        self.label.setDefaultTextColor(theme.text)
        self.setLabel(self._scale.title)

    def labelString(self) -> str:  # noqa: N802
        """Return the title, escaped: it is put down as HTML."""
        return f"<span>{html.escape(one_line(self._scale.title, _TITLE_LIMIT))}</span>"

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[object]:  # noqa: N802, N803
        """Return the ticks with a text, then those without."""
        ticks = self._scale.ticks(minVal, maxVal, self._most(size))
        named = [tick for tick in ticks if tick.text]
        self._texts = self._fitted({tick.place: tick.text for tick in named}, size)
        spacing = (maxVal - minVal) / max(len(named), 1)
        minor = [tick.place for tick in ticks if not tick.text]
        return [(spacing, [tick.place for tick in named]), (spacing, minor)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """Return what stands beside the ticks."""
        return [self._texts.get(value, "") for value in values]

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(
            self.font() if self.style["tickFont"] is None else self.style["tickFont"]
        )

    def _most(self, size: float) -> int:
        """Return how many texts fit beside one another."""
        metrics = self._metrics()
        if self.orientation in ("left", "right"):
            lines = 1.4 if self._scale.kind is ScaleKind.CATEGORY else 2.6
            return int(size / (metrics.height() * lines))
        if self._scale.kind is not ScaleKind.CATEGORY:
            return int(size / 80)
        longest = max(self._scale.labels or self._scale.categories, key=len, default="")
        width = metrics.horizontalAdvance(one_line(longest, 40)) + 12
        return int(size / min(max(width, 24), 110))

    def _fitted(self, texts: dict[float, str], size: float) -> dict[float, str]:
        metrics, elide = self._metrics(), Qt.TextElideMode.ElideMiddle
        upright = self.orientation in ("left", "right")
        room = _UPRIGHT_LABEL if upright else size / max(len(texts), 1) - 6
        return {
            place: metrics.elidedText(one_line(text, 100), elide, max(room, 24))
            for place, text in texts.items()
        }
