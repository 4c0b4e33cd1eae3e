import pytest

from hopla_gui.domain.plots import palette
from hopla_gui.domain.plots.units import unit_in


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("full width of the kernel [mm] (default: 4)", "mm"),
        ("how long to wait (s)", "s"),
        ("how long to wait, in seconds", "s"),
        ("bandwidth [kHz/px]", "kHz/px"),
        ("number of epochs [default: 3]", ""),
        ("number of epochs [3]", ""),
        ("share of the data [1/2]", ""),
        ("decay of the rate [1/s]", "1/s"),
        ("decay of the rate (1/s)", "1/s"),
        ("density [1/mm^3]", "1/mm^3"),
        ("the model (default)", ""),
        ("one of [a|b|c]", ""),
        ("pass the files in order", ""),
        ("smoothing (full width at half maximum)", ""),
        (None, ""),
        ("[" * 100_000, ""),
    ],
)
def test_units_are_read_from_the_help(text, unit):
    assert unit_in(text) == unit


def test_ramps_go_from_one_end_to_the_other():
    colours = palette.ramp("viridis", 256)
    assert colours[0] == "#440154"
    assert colours[-1] == "#fde725"
    assert palette.ramp_colour("cividis", -1) == palette.RAMPS["cividis"][0]
    assert palette.ramp("viridis", 1) == ("#440154",)


def luminance(colour):
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("dark", "ground"), [(False, "#ffffff"), (True, "#15181c")])
def test_categories_can_be_seen_on_their_ground_and_told_apart(dark, ground):
    colours = palette.category_colours(dark=dark)
    assert len(set(colours)) == palette.MOST_CATEGORIES
    for colour in colours:
        light, other = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (light + 0.05) / (other + 0.05) > 2


def test_text_on_a_colour_is_chosen_by_its_lightness():
    assert palette.is_light("#fde725")
    assert not palette.is_light("#440154")
