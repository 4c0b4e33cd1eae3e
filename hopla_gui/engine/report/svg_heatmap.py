"""A heat map as a static picture: cells with their numbers, and a bar of colours."""

from __future__ import annotations

from hopla_gui.domain.plots.heatmap import HeatMap
from hopla_gui.domain.plots.palette import is_light, ramp_colour
from hopla_gui.domain.plots.scale import brief_number, number_text
from hopla_gui.engine.report.svg import Frame, Svg, framed

_RAMP = "viridis"
_BAR = 92  # pixels for the bar of colours and its numbers
_FEWEST_PIXELS = (34, 15)  # that a cell needs for its number
_MOST_LETTERS = 6  # of it


def draw_heat_map(found: HeatMap, label: str) -> str:
    """Return a picture of a heat map; a cell without jobs stays empty, and says so."""
    svg = Svg(label)
    xs, ys = (-0.5, max(found.columns, 1) - 0.5), (-0.5, max(found.rows, 1) - 0.5)
    frame = framed(svg, found.x, found.y, xs, ys, right=_BAR, grid=False)
    width, height = frame.width / max(found.columns, 1), frame.height / max(found.rows, 1)
    has_numbers = width >= _FEWEST_PIXELS[0] and height >= _FEWEST_PIXELS[1]
    for cell, value in enumerate(found.cells):
        row, column = divmod(cell, found.columns)
        x, y = frame.x(column - 0.5), frame.y(row + 0.5)
        box = {"x": x, "y": y, "width": width + 0.3, "height": height + 0.3}
        where = f"{found.x.text(column)}, {found.y.text(row)}"
        if value != value:
            svg.add("rect", **box, class_="empty", tip=f"{where}: no job")
            continue
        colour = _colour(found, value)
        jobs = "1 job" if found.counts[cell] == 1 else f"{found.counts[cell]:,} jobs"
        svg.add("rect", **box, fill=colour, tip=f"{where}: {number_text(value)} ({jobs})")
        if has_numbers:
            svg.text(
                x + width / 2,
                y + height / 2 + 4,
                brief_number(value, _MOST_LETTERS),
                "on-light" if is_light(colour) else "on-dark",
                text_anchor="middle",
            )
    _draw_bar(svg, frame, found)
    return svg.markup()


def _colour(found: HeatMap, value: float) -> str:
    return ramp_colour(_RAMP, found.shading.fraction_of(value))


def _draw_bar(svg: Svg, frame: Frame, found: HeatMap) -> None:
    shading = found.shading
    left, steps = frame.left + frame.width + 14, 48
    height = frame.height / steps
    for step in range(steps):
        y = frame.top + frame.height - (step + 1) * height
        colour = ramp_colour(_RAMP, step / (steps - 1))
        svg.add("rect", x=left, y=y, width=10, height=height + 0.3, fill=colour)
    if shading.high > shading.low:
        scale = Frame(left, frame.top, 10, frame.height, (0, 1), (shading.low, shading.high))
        for tick in shading.scale.ticks(shading.low, shading.high, most=6):
            if tick.text:
                svg.text(left + 15, scale.y(tick.place) + 4, tick.text, "tick")
    elif found.drawn:
        text = shading.scale.text(shading.low)
        svg.text(left + 15, frame.top + frame.height / 2 + 4, text, "tick")
