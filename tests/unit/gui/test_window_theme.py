"""The theme: readable colours in both modes, icons for every name, sharp at every scale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from hopla_gui import paths
from hopla_gui.domain.job import JobState
from hopla_gui.gui import theme
from hopla_gui.gui.palette import DARK, LIGHT

NAMES = sorted(path.stem for path in paths.resource("icons").glob("*.svg"))


@pytest.fixture(params=["light", "dark"])
def mode(request, qapp: QApplication):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "system")


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = QColor(colour).getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read(colours):
    texts = {name: getattr(colours, name) for name in ("text", "dim", "error", "warning", "info")}
    texts |= {state.value: colour for state, colour in colours.states.items()}
    grounds = [colours.base, colours.window, colours.alternate, colours.selection]
    poor = [
        (name, ground, round(contrast(colour, ground), 2))
        for name, colour in texts.items()
        for ground in grounds
        if contrast(colour, ground) < (4.5 if ground != colours.selection else 4)
    ]
    assert poor == []
    for level in ("error", "warning", "info", "success"):
        assert contrast(colours.text, getattr(colours, f"{level}_ground")) >= 7
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_every_state_has_a_colour_and_a_shape_of_its_own(mode, qapp):
    shapes = {paths.resource("icons", f"{state}.svg").read_bytes() for state in JobState}
    assert len(shapes) == len(JobState)
    assert all(theme.state_colour(state).isValid() for state in JobState)
    assert all(not theme.state_icon(state).isNull() for state in JobState)


@pytest.mark.parametrize("name", NAMES)
def test_icon_paints_something(name, qapp):
    image = theme.icon(name).pixmap(QSize(72, 72), 1.0).toImage()
    assert painted(image)


def painted(image: QImage) -> set[str]:
    """Colours of the opaque pixels."""
    found = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in found if colour.alpha() == 255}


def test_icon_follows_a_change_of_theme(qapp):
    icon = theme.icon("stop")
    theme.apply_theme(qapp, "light")
    assert LIGHT.text in painted(icon.pixmap(QSize(24, 24), 1.0).toImage())
    theme.apply_theme(qapp, "dark")
    assert DARK.text in painted(icon.pixmap(QSize(24, 24), 1.0).toImage())
    disabled = icon.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled).toImage()
    assert DARK.disabled in painted(disabled)
    theme.apply_theme(qapp, "system")


def test_icon_has_the_pixels_of_the_screen(qapp):
    pixmap = theme.icon("open").pixmap(QSize(20, 20), 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (40, 2.0)


def test_unknown_icon_is_refused_at_once(qapp):
    with pytest.raises(FileNotFoundError):
        theme.icon("no such icon")


def test_stylesheet_names_files_that_exist(mode, qapp):
    files = re.findall(r'url\("([^"]+)"\)', qapp.styleSheet())
    assert files
    assert all(Path(file).is_file() for file in files)
    assert "@" not in qapp.styleSheet()
