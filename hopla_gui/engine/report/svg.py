"""A static picture: shapes and texts in pixels, coloured by the classes of the page's style."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hopla_gui.domain.plots.scale import LABEL_LIMIT, Scale, ScaleKind, Tick
from hopla_gui.domain.shown_text import one_line
from hopla_gui.engine.report.markup import line, tag

WIDTH, HEIGHT = 560, 340
LETTER = 6.4  # average width of a letter at the size of a label
MARGIN = 26  # at the right: half a label of the x axis
_LEGEND_WIDTH = 150
_MOST_LABEL = 22  # letters of a label beside an axis


@dataclass
class Svg:
    """Collects what is drawn.

    Parameters
    ----------
    label
        What the picture shows, for those who do not see it; plain text.
    """

    label: str
    width: float = WIDTH
    height: float = HEIGHT
    _parts: list[str] = field(default_factory=list)

    def add(self, name: str, *content: str, tip: str = "", **attributes: str | float) -> None:
        """Draw a shape; ``tip`` is plain text that is seen when the mouse rests on it."""
        shown = {key: _short(value) for key, value in attributes.items()}
        told = (tag("title", line(tip)),) if tip else ()
        self._parts.append(tag(name, *told, *content, **shown))

    def text(self, x: float, y: float, text: str, class_: str = "", **attributes: str) -> None:
        """Write a plain text."""
        self.add("text", line(text, LABEL_LIMIT), x=x, y=y, class_=class_, **attributes)

    def markup(self) -> str:
        """Return the picture."""
        return tag(
            "svg",
            *self._parts,
            viewBox=f"0 0 {_short(self.width)} {_short(self.height)}",
            role="img",
            aria_label=one_line(self.label),
        )


@dataclass(frozen=True)
class Frame:
    """The part of a picture that has axes, and where positions lie in it."""

    left: float
    top: float
    width: float
    height: float
    xs: tuple[float, float]
    ys: tuple[float, float]

    def x(self, place: float) -> float:
        """Return where a position of the x axis is, in pixels."""
        low, high = self.xs
        return self.left + (place - low) / (high - low) * self.width

    def y(self, place: float) -> float:
        """Return where a position of the y axis is, in pixels."""
        low, high = self.ys
        return self.top + self.height - (place - low) / (high - low) * self.height


def framed(
    svg: Svg,
    x: Scale,
    y: Scale,
    xs: tuple[float, float],
    ys: tuple[float, float],
    *,
    right: float = MARGIN,
    grid: bool = True,
) -> Frame:
    """Draw the axes between positions, and return the frame for what comes into it.

    Parameters
    ----------
    right
        Pixels that are left free at the right, for a legend.
    grid
        Whether lines run across the frame.
    """
    y_ticks = [tick for tick in y.ticks(*ys, most=_most(y, svg.height - 60, 42, 18)) if tick.text]
    labels = max((min(len(tick.text), _MOST_LABEL) for tick in y_ticks), default=1)
    left = 30 + labels * LETTER
    width = svg.width - left - right
    x_ticks = [tick for tick in x.ticks(*xs, most=_most(x, width, 64, 26)) if tick.text]
    longest = max((min(len(tick.text), _MOST_LABEL) for tick in x_ticks), default=1)
    slanted = longest * LETTER > width / max(len(x_ticks), 1) - 4
    below = 40 + (longest * LETTER * 0.6 if slanted else 8)
    frame = Frame(left, 10, width, svg.height - 10 - below, xs, ys)
    _draw_x(svg, frame, x_ticks, slanted=slanted, grid=grid)
    _draw_y(svg, frame, y_ticks, grid=grid)
    svg.text(left + width / 2, svg.height - 6, x.title, "axis", text_anchor="middle")
    middle = frame.top + frame.height / 2
    turned = f"rotate(-90 14 {_short(middle)})"
    svg.text(14, middle, y.title, "axis", text_anchor="middle", transform=turned)
    return frame


def _most(scale: Scale, room: float, number: int, category: int) -> int:
    """Return how many ticks there is room for, each of so many pixels."""
    return round(room / (category if scale.kind is ScaleKind.CATEGORY else number))


def _draw_x(svg: Svg, frame: Frame, ticks: Iterable[Tick], *, slanted: bool, grid: bool) -> None:
    bottom = frame.top + frame.height
    for tick in ticks:
        x = frame.x(tick.place)
        if grid:
            svg.add("line", x1=x, x2=x, y1=frame.top, y2=bottom, class_="grid")
        if slanted:
            turned = f"rotate(-40 {_short(x)} {_short(bottom + 12)})"
            svg.text(x, bottom + 12, _cut(tick.text), "tick", text_anchor="end", transform=turned)
        else:
            svg.text(x, bottom + 16, tick.text, "tick", text_anchor="middle")
    svg.add("line", x1=frame.left, x2=frame.left + frame.width, y1=bottom, y2=bottom, class_="rule")


def _draw_y(svg: Svg, frame: Frame, ticks: Iterable[Tick], *, grid: bool) -> None:
    for tick in ticks:
        y = frame.y(tick.place)
        if grid:
            right = frame.left + frame.width
            svg.add("line", x1=frame.left, x2=right, y1=y, y2=y, class_="grid")
        svg.text(frame.left - 6, y + 4, _cut(tick.text), "tick", text_anchor="end")


def legend(svg: Svg, title: str, entries: Iterable[tuple[str, str]]) -> None:
    """Draw what colours mean, at the right: (class, plain text) each."""
    left, y = svg.width - _LEGEND_WIDTH + 8, 20.0
    if title:
        svg.text(left, y, _cut(title), "axis")
        y += 18
    for class_, text in entries:
        svg.add("rect", x=left, y=y - 9, width=10, height=10, rx=2, class_=class_)
        svg.text(left + 16, y, _cut(text), "tick")
        y += 17


LEGEND_WIDTH = _LEGEND_WIDTH


def padded(places: Iterable[float], share: float = 0.04) -> tuple[float, float]:
    """Return bounds around positions with a little room; (0, 1) for none."""
    found = [place for place in places if place == place]
    if not found:
        return 0.0, 1.0
    low, high = min(found), max(found)
    room = (high - low) * share or max(abs(high) * 0.05, 1e-12)
    return low - room, high + room


def slot_class(slot: int) -> str:
    """Return the class that colours a group."""
    return f"c{slot}" if slot >= 0 else "grey"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LABEL else f"{text[: _MOST_LABEL - 1]}…"


def _short(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
