"""Colours that people with any kind of colour vision tell apart, light and dark.

Okabe and Ito's eight for categories; viridis and cividis, which grow evenly in lightness, for
numbers. Colours are ``#rrggbb``.
"""

from __future__ import annotations

from functools import lru_cache

# The first ones stand out best; black and white change places with the ground.
ON_LIGHT = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#d55e00",
    "#56b4e9",
    "#000000",
    "#b8a800",  # their yellow, darkened until it can be seen on white
)
ON_DARK = (
    "#56b4e9",
    "#e69f00",
    "#2cc295",
    "#dd9cc0",
    "#ec7c32",
    "#3d8fd1",
    "#ffffff",
    "#f0e442",
)
MOST_CATEGORIES = len(ON_LIGHT)

RAMPS = {
    "viridis": (
        "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
        "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
    ),
    "cividis": (
        "#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
        "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
    ),
}  # fmt: skip

Rgb = tuple[int, int, int]


def category_colours(*, dark: bool) -> tuple[str, ...]:
    """Return the colours of categories, in the order in which they are given out."""
    return ON_DARK if dark else ON_LIGHT


@lru_cache(maxsize=16)
def ramp(name: str, steps: int) -> tuple[str, ...]:
    """Return so many colours of a ramp, from its low end to its high one.

    Parameters
    ----------
    name
        ``viridis`` or ``cividis``.
    steps
        At least 1.
    """
    anchors = [_rgb(colour) for colour in RAMPS[name]]
    return tuple(_hex(_between(anchors, step / max(steps - 1, 1))) for step in range(steps))


def ramp_colour(name: str, fraction: float) -> str:
    """Return the colour at a fraction of a ramp, from 0 to 1."""
    colours = ramp(name, 256)
    return colours[round(min(max(fraction, 0.0), 1.0) * 255)]


def is_light(colour: str) -> bool:
    """Whether dark text reads better on a colour than light text."""
    red, green, blue = _rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140


def _between(anchors: list[Rgb], fraction: float) -> Rgb:
    place = fraction * (len(anchors) - 1)
    low = min(int(place), len(anchors) - 2)
    share = place - low
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(anchors[low], anchors[low + 1], strict=True)
    )
    return red, green, blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
