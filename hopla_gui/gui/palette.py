"""The colours of the window, light and dark, and what a job's state looks like in them.

Every colour is looked up when it is asked for, so what is painted next follows a change of theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from hopla_gui.domain import state_colours
from hopla_gui.domain.job import JobState


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Texts and state colours stand at 4.5:1 or better on ``base`` and ``window``."""

    window: str
    base: str
    alternate: str
    text: str
    dim: str
    border: str
    strong_border: str
    button: str
    hover: str
    pressed: str
    selection: str
    accent: str
    accent_hover: str
    on_accent: str
    disabled: str
    error: str
    warning: str
    info: str
    success: str
    error_ground: str
    warning_ground: str
    info_ground: str
    success_ground: str
    states: Mapping[JobState, str]


# After Okabe and Ito's palette, darkened or lightened until it can be read as text.
LIGHT = Colours(
    window="#f4f5f7",
    base="#ffffff",
    alternate="#f8f9fb",
    text="#1c2128",
    dim="#59626f",
    border="#d5d9e0",
    strong_border="#b3bac5",
    button="#ffffff",
    hover="#e9edf2",
    pressed="#dce2ea",
    selection="#d6e8fa",
    accent="#0b65b8",
    accent_hover="#0956a0",
    on_accent="#ffffff",
    disabled="#9aa3af",
    error="#b3261e",
    warning="#855400",
    info="#0b65b8",
    success="#00704f",
    error_ground="#fdecea",
    warning_ground="#fff4dc",
    info_ground="#e6f1fc",
    success_ground="#e2f5ee",
    states=state_colours.ON_LIGHT,
)
DARK = Colours(
    window="#1d2025",
    base="#15181c",
    alternate="#1a1d22",
    text="#e4e7eb",
    dim="#a1aab6",
    border="#363c45",
    strong_border="#525b67",
    button="#2a2f37",
    hover="#343a44",
    pressed="#3e4652",
    selection="#1f4467",
    accent="#5aaeff",
    accent_hover="#7fc1ff",
    on_accent="#06213b",
    disabled="#6b7480",
    error="#ff8f84",
    warning="#f2b84b",
    info="#6fb8ff",
    success="#43cfa0",
    error_ground="#3b2022",
    warning_ground="#382c16",
    info_ground="#17304a",
    success_ground="#15352b",
    states=state_colours.ON_DARK,
)


_in_use = LIGHT


def use(theme: Colours) -> None:
    """Have all that asks for colours get those of a theme from now on."""
    global _in_use  # one for the program, as Qt's own palette is, which is slow to ask
    _in_use = theme


@contextmanager
def used(theme: Colours) -> Iterator[None]:
    """Have colours of a theme for a while: for what is painted elsewhere than on the screen."""
    before = _in_use
    use(theme)
    try:
        yield
    finally:
        use(before)


def is_dark() -> bool:
    """Whether the theme in use is a dark one."""
    return _in_use is DARK


def colours() -> Colours:
    """Return the colours of the theme in use."""
    return _in_use


def state_colour(state: JobState) -> QColor:
    """Return the colour that stands for a job state."""
    return QColor(_in_use.states[state])


def dim_colour() -> QColor:
    """Return the colour of secondary text."""
    return QColor(colours().dim)


def error_colour() -> QColor:
    """Return the colour of a text that says what is wrong."""
    return QColor(colours().error)


def warning_colour() -> QColor:
    """Return the colour of a text that warns."""
    return QColor(colours().warning)


def success_colour() -> QColor:
    """Return the colour of what went well, or is new."""
    return QColor(colours().success)


def qt_palette(theme: Colours) -> QPalette:
    """Return a theme as Qt's palette."""
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.alternate,
        role.Text: theme.text,
        role.PlaceholderText: theme.dim,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.base,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.border,
        role.Dark: theme.strong_border,
        role.Shadow: theme.border,
    }.items():
        palette.setColor(where, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for where in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(disabled, where, QColor(theme.disabled))
    palette.setColor(disabled, role.Highlight, QColor(theme.border))
    palette.setColor(disabled, role.HighlightedText, QColor(theme.disabled))
    return palette
