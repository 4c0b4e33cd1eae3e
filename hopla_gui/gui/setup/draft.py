"""Axes as they are typed: the texts of their fields, which do not always make an axis yet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hopla_gui.errors import UserError


@dataclass(frozen=True)
class Draft:
    """An axis that is not complete; stands where the whole one will, and says what is missing.

    Attributes
    ----------
    mode
        The mode that it is typed in.
    texts
        (Name, text) of each field.
    problem
        What is missing or wrong.
    items
        The list to pick from, where the mode has one.
    """

    mode: str
    texts: tuple[tuple[str, str], ...]
    problem: str
    items: tuple[object, ...] = ()

    def values(self) -> Sequence[object]:
        """Say what is missing: there are no values yet.

        Raises
        ------
        UserError
            Always.
        """
        raise UserError(self.problem)

    def to_toml(self, folder: Path) -> object:
        """Say what is missing: no sweep file can hold it.

        Raises
        ------
        UserError
            Always.
        """
        raise UserError(self.problem)


def number_in(texts: Mapping[str, str], name: str, *, whole: bool = False) -> int | float:
    """Return the number that a field holds.

    Raises
    ------
    UserError
        Naming the field, where there is none.
    """
    text = texts.get(name, "").strip()
    if not text:
        raise UserError(f"{name} is missing")
    try:
        return int(text)
    except ValueError:
        pass
    if whole:
        raise UserError(f"{name} is a whole number, not “{text[:40]}”")
    try:
        found = float(text)
    except ValueError:
        raise UserError(f"{name} is a number, not “{text[:40]}”") from None
    if not math.isfinite(found):
        raise UserError(f"{name} is a finite number, not “{text[:40]}”")
    return found
