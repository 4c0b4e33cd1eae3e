"""Where sweep and preview stand: below the form, or behind a tab where the panel is not high."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from hopla_gui.gui.scroll_when_small import ScrollWhenSmall

_BELOW_FROM = 440  # less high than this, the foot would leave the form no room
_SHARE = 0.45  # of the height, at most, before the foot scrolls
_LEAST = QSize(320, 200)
_SIZES = [560, 190]


class Foot(ScrollWhenSmall):
    """The lower part of a panel: under the other parts in a splitter, or one more of their pages.

    Parameters
    ----------
    splitter
        Has the upper part already.
    tabs, pages
        What the upper part shows, in the same order.
    """

    def __init__(
        self, content: QWidget, splitter: QSplitter, tabs: QTabBar, pages: QStackedWidget
    ) -> None:
        super().__init__(content, _LEAST)
        self._splitter = splitter
        self._tabs = tabs
        self._pages = pages
        self._tab = tabs.count()
        self._go_below()

    def fit(self, height: int) -> None:
        """Give the upper part the whole height where there is little."""
        self.set_least(QSize(_LEAST.width() // 2, int(_SHARE * height)))
        is_short, has_tab = height < _BELOW_FROM, self._tabs.count() > self._tab
        if is_short and not has_tab:
            self._pages.addWidget(self)
            self._tabs.addTab("Sweep and jobs")
        elif has_tab and not is_short:
            if self._tabs.currentIndex() == self._tab:
                self._tabs.setCurrentIndex(0)
            self._tabs.removeTab(self._tab)
            self._go_below()
            self.show()

    def _go_below(self) -> None:
        self._splitter.addWidget(self)
        self._splitter.setSizes(_SIZES)
