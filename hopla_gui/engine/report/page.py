"""The page around the sections of a report: its style, and the rule that nothing else is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hopla_gui import __version__, paths
from hopla_gui.domain import state_colours
from hopla_gui.domain.job import JobState
from hopla_gui.domain.plots.palette import category_colours
from hopla_gui.engine.report.markup import line, tag

# Even where a browser would run or load something, it must not.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def opening(title: str) -> str:
    """Return the page up to its first section."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"{tag('title', line(title))}<style>\n{_style()}</style></head><body><main>\n"
    )


def closing() -> str:
    """Return the page behind its last section."""
    return f"<footer>Made by hopla_gui {line(__version__)}</footer></main></body></html>\n"


def _style() -> str:
    light = _colours(state_colours.ON_LIGHT, category_colours(dark=False))
    dark = _colours(state_colours.ON_DARK, category_colours(dark=True))
    classes = [f".state-{state} {{ --own: var(--{state}) }}" for state in JobState]
    classes += [
        f".c{slot} {{ --own: var(--c{slot}) }}" for slot in range(len(category_colours(dark=True)))
    ]
    return "\n".join(
        [
            f":root {{ {light} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}",
            *classes,
            paths.resource("report", "report.css").read_text(encoding="utf-8"),
        ]
    )


def _colours(states: Mapping[JobState, str], categories: Sequence[str]) -> str:
    found = {state.value: colour for state, colour in states.items()}
    found |= {f"c{slot}": colour for slot, colour in enumerate(categories)}
    return " ".join(f"--{name}: {colour};" for name, colour in found.items())
