"""Axes to the texts of their fields and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from hopla_gui.domain.axes import (
    Centre,
    Choice,
    Column,
    Glob,
    Lines,
    Linspace,
    Logspace,
    LogUniform,
    Range,
    Uniform,
)
from hopla_gui.domain.fileaxes import rebased
from hopla_gui.domain.sweep import Axis
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.draft import Draft, number_in
from hopla_gui.gui.setup.mode import Mode

WHOLE = ("n", "seed")
MODE_FIELDS: Mapping[Mode, tuple[str, ...]] = {
    Mode.RANGE: ("start", "stop", "step"),
    Mode.LINSPACE: ("start", "stop", "n"),
    Mode.CENTRE: ("centre", "span", "n"),
    Mode.LOGSPACE: ("first", "last", "n"),
    Mode.UNIFORM: ("low", "high", "n", "seed"),
    Mode.LOGUNIFORM: ("low", "high", "n", "seed"),
    Mode.CHOICE: ("n", "seed"),
    Mode.GLOB: ("pattern",),
    Mode.LINES: ("file",),
    Mode.COLUMN: ("table", "column"),
}
_NUMERIC: Mapping[Mode, Callable[..., Axis]] = {
    Mode.RANGE: Range,
    Mode.LINSPACE: Linspace,
    Mode.CENTRE: Centre,
    Mode.LOGSPACE: Logspace,
    Mode.UNIFORM: Uniform,
    Mode.LOGUNIFORM: LogUniform,
}


def axis_from_texts(
    mode: Mode, texts: Mapping[str, str], base: Path, items: tuple[object, ...] = ()
) -> Axis:
    """Return the axis that the fields of a mode make, or a draft of it.

    Parameters
    ----------
    base
        The folder that file names are relative to.
    items
        What to pick from at random.
    """
    try:
        return _made(mode, texts, base, items)
    except UserError as error:
        known = tuple((name, text) for name, text in texts.items() if text)
        return Draft(mode, known, error.what, items)


def _made(mode: Mode, texts: Mapping[str, str], base: Path, items: tuple[object, ...]) -> Axis:
    if mode in _NUMERIC:
        names = MODE_FIELDS[mode]
        return _NUMERIC[mode](*(number_in(texts, name, whole=name in WHOLE) for name in names))
    if mode is Mode.CHOICE:
        n, seed = (int(number_in(texts, name, whole=True)) for name in ("n", "seed"))
        if not items:
            raise UserError("give at least one value to pick from")
        return Choice(items, n, seed)
    if mode is Mode.GLOB:
        return Glob(_text(texts, "pattern"), base)
    if mode is Mode.LINES:
        return Lines(_text(texts, "file"), base)
    return Column(_text(texts, "table"), _text(texts, "column"), base)


def _text(texts: Mapping[str, str], name: str) -> str:
    if not texts.get(name):
        raise UserError(f"{name} is missing")
    return texts[name]


def texts_of(axis: Axis) -> dict[str, str]:
    """Return what stands in the fields of an axis."""
    if isinstance(axis, Draft):
        return dict(axis.texts)
    return {name: str(value) for name, value in _entries(axis).items()}


def _entries(axis: Axis) -> dict[str, object]:
    match axis:
        case Range():
            return {"start": axis.start, "stop": axis.stop, "step": axis.step}
        case Linspace():
            return {"start": axis.start, "stop": axis.stop, "n": axis.n}
        case Centre():
            return {"centre": axis.centre, "span": axis.span, "n": axis.n}
        case Logspace():
            return {"first": axis.first, "last": axis.last, "n": axis.n}
        case Uniform() | LogUniform():
            return {"low": axis.low, "high": axis.high, "n": axis.n, "seed": axis.seed}
        case Choice():
            return {"n": axis.n, "seed": axis.seed}
        case Glob():
            return {"pattern": axis.pattern}
        case Lines():
            return {"file": axis.path}
        case Column():
            return {"table": axis.table, "column": axis.column}
    return {}


def beside(path: Path, base: Path) -> str:
    """Return a path as one relative to the base folder where it lies within it."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else os.fspath(path)


def moved(axis: Axis, base: Path) -> Axis:
    """Return an axis whose file is named relative to another folder; others as they are."""
    match axis:
        case Glob() if axis.base != base:
            return Glob(rebased(axis.pattern, axis.base, base), base)
        case Lines() if axis.base != base:
            return Lines(rebased(axis.path, axis.base, base), base)
        case Column() if axis.base != base:
            return Column(rebased(axis.table, axis.base, base), axis.column, base)
    return axis
