"""Divides the room between the jobs and the details of one of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

WIDE = 1_050  # pixels, from which on jobs and details have room side by side
_HEIGHT_SHARE, _WIDTH_SHARE = 0.5, 0.52
_PLOTS_SHARE = 0.62
_MOST_SHARE = 0.68
_SHARE_WITHOUT_JOB = 0.85


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How jobs and details stand: each has a handle of its own to remember."""

    is_wide: bool = False
    is_plots: bool = False


_ARRANGEMENTS = tuple(
    Arrangement(is_wide, is_plots) for is_wide in (False, True) for is_plots in (False, True)
)


class JobsSplitter(QSplitter):
    """Has the details below the jobs, or beside them where there is the width for it.

    Until somebody moves the handle, the jobs above get the height that they need, up to half;
    more where only few would be in sight, or where the details have no job to show. Plots take
    more. What is chosen by hand is a share, so that it holds in a larger window too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._needed = self._least = 0
        self._is_plots = False
        self._has_job = False
        self._chosen: dict[Arrangement, float] = {}  # the share of the jobs
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

    @property
    def is_wide(self) -> bool:
        """Whether the details stand beside the jobs."""
        return self.orientation() == Qt.Orientation.Horizontal

    @property
    def _arrangement(self) -> Arrangement:
        return Arrangement(self.is_wide, self._is_plots)

    def _room(self) -> int:
        return (self.width() if self.is_wide else self.height()) - self.handleWidth()

    def _fit(self) -> None:
        room = self._room()
        if self._needed and room > 0:
            self.refresh()  # else the handle of a part that has just come into sight stays behind
            share = self._chosen.get(self._arrangement)
            first = self._fitting(room) if share is None else round(share * room)
            self.setSizes([first, room - first])

    def _fitting(self, room: int) -> int:
        """Return the pixels for the jobs where nobody has moved the handle."""
        if self._is_plots:
            return round(room * _PLOTS_SHARE)
        if self.is_wide:  # with or without a job: what stands beside must not jump
            return round(room * _WIDTH_SHARE)
        if not self._has_job:
            return min(self._needed, round(room * _SHARE_WITHOUT_JOB))
        most = max(round(room * _HEIGHT_SHARE), min(self._least, round(room * _MOST_SHARE)))
        return min(self._needed, most)

    def _on_splitter_moved(self) -> None:
        self._chosen[self._arrangement] = self.sizes()[0] / max(sum(self.sizes()), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new room."""
        wide = event.size().width() >= WIDE
        if wide != self.is_wide:
            self.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        super().resizeEvent(event)
        self._fit()

    def saveState(self) -> QByteArray:  # noqa: N802
        """Return where the handle was put; nothing where it was never moved."""
        # Not Qt's own state: that is lost on a part that is hidden, as the details are at first.
        shares = (self._chosen.get(each) for each in _ARRANGEMENTS)
        words = ("-" if share is None else f"{share:.4f}" for share in shares)
        return QByteArray(" ".join(words).encode() if self._chosen else b"")

    def restoreState(self, state: QByteArray) -> bool:  # type: ignore[override]  # noqa: N802
        """Put the handle where it was."""
        words = bytes(state.data()).decode("ascii", "replace").split(" ")
        found = zip(_ARRANGEMENTS, map(_share, words), strict=False)
        self._chosen = {arrangement: share for arrangement, share in found if share is not None}
        self._fit()
        return bool(self._chosen)


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 < share < 1 else None  # earlier versions kept pixels
