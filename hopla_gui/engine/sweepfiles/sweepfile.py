"""Sweep files: TOML to `Setup` and back.

Paths of the file are relative to its folder. What is refused names the file and the key.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

from tomlkit.exceptions import TOMLKitError

from hopla_gui.domain.axes import Values, axis_from_toml
from hopla_gui.domain.cluster import PLACES, ClusterOptions
from hopla_gui.domain.fileaxes import Column, Glob, Lines
from hopla_gui.domain.setup import Isolation, Order, RunOptions, Setup
from hopla_gui.domain.sweep import Axis, Block, Sweep
from hopla_gui.domain.template import Template
from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.sweepfiles.clustersection import CLUSTER, PATHS, cluster_entries
from hopla_gui.engine.sweepfiles.jobsections import (
    edit_entries,
    read_edits,
    read_repeat,
    read_rules,
    repeat_entries,
    template_of,
)
from hopla_gui.engine.sweepfiles.keeping import changed
from hopla_gui.engine.sweepfiles.sections import (
    as_boolean,
    as_command,
    as_text,
    as_texts,
    count_or_share,
    integer,
    number,
    one_of,
    read_section,
    refuse_unknown,
)
from hopla_gui.engine.sweepfiles.tomltext import toml_table
from hopla_gui.errors import UserError

T = TypeVar("T")

_KEPT_AT_MOST = 200_000
SECTIONS = ("script", "fixed", "sweep", "repeat", "exclude", "job", "run", "cluster")


def load_setup(path: Path) -> Setup:
    """Read a sweep file.

    Raises
    ------
    UserError
        Naming the file, and the key where one is at fault. Files that axes read (``lines``,
        ``table``, ``glob``) are not looked at yet.
    """
    path = path.absolute()
    try:
        return loads(path.read_bytes().decode("utf-8-sig"), path.parent)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except UserError as error:
        raise UserError(f"{path}: {error.what}", error.detail, parameter=error.parameter) from None


def save_setup(setup: Setup, path: Path) -> None:
    """Write a sweep file, whole or not at all; axes stay as they were given.

    Of a file that is there, what says the same as before stays as it was written, comments too.

    Raises
    ------
    UserError
        Where the file could not be read again (an empty list, unequal lengths), or not be
        written.
    """
    path = path.absolute()
    text = _kept(path, setup) or dumps(setup, path.parent)
    try:
        with replacing(path) as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from None


def _kept(path: Path, setup: Setup) -> str | None:
    """Return the file's own text, changed where it has to be; ``None`` to write it anew."""
    folder = path.parent
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        if "#" not in text or len(text) > _KEPT_AT_MOST:
            return None  # nothing to lose, or too long to be worth the wait
        before, after = (tomllib.loads(dumps(one, folder)) for one in (loads(text, folder), setup))
        found = changed(text, before, after, SECTIONS)
        return found if loads(found, folder) == loads(dumps(setup, folder), folder) else None
    except (
        OSError,
        ValueError,
        TOMLKitError,
        UserError,
    ):
        return None


def loads(text: str, folder: Path) -> Setup:
    """Read the text of a sweep file that lies, or would lie, in ``folder``."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"not valid TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a number or a nesting beyond Python's limits
        raise UserError(f"not valid TOML: {error}") from None
    refuse_unknown(found, SECTIONS, "section", "")
    fixed, derived = _fixed(_table(found, "fixed"))
    sweep = Sweep(
        fixed,
        tuple(_blocks(found.get("sweep", []), folder)),
        derived,
        read_repeat(_table(found, "repeat")) if "repeat" in found else None,
        read_rules(_table(found, "exclude")),
        read_edits(found.get("job", [])),
    )
    _refuse_unsound(sweep)
    script = read_section(_table(found, "script"), _SCRIPT, "script")
    if "path" not in script:
        raise UserError("[script] has no path: which script is to be run?")
    return Setup(
        script=_absolute(folder, script["path"]),
        python=_interpreter(folder, script.get("python")),
        cwd=_absolute(folder, script["cwd"]) if "cwd" in script else None,
        subcommand=script.get("subcommand", ()),
        extra=script.get("extra", ()),
        sweep=sweep,
        run=RunOptions(**read_section(_table(found, "run"), _RUN, "run")),
        cluster=_cluster(_table(found, "cluster"), folder),
    )


def dumps(setup: Setup, folder: Path) -> str:
    """Return the text of a sweep file that is to lie in ``folder``."""
    _refuse_unsound(setup.sweep)
    tables = [toml_table("[script]", _script_entries(setup, folder))]
    sweep = setup.sweep
    if sweep.fixed or sweep.derived:
        expressions = {name: {"expr": made.text} for name, made in sweep.derived.items()}
        tables.append(_parameters("[fixed]", {**sweep.fixed, **expressions}))
    for block in sweep.blocks:
        given = {name: axis.to_toml(folder) for name, axis in block.axes.items()}
        tables.append(_parameters("[[sweep]]", given))
    if sweep.repeat:
        tables.append(toml_table("[repeat]", repeat_entries(sweep.repeat)))
    if sweep.exclude:
        tables.append(toml_table("[exclude]", {"rules": [rule.text for rule in sweep.exclude]}))
    edits = (edit for edit in sweep.edits if not edit.does_nothing)
    tables += (_parameters("[[job]]", edit_entries(edit)) for edit in edits)
    if run := _run_entries(setup.run):
        tables.append(toml_table("[run]", run))
    if cluster := cluster_entries(setup.cluster, lambda path: _relative(path, folder)):
        tables.append(toml_table("[cluster]", cluster))
    return "\n".join(tables)


# -- parameters ----------------------------------------------------------------------------------


def _fixed(given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, Template]]:
    """Return the values, and the expressions that make values."""
    values: dict[str, object] = {}
    expressions: dict[str, Template] = {}
    for name, value in given.items():
        if isinstance(value, dict):
            expressions[name] = template_of(name, value)
        else:
            values[name] = value
    return values, expressions


def _blocks(given: object, folder: Path) -> list[Block]:
    if not isinstance(given, list) or not all(isinstance(block, dict) for block in given):
        raise UserError("[sweep] is written with two brackets, [[sweep]], once for each block")
    return [
        Block({name: _axis(name, value, folder) for name, value in block.items()})
        for block in given
    ]


def _axis(name: str, given: object, folder: Path) -> Axis:
    try:
        return axis_from_toml(given, folder)
    except UserError as error:
        raise UserError(f"[[sweep]] {name}: {error.what}", parameter=name) from None


def _refuse_unsound(sweep: Sweep) -> None:
    """Raise the first problem that can be told without reading the axes' files."""
    for problem in replace(sweep, blocks=tuple(map(_without_files, sweep.blocks))).problems():
        raise problem


