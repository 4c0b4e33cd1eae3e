"""What the canvas is given to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import QPointF, QRectF

from hopla_gui.domain.plots.scale import Scale
from hopla_gui.gui.plots.key import KeyContent

Describe: TypeAlias = Callable[[QPointF, tuple[float, float]], str]
"""Tells what is at a position, given the size of a pixel; plain text, empty for nothing."""


class Layer(Protocol):
    """The marks of a picture; an item of the scene."""

    def area(self) -> QRectF | None:
        """Return the area to show when all is to be seen, ``None`` where there is nothing."""

    def job_at(self, place: QPointF, pixel: tuple[float, float]) -> int | None:
        """Return the job that is drawn at a position, if any; ``pixel`` is the size of one."""

    def place_of(self, job: int) -> QPointF | None:
        """Return where a job is drawn, if it is."""


@dataclass(frozen=True)
class Shown:
    """Marks and what belongs to them.

    Attributes
    ----------
    key
        Asked for in each theme anew.
    zooms_up
        Whether zooming and moving go up and down too, and not along alone.
    """

    layer: Layer
    x: Scale
    y: Scale
    key: Callable[[], KeyContent]
    describe: Describe
    zooms_up: bool = True
