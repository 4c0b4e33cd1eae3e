"""Parsers as data, for tests of the form."""

from __future__ import annotations

from PySide6.QtCore import Qt

from hopla_gui.domain.params import Action, Exclusive, ParamSpec, ParserSpec, Subcommands

ONE_OF_TWO = Exclusive(0, required=False)


def option(dest: str, **known: object) -> ParamSpec:
    """One option, ``--dest`` unless said otherwise."""
    known.setdefault("flags", (f"--{dest.replace('_', '-')}",))
    return ParamSpec(dest, **known)


def flag(dest: str, action: Action = Action.STORE_TRUE, **known: object) -> ParamSpec:
    default = {Action.STORE_TRUE: False, Action.STORE_FALSE: True}.get(action)
    return option(dest, action=action, nargs=0, **{"default": default, **known})


def parser(*params: ParamSpec, subcommands: Subcommands | None = None) -> ParserSpec:
    return ParserSpec(
        "/data/fit.py",
        "/usr/bin/python3",
        "3.11.7",
        "fit.py",
        "Fit a model.",
        parameters=params,
        subcommands=subcommands,
    )


def type_lines(qtbot, widget, text: str) -> None:
    """Type text with line breaks, which QTest does not take as keys."""
    for place, line in enumerate(text.split("\n")):
        if place:
            qtbot.keyClick(widget, Qt.Key.Key_Return)
        qtbot.keyClicks(widget, line)
