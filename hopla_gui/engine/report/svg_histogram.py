"""A histogram as a static picture."""

from __future__ import annotations

from hopla_gui.domain.plots.histogram import Histogram
from hopla_gui.engine.report.svg import LEGEND_WIDTH, MARGIN, Svg, framed, legend, slot_class


def draw_histogram(found: Histogram, label: str, height: int) -> str:
    """Return a picture of stacked bars."""
    svg = Svg(label, height=height)
    highest = max(found.totals, default=0) if found.groups else 0
    has_legend = len(found.groups) > 1
    xs, ys = (found.edges[0], found.edges[-1]), (0.0, max(highest, 1) * 1.05)
    frame = framed(svg, found.x, found.y, xs, ys, right=LEGEND_WIDTH if has_legend else MARGIN)
    floor = [0] * (len(found.edges) - 1)
    for group in found.groups:
        for bar, count in enumerate(group.counts):
            if not count:
                continue
            x, right = frame.x(found.edges[bar]), frame.x(found.edges[bar + 1])
            top, bottom = frame.y(floor[bar] + count), frame.y(floor[bar])
            floor[bar] += count
            between = f"{found.x.text(found.edges[bar])} to {found.x.text(found.edges[bar + 1])}"
            svg.add(
                "rect",
                x=x + 0.5,
                y=top,
                width=max(right - x - 1, 0.5),
                height=bottom - top,
                class_=slot_class(group.slot),
                tip=f"{between}: {count:,} {'job' if count == 1 else 'jobs'}",
            )
    if has_legend:
        legend(svg, found.colour, ((slot_class(g.slot), g.label) for g in found.groups))
    return svg.markup()
