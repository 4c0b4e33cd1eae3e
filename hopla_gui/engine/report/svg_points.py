"""Points and lines as a static picture."""

from __future__ import annotations

from itertools import chain

from hopla_gui.domain.plots.palette import ramp_colour
from hopla_gui.domain.plots.points import Group, PointsPicture
from hopla_gui.domain.plots.scale import Scale, ScaleKind
from hopla_gui.domain.plots.summary import Summary
from hopla_gui.engine.report.svg import (
    LEGEND_WIDTH,
    MARGIN,
    Frame,
    Svg,
    framed,
    legend,
    padded,
    slot_class,
)

MOST_POINTS = 3_000  # of one picture; more of them are one blot, and a file that opens slowly


def draw_points(picture: PointsPicture, label: str) -> str:
    """Return a picture of points, or of the lines through their means."""
    svg = Svg(label)
    summaries = [group.summary for group in picture.groups if group.summary is not None]
    if summaries:
        ys = padded(chain(*(found.lows for found in summaries), *(s.highs for s in summaries)))
    else:
        ys = padded(chain(*(group.ys for group in picture.groups)))
    xs = _bounds(picture.x, list(chain(*(group.xs for group in picture.groups))))
    has_legend = len(picture.groups) > 1
    frame = framed(svg, picture.x, picture.y, xs, ys, right=LEGEND_WIDTH if has_legend else MARGIN)
    every = max(1, -(-picture.drawn // MOST_POINTS))
    for group in picture.groups:
        if group.summary is not None:
            _draw_line(svg, frame, group.summary, slot_class(group.slot))
        else:
            _draw_points(svg, frame, group, picture, every)
    if has_legend:
        legend(svg, picture.colour, ((slot_class(g.slot), g.label) for g in picture.groups))
    return svg.markup()


def _bounds(scale: Scale, places: list[float]) -> tuple[float, float]:
    if scale.kind is ScaleKind.CATEGORY:
        return -0.5, max(len(scale.categories), 1) - 0.5
    return padded(places)


def _draw_line(svg: Svg, frame: Frame, found: Summary, colour: str) -> None:
    points = [(frame.x(x), frame.y(y)) for x, y in zip(found.xs, found.means, strict=True)]
    for (x, _), low, high in zip(points, found.lows, found.highs, strict=True):
        if high > low:
            svg.add("line", x1=x, x2=x, y1=frame.y(low), y2=frame.y(high), class_=f"bar {colour}")
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    svg.add("polyline", points=path, class_=f"path {colour}")
    for x, y in points:
        svg.add("circle", cx=x, cy=y, r=3, class_=colour)


def _draw_points(svg: Svg, frame: Frame, group: Group, picture: PointsPicture, every: int) -> None:
    for place in range(0, len(group.xs), every):
        x, y = frame.x(group.xs[place]), frame.y(group.ys[place])
        if group.shades is not None and picture.shading is not None:
            colour = ramp_colour("viridis", picture.shading.fraction(group.shades[place]))
            svg.add("circle", cx=x, cy=y, r=2.5, fill=colour, class_="dot")
        else:
            svg.add("circle", cx=x, cy=y, r=2.5, class_=f"{slot_class(group.slot)} dot")
