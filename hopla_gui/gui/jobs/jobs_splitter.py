"""Divides the room between the jobs and the details of one of them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_PLOTS_SHARE = 0.62
_MOST_SHARE = 0.68
_SHARE_WITHOUT_JOB = 0.85


class JobsSplitter(QSplitter):
    """Gives the jobs the height that they need, up to half, until somebody moves the handle.

    Where so much stands above them that only few would be in sight, or where the details have no
    job to show, it gives them more.

    Plots take more, and have a handle of their own to remember.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._needed = self._least = 0
        self._is_plots = False
        self._has_job = False
        self._chosen: dict[bool, int] = {}  # height of the upper part; True: while it holds plots
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_splitter_moved)

    def fit(self, needed: int, least: int = 0) -> None:
        """Give the upper part so many pixels, as far as they are not more than half.

        Parameters
        ----------
        least
            Pixels for a few jobs to be in sight: for them it may be more than half.
        """
        self._needed, self._least = needed, least
        self._fit()

    def show_job(self, shown: bool) -> None:
        """Divide the room for the details of a job, or where there are none to show."""
        if shown != self._has_job:
            self._has_job = shown
            self._fit()

    def show_plots(self, shown: bool) -> None:
        """Divide the room for plots, or for the tree again."""
        self._is_plots = shown
        self._fit()

    def _fit(self) -> None:
        room = self.height() - self.handleWidth()
        if self._needed and room > 0:
            most = max(room // 2, min(self._least, round(room * _MOST_SHARE)))
            if not self._has_job:
                most = round(room * _SHARE_WITHOUT_JOB)
            fitting = min(self._needed, most)
            if self._is_plots:
                fitting = round(room * _PLOTS_SHARE)
            upper = min(self._chosen.get(self._is_plots, fitting), room)
            self.setSizes([upper, room - upper])

    def _on_splitter_moved(self) -> None:
        self._chosen[self._is_plots] = self.sizes()[0]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new room."""
        super().resizeEvent(event)
        self._fit()

    def saveState(self) -> QByteArray:  # noqa: N802
        """Return where the handle was put; nothing where it was never moved."""
        # Not Qt's own state: that is lost on a part that is hidden, as the details are at first.
        heights = [str(self._chosen.get(is_plots, "")) for is_plots in (False, True)]
        return QByteArray(" ".join(heights).encode() if self._chosen else b"")

    def restoreState(self, state: QByteArray) -> bool:  # type: ignore[override]  # noqa: N802
        """Put the handle where it was."""
        heights = bytes(state.data()).decode("ascii", "replace").split(" ")
        found = zip((False, True), heights, strict=False)
        self._chosen = {is_plots: int(text) for is_plots, text in found if text.isdecimal()}
        self._fit()
        return bool(self._chosen)