def _without_files(block: Block) -> Block:
    """Put an axis of the right length in the place of those that files make."""
    told = {
        name: axis
        for name, axis in block.axes.items()
        if not isinstance(axis, Glob | Lines | Column)
    }
    stand_in = next(iter(told.values()), Values((None,)))
    return Block({**told, **{name: stand_in for name in block.axes if name not in told}})


def _parameters(header: str, given: Mapping[str, object]) -> str:
    for name, value in given.items():
        try:
            toml_table(header, {name: value})
        except TypeError as error:
            raise UserError(f"{name}: {error}", parameter=name) from None
    return toml_table(header, given)


# -- the other sections --------------------------------------------------------------------------


def _table(found: Mapping[str, object], section: str) -> Mapping[str, object]:
    table = found.get(section, {})
    if not isinstance(table, dict):
        raise UserError(f"{section} is a table, written [{section}]")
    return table


def _environment(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("a table of texts")
    for name, text in value.items():
        if not name or "=" in name or "\0" in name or "\0" in str(text):
            raise ValueError("a table of environment variables")
        if isinstance(text, bool) or not isinstance(text, str | int | float):
            raise ValueError("a table of texts")
    return {name: str(text) for name, text in value.items()}


_SCRIPT: Mapping[str, Callable[[object], object]] = {
    "path": as_text,
    "python": as_text,
    "cwd": as_text,
    "subcommand": as_texts,
    "extra": as_texts,
}
_RUN: Mapping[str, Callable[[object], object]] = {
    "workers": integer(1),
    "isolation": lambda value: Isolation(one_of(tuple(Isolation))(value)),
    "timeout": number(),
    "retries": integer(0),
    "delay_upto": number(zero_too=True),
    "on": one_of(PLACES),
    "env": _environment,
    "order": lambda value: Order(one_of(tuple(Order))(value)),
    "max_failures": count_or_share,
    "min_free_memory_gb": number(zero_too=True),
    "record_env": as_texts,
    "log_limit_mb": number(),
    "on_end": as_command,
    "capture_locals": as_boolean,
}


def _script_entries(setup: Setup, folder: Path) -> dict[str, object]:
    entries: dict[str, object] = {"path": _relative(setup.script, folder)}
    if setup.python is not None:
        entries["python"] = _portable_interpreter(setup.python, folder)
    if setup.cwd is not None:
        entries["cwd"] = _relative(setup.cwd, folder)
    if setup.subcommand:
        entries["subcommand"] = list(setup.subcommand)
    if setup.extra:
        entries["extra"] = list(setup.extra)
    return entries


def _cluster(given: Mapping[str, object], folder: Path) -> ClusterOptions:
    read = read_section(given, CLUSTER, "cluster")
    paths = {name: str(_absolute(folder, read[name])) for name in PATHS if name in read}
    return ClusterOptions(**{**read, **paths})


def _run_entries(run: RunOptions) -> dict[str, object]:
    """Return the options that differ from the defaults."""
    default = RunOptions()
    entries = {entry.name: getattr(run, entry.name) for entry in fields(run)}
    return {key: value for key, value in entries.items() if value != getattr(default, key)}


# -- paths ---------------------------------------------------------------------------------------


def _absolute(folder: Path, name: str) -> Path:
    """Return a path of the file as an absolute one, its symbolic links left alone."""
    return Path(os.path.abspath(folder / name))  # noqa: PTH100 (resolve would follow links)


def _interpreter(folder: Path, name: str | None) -> str | None:
    """Leave a bare name to be looked up on PATH; a path is relative to the file."""
    if name is None or Path(name).name == name:
        return name
    return str(_absolute(folder, name))


def _portable_interpreter(name: str, folder: Path) -> str:
    if not Path(name).is_absolute():
        return name
    relative = _relative(Path(name), folder)
    return relative if "/" in relative else f"./{relative}"


def _relative(path: Path, folder: Path) -> str:
    """Return the path relative to ``folder`` where it lies in it or next to it, else absolute."""
    for above, prefix in ((folder, ""), (folder.parent, "../"), (folder.parent.parent, "../../")):
        if above != Path(above.anchor) and path.is_relative_to(above):
            return prefix + path.relative_to(above).as_posix()
    return path.as_posix()
